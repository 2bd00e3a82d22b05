"""RTFM's released checkpoints, made ours.

The release saves a state dict whose parameters are named after its own
modules: ``Aggregate`` is the MTN, ``fc1`` to ``fc3`` the classifier.
"""

from pathlib import Path
from typing import Dict, Mapping, Tuple, Union

import torch
from mmengine.model import BaseModel
from torch import Tensor

from ..io.atomic import atomic_path
from ..io.checkpoints import load_checkpoint_safely

# Module of the release -> module of AnomalyDetector(MTN, RTFMHead).
MODULES: Dict[str, str] = {
    'Aggregate.conv_1.0': 'neck.parts.0.branches.0.0',
    'Aggregate.conv_1.2': 'neck.parts.0.branches.0.2',
    'Aggregate.conv_2.0': 'neck.parts.0.branches.1.0',
    'Aggregate.conv_2.2': 'neck.parts.0.branches.1.2',
    'Aggregate.conv_3.0': 'neck.parts.0.branches.2.0',
    'Aggregate.conv_3.2': 'neck.parts.0.branches.2.2',
    'Aggregate.conv_4.0': 'neck.parts.1.reduce.0',
    'Aggregate.non_local.theta': 'neck.parts.1.theta',
    'Aggregate.non_local.phi': 'neck.parts.1.phi',
    'Aggregate.non_local.g': 'neck.parts.1.g',
    'Aggregate.non_local.W.0': 'neck.parts.1.project.0',
    'Aggregate.non_local.W.1': 'neck.parts.1.project.1',
    'Aggregate.conv_5.0': 'neck.fusion.0',
    'Aggregate.conv_5.2': 'neck.fusion.2',
    'fc1': 'head.classifier.0',
    'fc2': 'head.classifier.3',
    'fc3': 'head.classifier.6',
}
# What DataParallel puts in front of each name.
PARALLEL = 'module.'


def convert_names(
    released: Mapping[str, Tensor], origin: str
) -> Dict[str, Tensor]:
    """Rename the parameters of a released state dict.

    Args:
        released (Mapping[str, Tensor]): Name -> tensor, with or without
            ``module.`` in front.
        origin (str): Where it comes from, for errors.

    Returns:
        dict[str, Tensor]: Our name -> tensor.

    Raises:
        ValueError: If a name is none of the release's, or no tensor stands
            behind it.
    """
    converted = {}
    for name, tensor in released.items():
        short = str(name)
        if short.startswith(PARALLEL):
            short = short[len(PARALLEL) :]
        module, _, parameter = short.rpartition('.')
        if module not in MODULES or not isinstance(tensor, Tensor):
            raise ValueError(
                f'{origin}: expected the state dict of a released RTFM, with '
                'names such as Aggregate.conv_1.0.weight and fc1.weight, found'
                f' {name!r} ({_described(tensor)})'
            )
        converted[f'{MODULES[module]}.{parameter}'] = tensor
    return converted


def _described(value) -> str:
    return (
        f'a tensor of shape {tuple(value.shape)}'
        if isinstance(value, Tensor)
        else f'a {type(value).__name__}'
    )


def check_fit(
    converted: Mapping[str, Tensor], model: BaseModel, origin: str
) -> None:
    """Check that a state dict is that of a model, whole and of its shapes.

    Args:
        converted (Mapping[str, Tensor]): Our name -> tensor.
        model (BaseModel): The model that is to load it.
        origin (str): Where it comes from, for errors.

    Raises:
        ValueError: If a parameter is missing, too many, or of another shape;
            names it as the release does.
    """
    released = {ours: theirs for theirs, ours in MODULES.items()}

    def name_of(ours: str) -> str:
        module, _, parameter = ours.rpartition('.')
        return f'{released.get(module, module)}.{parameter}'

    expected = model.state_dict()
    for name, tensor in expected.items():
        found = converted.get(name)
        # The count of batches is of no use in a test; old files lack it.
        if found is None and name.endswith('num_batches_tracked'):
            continue
        if found is None or found.shape != tensor.shape:
            raise ValueError(
                f'{origin}: {name_of(name)}: expected a tensor of shape '
                f'{tuple(tensor.shape)}, as the config says, found '
                f'{"none" if found is None else _described(found)}'
            )
    extra = sorted(set(converted) - set(expected))
    if extra:
        raise ValueError(
            f'{origin}: found {name_of(extra[0])} and {len(extra) - 1} more '
            'parameters, which the model of the config does not have'
        )


def convert_released(
    source: Union[str, Path], target: Union[str, Path], model: BaseModel
) -> Tuple[int, int]:
    """Write a released checkpoint as one of ours.

    Nothing of the file is run: it is read as tensors and plain containers, or
    not at all.

    Args:
        source (str or Path): File that the release's ``torch.save`` wrote: a
            state dict, or one under the key ``state_dict``.
        target (str or Path): Checkpoint to write, for ``tools/test.py`` and
            ``load_from``.
        model (BaseModel): ``AnomalyDetector`` of the config that it is for.

    Returns:
        tuple[int, int]: Number of tensors and of numbers in them.

    Raises:
        FileNotFoundError: If there is no such file.
        ValueError: If it cannot be read safely, or does not fit the model.
    """
    origin = str(source)
    content = load_checkpoint_safely(origin, map_location='cpu')
    if isinstance(content, Mapping):
        content = content.get('state_dict', content)
    if not isinstance(content, Mapping) or not content:
        raise ValueError(
            f'{origin}: expected a state dict, found {_described(content)}'
        )
    converted = convert_names(content, origin)
    check_fit(converted, model, origin)
    for name, tensor in model.state_dict().items():
        converted.setdefault(name, torch.zeros_like(tensor))
    with atomic_path(target) as temporary:
        torch.save(
            dict(meta=dict(source=Path(source).name), state_dict=converted),
            temporary,
        )
    return len(converted), sum(t.numel() for t in converted.values())
