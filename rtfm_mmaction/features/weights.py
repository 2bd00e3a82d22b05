"""Weights of a backbone, all of them or an error."""
import hashlib
from pathlib import Path
from typing import Optional, Tuple

from torch import nn

from rtfm_mmaction.compat import load_checkpoint_safely


def load_weights(model: nn.Module,
                 init_cfg: Optional[dict],
                 command: Optional[str] = None) -> Tuple[str, str]:
    """Load a backbone's weights.

    mmengine's own ``Pretrained`` initialisation only warns of weights that
    the file lacks, and features of a half-random network look like features.

    Args:
        model (nn.Module): The backbone.
        init_cfg (dict): ``dict(type='Pretrained', checkpoint=FILE)`` and
            optionally ``prefix``, what the names of the backbone's weights
            begin with in the file, such as ``'backbone.'``.
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
            'without weights mean nothing')
    path = Path(init_cfg['checkpoint'])
    if not path.is_file():
        hint = f'; this makes it: {command}' if command else ''
        raise FileNotFoundError(f'{path}: no such weights file{hint}')
    checkpoint = load_checkpoint_safely(path, map_location='cpu')
    state = checkpoint.get('state_dict', checkpoint)
    prefix = init_cfg.get('prefix', '')
    state = {
        name[len(prefix):]: value
        for name, value in state.items() if name.startswith(prefix)
    }
    wrong = [
        name for name, value in model.state_dict().items()
        if not name.endswith('num_batches_tracked') and (
            name not in state or state[name].shape != value.shape)
    ]
    if wrong:
        raise ValueError(
            f'{path}: expected the weights of {type(model).__name__}, found '
            f'{len(wrong)} missing or of another shape, {wrong[0]} first (for '
            "a recognizer's checkpoint, set model.init_cfg.prefix to "
            "'backbone.')")
    model.load_state_dict(state, strict=False)
    return path.name, hashlib.sha256(path.read_bytes()).hexdigest()
