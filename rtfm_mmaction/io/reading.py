"""Reading files that others wrote: one clear error for each fault."""

import io
import os
import stat
from pathlib import Path
from typing import Iterator, List, Tuple, Union

import numpy as np

NPY_MAGIC = b'\x93NUMPY'


def read_bytes(path: Union[str, Path], expected: str) -> bytes:
    """Read a file.

    Args:
        path (str or Path): The file.
        expected (str): What it should be, for errors.

    Raises:
        FileNotFoundError: If there is none, or a folder in its place.
        ValueError: If it cannot be read: no permission, a link that leads
            back to itself, a pipe.
    """
    try:
        mode = os.stat(path).st_mode
        if stat.S_ISDIR(mode):
            raise FileNotFoundError(
                f'{path}: expected {expected}, found a folder'
            )
        if not stat.S_ISREG(mode):  # a pipe would be waited for for ever
            raise ValueError(
                f'{path}: expected {expected}, found something '
                'that is no regular file'
            )
        with open(path, 'rb') as file:
            return file.read()
    except OSError as error:
        raise _explained(error, path, expected) from error


def _explained(
    error: OSError, path: Union[str, Path], expected: str
) -> Exception:
    if error.errno is None:  # our own
        return error
    if isinstance(error, FileNotFoundError):
        return FileNotFoundError(f'{path}: expected {expected}, found none')
    return ValueError(
        f'{path}: expected {expected}, found one that cannot be '
        f'read ({error.strerror})'
    )


def read_text(path: Union[str, Path], expected: str = 'a text file') -> str:
    r"""Read a UTF-8 text file, with or without a byte order mark.

    Args:
        path (str or Path): The file.
        expected (str): What it should be, for errors. Defaults to 'a text
            file'.

    Returns:
        str: Its text, with ``\\n`` for the line ends of any system.

    Raises:
        FileNotFoundError, ValueError: As :func:`read_bytes`; ValueError also
            if it is no UTF-8 text.
    """
    try:
        text = read_bytes(path, expected).decode('utf-8-sig')
    except UnicodeDecodeError as error:
        raise ValueError(
            f'{path}: expected UTF-8 text, found {error}'
        ) from error
    return text.replace('\r\n', '\n').replace('\r', '\n')


def read_lines(path: Union[str, Path]) -> Iterator[Tuple[str, str]]:
    """Read the lines of a text file that are not empty.

    Args:
        path (str or Path): Text file, UTF-8.

    Yields:
        tuple[str, str]: ``file:line``, for errors, and the line.

    Raises:
        FileNotFoundError, ValueError: As :func:`read_text`.
    """
    # Not splitlines(), which also splits at characters that names may have.
    for number, line in enumerate(read_text(path).split('\n'), 1):
        if line.strip():
            yield f'{path}:{number}', line


def read_npy(path: Union[str, Path], expected: str) -> np.ndarray:
    """Read an array of numbers, without ever running code from the file.

    Args:
        path (str or Path): ``.npy`` file.
        expected (str): What it should be, for errors.

    Returns:
        np.ndarray: Of booleans, integers or floats, of any shape.

    Raises:
        FileNotFoundError, ValueError: As :func:`read_bytes`; ValueError also
            if the file is no whole array of numbers.
    """
    content = read_bytes(path, expected)
    if not content.startswith(NPY_MAGIC):
        raise ValueError(
            f'{path}: expected {expected} in a .npy file, found '
            + (
                f'a file that begins with {content[:6]!r}'
                if content
                else 'an empty file'
            )
        )
    try:
        array = np.load(io.BytesIO(content), allow_pickle=False)
    except Exception as error:  # a broken header raises kinds of all sorts
        raise ValueError(
            f'{path}: expected {expected}, found a .npy file that'
            f' cannot be read ({error})'
        ) from error
    if array.dtype.kind not in 'biuf':
        raise ValueError(
            f'{path}: expected {expected}, found an array of '
            f'dtype {array.dtype}'
        )
    return array


def check_folder(path: Union[str, Path], expected: str) -> None:
    """Check that a folder is there.

    Args:
        path (str or Path): The folder.
        expected (str): What it should be, for errors.

    Raises:
        FileNotFoundError: If there is none, or a file in its place.
        ValueError: If that cannot be told: no permission, a link that leads
            back to itself.
    """
    try:
        if not stat.S_ISDIR(os.stat(path).st_mode):
            raise FileNotFoundError(
                f'{path}: expected {expected}, found a file'
            )
    except OSError as error:
        raise _explained(error, path, expected) from error


def list_files(
    folder: Union[str, Path], suffix: str, expected: str
) -> List[Path]:
    """Files of a kind in a folder, by name; hidden ones are left out.

    Args:
        folder (str or Path): The folder.
        suffix (str): Their extension, in small letters.
        expected (str): What the folder should be, for errors.

    Raises:
        FileNotFoundError: As :func:`check_folder`.
        ValueError: As there, or if it holds no such file.
    """
    check_folder(folder, expected)
    try:
        names = sorted(os.listdir(folder))
    except OSError as error:
        raise _explained(error, folder, expected) from error
    # Archives made on a Mac hold a '._name' beside each name.
    found = [
        Path(folder, name)
        for name in names
        if name.lower().endswith(suffix) and not name.startswith('.')
    ]
    if not found:
        raise ValueError(
            f'{folder}: expected {expected}, found no {suffix} file in it'
        )
    return found
