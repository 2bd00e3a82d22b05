"""Arrays in numpy's own files; the only place that opens them."""

import os
from typing import BinaryIO, Union

import numpy as np


def load_array(file: Union[str, os.PathLike, BinaryIO]) -> np.ndarray:
    """Open an array without running code that its file may contain.

    Args:
        file (str, PathLike or BinaryIO): ``.npy`` file, or its bytes.

    Returns:
        np.ndarray: Of any shape and dtype; of a path it is mapped into
        memory, not read yet.

    Raises:
        ValueError: If it holds Python objects or several arrays (``.npz``,
            which is not unpacked), or is empty or damaged, of which numpy
            raises half a dozen other kinds.
        OSError: If it cannot be opened.
    """
    by_path = isinstance(file, (str, os.PathLike))
    try:
        array = np.load(file, 'r' if by_path else None, allow_pickle=False)
    except (OSError, ValueError):
        raise
    except Exception as error:
        raise ValueError(f'it is no whole array ({error!r})') from error
    if not isinstance(array, np.ndarray):
        array.close()
        raise ValueError('it is an archive of arrays')
    return array


def unpickle_array(file: Union[str, os.PathLike, BinaryIO]) -> np.ndarray:
    """Open what may hold Python objects, whose code is run by that.

    Only for files that a user has said to trust (``allow_pickle=True`` of a
    data set).

    Args:
        file (str, PathLike or BinaryIO): ``.npy`` file or a bare pickle, or
            its bytes.

    Returns:
        np.ndarray: What is in it.
    """
    return np.load(file, allow_pickle=True)
