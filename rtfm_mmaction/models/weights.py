"""Weights of a backbone, all of them or an error."""

import hashlib
import re
from pathlib import Path
from typing import Optional, Tuple
from urllib.parse import urlparse

import torch
from torch import nn

from ..io.checkpoints import load_checkpoint_safely

SEED = 0  # of random weights


def load_weights(
    model: nn.Module, init_cfg: Optional[dict], command: Optional[str] = None
) -> Tuple[str, str]:
    """Load a backbone's weights.

    mmengine's own ``Pretrained`` initialisation only warns of weights that
    the file lacks, and features of a half-random network look like features.

    Args:
        model (nn.Module): The backbone.
        init_cfg (dict): ``dict(type='Pretrained', checkpoint=FILE)``, a path
            or an address of a model zoo, and optionally ``prefix``, what the
            names of the backbone's weights begin with in the file, such as
            ``'backbone.'``.
        command (str, optional): The command that makes the file, for the
            error message. Defaults to None.

    Returns:
        tuple[str, str]: The file's name and its SHA-256, hexadecimal.

    Raises:
        FileNotFoundError: If there is no such file.
        ValueError: If ``init_cfg`` names no file, or weights are missing in
            it or have another shape.
    """
    if not init_cfg or init_cfg.get('type') != 'Pretrained':
        raise ValueError(
            "model.init_cfg: expected dict(type='Pretrained', "
            f'checkpoint=FILE), found {init_cfg!r}; features of a network '
            'without weights mean nothing (--random-weights makes them all '
            'the same, for trying things out)'
        )
    if urlparse(str(init_cfg['checkpoint'])).scheme in ('http', 'https'):
        path = fetch_weights(init_cfg['checkpoint'])
    else:
        path = Path(init_cfg['checkpoint'])
    if not path.is_file():
        hint = f'; this makes it: {command}' if command else ''
        raise FileNotFoundError(f'{path}: no such weights file{hint}')
    checkpoint = load_checkpoint_safely(path, map_location='cpu')
    state = checkpoint.get('state_dict', checkpoint)
    prefix = init_cfg.get('prefix', '')
    state = {
        name[len(prefix) :]: value
        for name, value in state.items()
        if name.startswith(prefix)
    }
    wrong = [
        name
        for name, value in model.state_dict().items()
        if not name.endswith('num_batches_tracked')
        and (name not in state or state[name].shape != value.shape)
    ]
    if wrong:
        raise ValueError(
            f'{path}: expected the weights of {type(model).__name__}, found '
            f'{len(wrong)} missing or of another shape, {wrong[0]} first (for '
            "a recognizer's checkpoint, set model.init_cfg.prefix to "
            "'backbone.')"
        )
    model.load_state_dict(state, strict=False)
    return path.name, hashlib.sha256(path.read_bytes()).hexdigest()


def fetch_weights(address: str) -> Path:
    """Download a weights file once, into torch's own cache.

    Args:
        address (str): ``http(s)://…/NAME-xxxxxxxx.pth``; where the name ends
            in eight or more digits of its SHA-256, as those of mmaction2's
            zoo do, the file is checked against them.

    Returns:
        Path: ``checkpoints/NAME`` in ``torch.hub.get_dir()``.

    Raises:
        ValueError: If it cannot be fetched, or is damaged; nothing is left
            behind then.
    """
    name = Path(urlparse(address).path).name
    path = Path(torch.hub.get_dir()) / 'checkpoints' / name
    if path.is_file():
        return path
    path.parent.mkdir(parents=True, exist_ok=True)
    digest = re.search(r'-([0-9a-f]{8,})\.', name)
    try:
        torch.hub.download_url_to_file(
            address, str(path), digest.group(1) if digest else None
        )
    except (OSError, RuntimeError) as error:
        raise ValueError(
            f'{address}: expected a weights file, found none that can be '
            f'fetched whole ({error}); a file that was fetched elsewhere can '
            'be named by model.init_cfg.checkpoint'
        ) from error
    return path


def random_weights(model: nn.Module) -> Tuple[str, str]:
    """Give a backbone random weights, the same each time.

    Args:
        model (nn.Module): The backbone.

    Returns:
        tuple[str, str]: As :func:`load_weights`, with a name that says what
        they are.
    """
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(SEED)
        for module in model.modules():
            if hasattr(module, 'reset_parameters'):
                module.reset_parameters()
    digest = hashlib.sha256()
    for value in model.state_dict().values():
        digest.update(value.cpu().numpy().tobytes())
    return f'random weights, seed {SEED}', digest.hexdigest()
