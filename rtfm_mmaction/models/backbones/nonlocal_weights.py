"""The PyTorch port of the video-nonlocal-net I3D, and mmaction2's ResNet3d.

The port names its parameters as torchvision's ResNet does: ``conv1``,
``bn1``, ``layer1.0.conv1``, ``layer1.0.bn1``, ``layer1.0.downsample.0`` and
``.1``, …, ``fc``. In a checkpoint of a mmaction2 recognizer the same tensors
are ``backbone.conv1.conv``, ``backbone.conv1.bn``, …, ``cls_head.fc_cls``.

Non-local blocks, in the port ``layer2.1.nl.theta``, ``.phi``, ``.g``, ``.out``
and ``.bn``, are mmaction2's ``NonLocal3d`` with ``sub_sample=True``,
``use_scale=True``, ``mode='embedded_gaussian'`` and batch normalisation, but
for two things:

- ``out`` has a bias, which mmaction2's convolution before a batch
  normalisation has not. As it only moves what is normalised, it is taken off
  the running mean; on the way back it is 0.
- phi and g see the maxima of 2x2 places, where mmaction2 takes the maxima of
  what phi and g make of all places. That is no matter of weights:
  ``ReleasedNonLocalResNet3d`` does it as the port.

Which function of theta and phi a block has is not in its weights. The port
knows the embedded Gaussian alone, so that from mmaction2's dot-product blocks,
which have the same names, ``reverse`` makes another network.

Source of the names: https://github.com/Tushar-N/pytorch-resnet3d,
``models/resnet.py``; the later revision with ``use_nl``.
"""

import re
from pathlib import Path
from typing import Dict, Iterable, List, Mapping, Optional, Union

import torch
from torch import Tensor

from ...io.atomic import atomic_path
from ...io.checkpoints import load_checkpoint_safely

BLOCK = r'layer[1-4]\.\d+\.'
PARAMETER = r'(weight|bias|running_mean|running_var|num_batches_tracked)'
# Pattern of a name of the port, and the same of mmaction2's.
RENAMES = (
    (rf'(|{BLOCK})conv([1-3])\.{PARAMETER}', r'backbone.\1conv\2.conv.\3'),
    (rf'(|{BLOCK})bn([1-3])\.{PARAMETER}', r'backbone.\1conv\2.bn.\3'),
    (
        rf'({BLOCK})downsample\.0\.{PARAMETER}',
        r'backbone.\1downsample.conv.\2',
    ),
    (rf'({BLOCK})downsample\.1\.{PARAMETER}', r'backbone.\1downsample.bn.\2'),
    (rf'()fc\.{PARAMETER}', r'cls_head.fc_cls.\2'),
    (
        rf'({BLOCK})nl\.theta\.{PARAMETER}',
        r'backbone.\1non_local_block.theta.conv.\2',
    ),
    (
        rf'({BLOCK})nl\.(phi|g)\.{PARAMETER}',
        r'backbone.\1non_local_block.\2.0.conv.\3',
    ),
    (
        rf'({BLOCK})nl\.out\.{PARAMETER}',
        r'backbone.\1non_local_block.conv_out.conv.\2',
    ),
    (
        rf'({BLOCK})nl\.bn\.{PARAMETER}',
        r'backbone.\1non_local_block.conv_out.bn.\2',
    ),
)
REVERSED = (
    (rf'backbone\.(|{BLOCK})conv([1-3])\.conv\.{PARAMETER}', r'\1conv\2.\3'),
    (rf'backbone\.(|{BLOCK})conv([1-3])\.bn\.{PARAMETER}', r'\1bn\2.\3'),
    (
        rf'backbone\.({BLOCK})downsample\.conv\.{PARAMETER}',
        r'\1downsample.0.\2',
    ),
    (rf'backbone\.({BLOCK})downsample\.bn\.{PARAMETER}', r'\1downsample.1.\2'),
    (rf'cls_head\.()fc_cls\.{PARAMETER}', r'fc.\2'),
    (
        rf'backbone\.({BLOCK})non_local_block\.theta\.conv\.{PARAMETER}',
        r'\1nl.theta.\2',
    ),
    (
        rf'backbone\.({BLOCK})non_local_block\.(phi|g)\.0\.conv\.{PARAMETER}',
        r'\1nl.\2.\3',
    ),
    (
        rf'backbone\.({BLOCK})non_local_block\.conv_out\.conv\.{PARAMETER}',
        r'\1nl.out.\2',
    ),
    (
        rf'backbone\.({BLOCK})non_local_block\.conv_out\.bn\.{PARAMETER}',
        r'\1nl.bn.\2',
    ),
)
# What a non-local block of the port must have. Its out.bias is made or folded.
NON_LOCAL = tuple(
    f'nl.{layer}.{kind}'
    for layers, kinds in (
        (('theta', 'phi', 'g'), ('weight', 'bias')),
        (('out',), ('weight',)),
        (('bn',), ('weight', 'bias', 'running_mean', 'running_var')),
    )
    for layer in layers
    for kind in kinds
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


def convert_state(
    state: Mapping[str, Tensor], origin: str, reverse: bool = False
) -> Dict[str, Tensor]:
    """Rename all parameters.

    Args:
        state (Mapping[str, Tensor]): Name -> tensor.
        origin (str): Where it comes from, for errors.
        reverse (bool): From mmaction2 to the port. Defaults to False.

    Returns:
        dict[str, Tensor]: The same tensors by their other names, but for the
        bias in non-local blocks.

    Raises:
        ValueError: If a name is none of such a network's, a non-local block
            is not of the port's kind, or the first convolution is missing or
            of another shape.
    """
    first = 'backbone.conv1.conv.weight' if reverse else 'conv1.weight'
    found = state.get(first)
    if not isinstance(found, Tensor) or found.shape[1:] != (3, 5, 7, 7):
        shape = tuple(found.shape) if isinstance(found, Tensor) else 'none'
        raise ValueError(
            f'{origin}: {first}: expected a convolution of an I3D ResNet of '
            f'shape (64, 3, 5, 7, 7), found {shape}'
        )
    converted = {}
    for name, tensor in state.items():
        other = rename(str(name), reverse)
        if other is None or not isinstance(tensor, Tensor):
            raise ValueError(
                f'{origin}: expected parameters of an I3D ResNet, its '
                'non-local blocks those of an embedded Gaussian, sub-sampled, '
                f'with batch normalisation; found {name!r}'
            )
        converted[other] = tensor
    port = converted if reverse else state
    for block in non_local_blocks(port):
        missing = [name for name in NON_LOCAL if block + name not in port]
        if missing:
            raise ValueError(
                f'{origin}: {block}nl: expected the non-local block of an '
                'embedded Gaussian with batch normalisation, found none of '
                + ', '.join(missing)
            )
        bias = f'{block}nl.out.bias'
        if reverse:
            weight = port[f'{block}nl.out.weight']
            converted.setdefault(bias, weight.new_zeros(len(weight)))
        else:
            mean = str(rename(f'{block}nl.bn.running_mean'))
            converted[mean] = converted[mean] - converted.pop(
                str(rename(bias)), torch.tensor(0)
            )
    return converted


def non_local_blocks(port: Iterable[str]) -> List[str]:
    """Beginnings of names, ``layer2.1.``, of the port's non-local blocks."""
    matches = (re.match(rf'({BLOCK})nl\.', str(name)) for name in port)
    return sorted({match[1] for match in matches if match})


def convert_checkpoint(
    source: Union[str, Path], target: Union[str, Path], reverse: bool = False
) -> int:
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
        raise ValueError(
            f'{source}: expected a state dict, found a '
            f'{type(content).__name__}'
        )
    converted = convert_state(content, str(source), reverse)
    with atomic_path(target) as temporary:
        torch.save(
            converted if reverse else dict(state_dict=converted), temporary
        )
    return len(converted)
