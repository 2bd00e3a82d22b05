"""Weights of a backbone, all of them or an error."""

import hashlib
from typing import Optional, Tuple

import torch
from torch import nn

from ..io.checkpoints import load_checkpoint_safely
from ..io.fetching import as_file
from ..io.file_digest import file_digest

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
    source = init_cfg['checkpoint']
    try:
        checkpoint = load_checkpoint_safely(source, map_location='cpu')
    except FileNotFoundError as error:
        hint = f'; this makes it: {command}' if command else ''
        raise FileNotFoundError(
            f'{source}: no such weights file{hint}'
        ) from error
    if not isinstance(checkpoint, dict):
        raise ValueError(
            f'{source}: expected weights by name, found a '
            f'{type(checkpoint).__name__}'
        )
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
            f'{source}: expected the weights of {type(model).__name__}, found '
            f'{len(wrong)} missing or of another shape, {wrong[0]} first (for '
            "a recognizer's checkpoint, set model.init_cfg.prefix to "
            "'backbone.')"
        )
    model.load_state_dict(state, strict=False)
    with as_file(source) as path:
        return path.name, file_digest(path)


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
            reset = getattr(module, 'reset_parameters', None)
            if callable(reset):
                reset()
    digest = hashlib.sha256()
    for value in model.state_dict().values():
        digest.update(value.cpu().numpy().tobytes())
    return f'random weights, seed {SEED}', digest.hexdigest()
