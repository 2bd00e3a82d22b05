"""Reading feature files, local ones or any that mmengine can fetch.

Shapes: T snippets, N crops, C channels. A video is read as (T, N, C).
"""

import io
import os
from contextlib import ExitStack
from typing import BinaryIO, List, Optional, Sequence, Tuple, Union

import numpy as np

from ..io.arrays import load_array, unpickle_array
from .feature_layouts import FeatureLayout

NPY_MAGIC = b'\x93NUMPY'


def is_local(path: str, backend_args: Optional[dict] = None) -> bool:
    """Whether the files of a folder can be mapped into memory."""
    if backend_args is None and '://' not in path:
        return True
    from mmengine.fileio.backends import LocalBackend

    from .storage import file_backend

    return isinstance(file_backend(path, backend_args), LocalBackend)


def read_array(
    path: str, allow_pickle: bool = False, backend_args: Optional[dict] = None
) -> np.ndarray:
    """Open one feature file, mapped into memory where that can be.

    Args:
        path (str): A ``.npy`` or ``.txt`` file.
        allow_pickle (bool): Whether to unpickle object arrays, which can run
            code that the file contains. Defaults to False.
        backend_args (dict, optional): See
            :func:`~rtfm_mmaction.datasets.storage.file_backend`.

    Returns:
        np.ndarray: Floating array of two or three axes; not read yet for a
        local ``.npy`` file.

    Raises:
        ValueError: If the file cannot be read, is empty, truncated, no array,
            pickled without ``allow_pickle``, not of numbers, of another rank,
            or without rows; names file, found and expected.
    """
    path = str(path)
    file = _open(path, backend_args)
    magic = _magic(file, path)
    pickled = ValueError(
        f'{path}: expected an array of numbers, found pickled Python objects, '
        'which can run code when they are read. If you trust the file, set '
        'allow_pickle=True in its dataset'
    )
    is_text = path.endswith('.txt')
    if not is_text and magic != NPY_MAGIC and not allow_pickle:
        if magic[:1] == b'\x80':  # how a pickle begins
            raise pickled
        raise ValueError(
            f'{path}: expected a .npy file, found one that '
            f'begins with {magic!r}'
        )
    try:
        if is_text:
            array = np.loadtxt(file, dtype=np.float32, ndmin=2)
        elif allow_pickle and _is_pickled(file, magic):
            array = _unpickle(file, path)
        else:
            array = load_array(file)
    except _OtherNumbers:
        raise
    # A damaged header or pickle raises half a dozen kinds of errors.
    except Exception as error:
        if 'object' in str(error).lower():
            raise pickled from error
        raise ValueError(
            f'{path}: expected a whole feature array, found one that cannot '
            f'be read ({error!r})'
        ) from error
    _check(array.shape, array.dtype, path)
    return array


class _OtherNumbers(ValueError):
    """Pickled rows that are no floating-point numbers."""


def _is_pickled(file: Union[str, io.BytesIO], magic: bytes) -> bool:
    """Whether a file holds Python objects, by its first bytes or header."""
    if magic != NPY_MAGIC:
        return True
    with ExitStack() as stack:
        opened: BinaryIO = (
            stack.enter_context(open(file, 'rb'))
            if isinstance(file, str)
            else file
        )
        read_header = {
            1: np.lib.format.read_array_header_1_0,
            2: np.lib.format.read_array_header_2_0,
        }.get(np.lib.format.read_magic(opened)[0])
        pickled = read_header is None or read_header(opened)[2].hasobject
        opened.seek(0)
    return pickled


def _unpickle(file: Union[str, io.BytesIO], path: str) -> np.ndarray:
    """Rows that are Python objects, as one array of float32."""
    rows = unpickle_array(file)
    array = np.stack([np.asarray(row) for row in rows])
    if array.dtype.kind != 'f':
        raise _OtherNumbers(
            f'{path}: expected floating-point numbers, found dtype '
            f'{array.dtype}'
        )
    return array.astype(np.float32)


def _open(path: str, backend_args: Optional[dict]):
    """A local path as it is, anything else as its bytes."""
    if is_local(path, backend_args):
        return path
    from .storage import file_backend

    try:
        content = file_backend(path, backend_args).get(path)
    except Exception as error:  # each backend raises kinds of its own
        raise ValueError(
            f'{path}: expected a feature file, found none that '
            f'can be fetched ({error})'
        ) from error
    if content is None:  # a data base without such a key
        raise ValueError(
            f'{path}: expected a feature file, found none of that name'
        )
    return io.BytesIO(content)


def _magic(file, path: str) -> bytes:
    """The first bytes; what is no readable file is told here."""
    if not isinstance(file, str):
        magic = file.getvalue()[:6]
    elif os.path.isdir(file):
        raise ValueError(f'{path}: expected a feature file, found a folder')
    else:
        try:
            with open(file, 'rb') as opened:
                magic = opened.read(6)
        except OSError as error:
            raise ValueError(
                f'{path}: expected a feature file, found one that'
                f' cannot be opened ({error.strerror})'
            ) from error
    if not magic:
        raise ValueError(f'{path}: expected an array, found an empty file')
    return magic


def _check(shape: Tuple[int, ...], dtype: np.dtype, path: str) -> None:
    if dtype.kind != 'f':
        raise ValueError(
            f'{path}: expected floating-point numbers, found dtype {dtype}'
        )
    if len(shape) not in (2, 3) or 0 in shape:
        raise ValueError(
            f'{path}: expected snippets x channels or three axes '
            f'with crops, none of them empty, found shape '
            f'{shape}'
        )


def read_header(
    path: str, allow_pickle: bool = False, backend_args: Optional[dict] = None
) -> Tuple[int, ...]:
    """Shape of a feature file, by the least reading that tells it.

    Args:
        path (str): As of :func:`read_array`.
        allow_pickle (bool): As there.
        backend_args (dict, optional): As there.

    Returns:
        tuple[int, ...]: Two or three axes.

    Raises:
        ValueError: As :func:`read_array`, but for broken numbers in the
            middle of a text file.
    """
    path = str(path)
    if not (path.endswith('.txt') and is_local(path, backend_args)):
        return read_array(path, allow_pickle, backend_args).shape
    _magic(path, path)
    # Parsing the numbers of a whole data set takes minutes; counting lines
    # and the columns of two of them, moments.
    with open(path, 'rb') as file:
        lines = [line for line in file.read().split(b'\n') if line.strip()]
    columns = {len(line.split()) for line in lines[:1] + lines[-1:]}
    if len(columns) > 1:
        raise ValueError(
            f'{path}: expected a whole feature array, found {min(columns)} '
            f'and {max(columns)} numbers in its first and last line'
        )
    shape = (len(lines), max(columns, default=0))
    _check(shape, np.dtype(np.float32), path)
    return shape


def open_features(
    files: Sequence[str],
    layout: FeatureLayout,
    allow_pickle: bool = False,
    backend_args: Optional[dict] = None,
) -> List[np.ndarray]:
    """Open a video's files as views of (T, N, C), without reading them.

    Args:
        files (Sequence[str]): One file, or one a crop.
        layout (FeatureLayout): Their layout.
        allow_pickle (bool): See :func:`read_array`.
        backend_args (dict, optional): See
            :func:`~rtfm_mmaction.datasets.storage.file_backend`.

    Returns:
        list[np.ndarray]: Views (T, N_i, C); along their second axes they
        make up the video's crops.

    Raises:
        ValueError: If a file is bad, the crops differ in shape, or T is not
            the layout's number of segments.
    """
    views = []
    for path in files:
        array = read_array(path, allow_pickle, backend_args)
        if array.ndim == 2:
            array = array[:, None]
        elif layout.axes == 'NTC':
            array = array.swapaxes(0, 1)
        if layout.drop_last:
            array = array[..., : -layout.drop_last]
        views.append(array)
    _check_crops([view.shape for view in views], files, layout)
    return views


def features_shape(views: Sequence[np.ndarray]) -> Tuple[int, int, int]:
    """(T, N, C) of the views that :func:`open_features` gives."""
    length, _, channels = views[0].shape
    return length, sum(view.shape[1] for view in views), channels


def probe_features(
    files: Sequence[str],
    layout: FeatureLayout,
    allow_pickle: bool = False,
    backend_args: Optional[dict] = None,
) -> Tuple[int, int, int]:
    """(T, N, C) of a video from its files' headers.

    Args, Raises: as of :func:`open_features`.

    Returns:
        tuple[int, int, int]: T, N, C.
    """
    shapes = []
    for path in files:
        shape = read_header(path, allow_pickle, backend_args)
        first, *middle, channels = shape
        crops = middle[0] if middle else 1
        if middle and layout.axes == 'NTC':
            first, crops = crops, first
        shapes.append((first, crops, channels - layout.drop_last))
    _check_crops(shapes, files, layout)
    length, _, channels = shapes[0]
    return length, sum(shape[1] for shape in shapes), channels


def _check_crops(
    shapes: Sequence[Tuple[int, ...]],
    files: Sequence[str],
    layout: FeatureLayout,
) -> None:
    """Crops of one video have one T and one C."""
    length, _, channels = shapes[0]
    for shape, path in zip(shapes, files):
        if (shape[0], shape[2]) != (length, channels):
            raise ValueError(
                f'{path}: found (T, C) = {(shape[0], shape[2])}, expected that'
                f' of its other crops, {(length, channels)} in {files[0]}'
            )
    if channels < 1:
        raise ValueError(
            f'{files[0]}: expected more than {layout.drop_last} '
            'channels, the last of which are dropped in this '
            f'layout, found {channels + layout.drop_last}'
        )
    if layout.num_segments and length != layout.num_segments:
        raise ValueError(
            f'{files[0]}: expected {layout.num_segments} segments in this '
            f'layout, found T = {length}'
        )
