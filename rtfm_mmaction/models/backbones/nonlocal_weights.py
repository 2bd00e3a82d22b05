"""The PyTorch port of the video-nonlocal-net I3D, and mmaction2's ResNet3d.

The port names its parameters as torchvision's ResNet does: ``conv1``,
``bn1``, ``layer1.0.conv1``, ``layer1.0.bn1``, ``layer1.0.downsample.0`` and
``.1``, …, ``fc``. In a checkpoint of a mmaction2 recognizer the same tensors
are ``backbone.conv1.conv``, ``backbone.conv1.bn``, …, ``cls_head.fc_cls``.
"""
import re
from pathlib import Path
from typing import Dict, Mapping, Optional, Union

import torch
from torch import Tensor

from ...compat import load_checkpoint_safely
from ...utils import atomic_path

BLOCK = r'layer[1-4]\.\d+\.'
PARAMETER = r'(weight|bias|running_mean|running_var|num_batches_tracked)'
# Pattern of a name of the port, and the same of mmaction2's.
RENAMES = (
    (rf'(|{BLOCK})conv([1-3])\.{PARAMETER}', r'backbone.\1conv\2.conv.\3'),
    (rf'(|{BLOCK})bn([1-3])\.{PARAMETER}', r'backbone.\1conv\2.bn.\3'),
    (rf'({BLOCK})downsample\.0\.{PARAMETER}',
     r'backbone.\1downsample.conv.\2'),
    (rf'({BLOCK})downsample\.1\.{PARAMETER}', r'backbone.\1downsample.bn.\2'),
    (rf'()fc\.{PARAMETER}', r'cls_head.fc_cls.\2'),
)
REVERSED = (
    (rf'backbone\.(|{BLOCK})conv([1-3])\.conv\.{PARAMETER}', r'\1conv\2.\3'),
    (rf'backbone\.(|{BLOCK})conv([1-3])\.bn\.{PARAMETER}', r'\1bn\2.\3'),
    (rf'backbone\.({BLOCK})downsample\.conv\.{PARAMETER}',
     r'\1downsample.0.\2'),
    (rf'backbone\.({BLOCK})downsample\.bn\.{PARAMETER}', r'\1downsample.1.\2'),
    (rf'cls_head\.()fc_cls\.{PARAMETER}', r'fc.\2'),
)


def rename(name: str, reverse: bool = False) -> Optional[str]:
    """A parameter's name in the other library.

    Args:
        name (str): Of the port, or of mmaction2 if ``reverse``.
        reverse (bool): Defaults to False.

    Returns:
        str or None: None if it is no such name.
    """
    for pattern, replacement in REVERSED if reverse else RENAMES:
        match = re.fullmatch(pattern, name)
        if match:
            return match.expand(replacement)
    return None


def convert_state(state: Mapping[str, Tensor], origin: str,
                  reverse: bool = False) -> Dict[str, Tensor]:
    """Rename all parameters.

    Args:
        state (Mapping[str, Tensor]): Name -> tensor.
        origin (str): Where it comes from, for errors.
        reverse (bool): From mmaction2 to the port. Defaults to False.

    Returns:
        dict[str, Tensor]: The same tensors by their other names.

    Raises:
        ValueError: If a name is none of such a network's, as those of
            non-local blocks, or the first convolution is missing or of
            another shape.
    """
    first = 'backbone.conv1.conv.weight' if reverse else 'conv1.weight'
    found = state.get(first)
    if not isinstance(found, Tensor) or found.shape[1:] != (3, 5, 7, 7):
        shape = tuple(found.shape) if isinstance(found, Tensor) else 'none'
        raise ValueError(
            f'{origin}: {first}: expected a convolution of an I3D ResNet of '
            f'shape (64, 3, 5, 7, 7), found {shape}')
    converted = {}
    for name, tensor in state.items():
        other = rename(str(name), reverse)
        if other is None or not isinstance(tensor, Tensor):
            raise ValueError(
                f'{origin}: expected parameters of an I3D ResNet without '
                f'non-local blocks, found {name!r}')
        converted[other] = tensor
    return converted


def convert_checkpoint(source: Union[str, Path],
                       target: Union[str, Path],
                       reverse: bool = False) -> int:
    """Convert a file; nothing of it is run.

    Args:
        source (str or Path): State dict, or one under ``state_dict``.
        target (str or Path): File to write. mmaction2's holds ``state_dict``,
            the port's is the state dict itself.
        reverse (bool): From mmaction2 to the port. Defaults to False.

    Returns:
        int: Number of tensors.

    Raises:
        FileNotFoundError: If there is no such file.
        ValueError: As :func:`convert_state`, or if the file cannot be read
            safely.
    """
    content = load_checkpoint_safely(str(source), map_location='cpu')
    if isinstance(content, Mapping):
        content = content.get('state_dict', content)
    if not isinstance(content, Mapping):
        raise ValueError(f'{source}: expected a state dict, found a '
                         f'{type(content).__name__}')
    converted = convert_state(content, str(source), reverse)
    with atomic_path(target) as temporary:
        torch.save(converted if reverse else dict(state_dict=converted),
                   temporary)
    return len(converted)
