"""Checkpoints that other programs released, made ours and back.

Theirs is a state dict, perhaps under the key ``state_dict``, whose names may
begin with what DataParallel puts before them; see
:mod:`.released_names.methods`.

Shapes: S rows of a dictionary, C channels of the features.
"""

import os
from pathlib import Path
from typing import Dict, Mapping, NamedTuple, Optional, Sequence, Union

import numpy as np
import torch
from mmengine.model import BaseModel
from torch import Tensor

from ..datasets.normal_dictionary import read_dictionary
from ..io.atomic import atomic_path
from ..io.checkpoints import load_checkpoint_safely
from .released_names.methods import ReleasedMethod

File = Union[str, os.PathLike]
State = Dict[str, Tensor]
# What DataParallel puts in front of each name.
PARALLEL = 'module.'
# Names that an error says before it counts the rest.
NAMED = 4


class Converted(NamedTuple):
    """A converted state dict.

    Attributes:
        state (dict[str, Tensor]): Name -> tensor.
        unused (dict[str, Tensor]): What has no place in it.
    """

    state: State
    unused: State


def expected_names(
    method: ReleasedMethod, model: BaseModel, origin: str
) -> Dict[str, str]:
    """Tell what a released checkpoint for a model has to hold.

    Args:
        method (ReleasedMethod): Of the release.
        model (BaseModel): ``AnomalyDetector`` of a config of the method.
        origin (str): The file, for errors.

    Returns:
        dict[str, str]: Released name -> ours.

    Raises:
        ValueError: If the model has what no such checkpoint has.
    """
    names, without = {}, []
    for ours in model.state_dict():
        theirs = method.released_name(ours)
        if theirs is not None:
            names[theirs] = ours
        elif ours != method.dictionary:
            without.append(ours)
    if without:
        raise ValueError(
            f'{origin}: expected a config of {method.title} as it was '
            f'released, such as {method.config}, found one whose model has '
            f'{_listed(without)}'
        )
    return names


def convert_state(
    method: ReleasedMethod,
    released: Mapping[str, Tensor],
    model: BaseModel,
    origin: str,
) -> Converted:
    """Give a released state dict our names.

    Args:
        method (ReleasedMethod): Of the release.
        released (Mapping[str, Tensor]): Name -> tensor, with or without
            ``module.`` in front.
        model (BaseModel): ``AnomalyDetector`` of a config of the method.
        origin (str): The file, for errors.

    Returns:
        Converted: Ours, without a dictionary; and what the release has and
        does not use. Counts of batches, which old files lack and no test
        uses, are 0 then.

    Raises:
        ValueError: If something is missing, too much, no tensor, or of
            another shape than the model's; names all of a kind.
    """
    names = expected_names(method, model, origin)
    found: Dict[str, Tensor] = {}
    for name, tensor in released.items():
        short = str(name)
        short = short[len(PARALLEL) :] if short.startswith(PARALLEL) else short
        if short in found:
            raise ValueError(
                f'{origin}: expected each parameter once, found {short} with '
                f'and without {PARALLEL}'
            )
        found[short] = tensor
    unused = {
        name: found.pop(name)
        for name in method.unused(_channels(model))
        if name in found
    }
    what = f'{origin}: expected the state dict of a released {method.title}'
    return Converted(_take(found, names, model, origin, what), unused)


def _take(
    found: Mapping[str, Tensor],
    names: Mapping[str, str],
    model: BaseModel,
    origin: str,
    what: str,
) -> State:
    """Rename by ``names``, name found -> name in the model, strictly."""
    extra = [name for name in found if name not in names]
    if extra:
        raise ValueError(
            f'{what}, with names such as {next(iter(names))}, and as the '
            f'config builds it, found {_listed(extra)}'
        )
    expected = model.state_dict()
    state, missing = {}, []
    for name, ours in names.items():
        tensor = expected[ours]
        if name in found:
            if getattr(found[name], 'shape', None) != tensor.shape:
                raise ValueError(
                    f'{origin}: {name}: expected a tensor of shape '
                    f'{tuple(tensor.shape)}, as the config says, found '
                    f'{_described(found[name])}'
                )
            state[ours] = found[name]
        elif name.endswith('.num_batches_tracked'):
            state[ours] = torch.zeros_like(tensor)
        else:
            missing.append(name)
    if missing:
        raise ValueError(f'{what}, found none of {_listed(missing)}')
    return state


def restore_state(
    method: ReleasedMethod,
    state: Mapping[str, Tensor],
    model: BaseModel,
    origin: str,
) -> Converted:
    """Give a state dict of ours the released names.

    Args:
        method (ReleasedMethod): Whose names.
        state (Mapping[str, Tensor]): Our name -> tensor.
        model (BaseModel): ``AnomalyDetector`` of a config of the method.
        origin (str): The file, for errors.

    Returns:
        Converted: Theirs; and the dictionary by our name, if there is one.

    Raises:
        ValueError: As :func:`convert_state`.
    """
    names = expected_names(method, model, origin)
    left = dict(state)
    dictionary = {
        name: left.pop(name)
        for name in [method.dictionary]
        if name is not None and name in left
    }
    what = f'{origin}: expected a checkpoint of {method.title}'
    same = {ours: ours for ours in names.values()}
    taken = _take(left, same, model, origin, what)
    return Converted(
        {theirs: taken[ours] for theirs, ours in names.items()}, dictionary
    )


def convert_released(
    method: ReleasedMethod,
    source: File,
    target: File,
    model: BaseModel,
    dictionary: Optional[File] = None,
) -> State:
    """Write a released checkpoint as one of ours.

    Nothing of the file is run: it is read as tensors and plain containers, or
    not at all.

    Args:
        method (ReleasedMethod): Of the release.
        source (str or PathLike): File that the release's ``torch.save`` wrote.
        target (str or PathLike): Checkpoint to write, for ``rtfm test`` and
            ``load_from``. What the release does not use is kept beside the
            state dict, under ``unused``.
        model (BaseModel): ``AnomalyDetector`` of the config that it is for.
        dictionary (str or PathLike, optional): ``.npy`` file of the method's
            dictionary, (S, C). Defaults to None: it has none.

    Returns:
        dict[str, Tensor]: What was written.

    Raises:
        FileNotFoundError: If there is no such file.
        ValueError: If it cannot be read safely, does not fit the model, or a
            dictionary is needed or of no use.
    """
    released = _state_of(_read(source), source)
    converted = convert_state(method, released, model, str(source))
    state = converted.state
    if method.dictionary is not None:
        if dictionary is None:
            raise ValueError(
                f"{source}: expected {method.title}'s dictionary, which is a "
                'file of its own in the release, as --dictionary FILE.npy, '
                'found none'
            )
        shape = model.state_dict()[method.dictionary].shape
        state[method.dictionary] = torch.from_numpy(
            read_dictionary(dictionary, *shape)
        )
    else:
        _refuse(dictionary, method)
    _save(
        target,
        dict(
            meta=dict(source=Path(source).name),
            state_dict=state,
            unused=converted.unused,
        ),
    )
    return state


def restore_released(
    method: ReleasedMethod,
    source: File,
    target: File,
    model: BaseModel,
    dictionary: Optional[File] = None,
) -> State:
    """Write a checkpoint of ours as the release's program loads it.

    Args:
        method (ReleasedMethod): Whose program.
        source (str or PathLike): Checkpoint, of a training or of
            :func:`convert_released`.
        target (str or PathLike): File to write, a plain state dict. What the
            program does not use, but has, is what was read, or zeros.
        model (BaseModel): ``AnomalyDetector`` of the checkpoint's config.
        dictionary (str or PathLike, optional): ``.npy`` file to write the
            dictionary to. Defaults to None: it is not written.

    Returns:
        dict[str, Tensor]: What was written.

    Raises:
        FileNotFoundError: If there is no such file.
        ValueError: As :func:`convert_released`.
    """
    content = _read(source)
    kept = content.get('unused', {})
    restored = restore_state(
        method, _state_of(content, source), model, str(source)
    )
    state = restored.state
    unused = method.unused(_channels(model))
    state.update({name: kept.get(name, unused[name]) for name in unused})
    if dictionary is not None:
        if method.dictionary is None:
            _refuse(dictionary, method)
        elif method.dictionary not in restored.unused:
            raise ValueError(
                f'{source}: expected a checkpoint with {method.dictionary}, '
                'found none'
            )
        else:
            rows = restored.unused[method.dictionary].numpy()
            with atomic_path(dictionary) as temporary:
                np.save(temporary, rows)
    _save(target, state)
    return state


def _refuse(dictionary: Optional[File], method: ReleasedMethod) -> None:
    if dictionary is not None:
        raise ValueError(
            f'--dictionary: expected none, since {method.title} has no '
            f'dictionary, found {dictionary}'
        )


def _channels(model: BaseModel) -> int:
    """C of the features."""
    return int(model.neck.in_channels)


def _read(source: File) -> Mapping:
    """The state dict of a file, or what has it under ``state_dict``."""
    content = load_checkpoint_safely(str(source), map_location='cpu')
    return _checked(content, source)


def _state_of(content: Mapping, source: File) -> Mapping[str, Tensor]:
    return _checked(content.get('state_dict', content), source)


def _checked(content: object, source: File) -> Mapping:
    if not isinstance(content, Mapping) or not content:
        raise ValueError(
            f'{source}: expected a state dict, found {_described(content)}'
        )
    return content


def _save(target: File, content: object) -> None:
    with atomic_path(target) as temporary:
        torch.save(content, temporary)


def _listed(names: Sequence[str]) -> str:
    """A few names, and how many more there are."""
    more = len(names) - NAMED
    shown = list(names[:NAMED]) + ([f'{more} more'] if more > 0 else [])
    return ', '.join(shown[:-1]) + (' and ' if shown[1:] else '') + shown[-1]


def _described(value: object) -> str:
    return (
        f'a tensor of shape {tuple(value.shape)}'
        if isinstance(value, Tensor)
        else f'a {type(value).__name__}'
    )
