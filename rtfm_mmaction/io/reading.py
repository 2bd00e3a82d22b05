"""Reading files that others wrote: one clear error for each fault."""

import codecs
import io
import json
import os
import stat
from pathlib import Path
from typing import Any, Callable, Dict, Iterator, List, Optional, Tuple, Union

import numpy as np

from .arrays import load_array
from .remote import RemotePath, as_path, read_remote
from .walking import list_folder

NPY_MAGIC = b'\x93NUMPY'


def read_bytes(path: Union[str, Path], expected: str) -> bytes:
    """Read a file.

    Args:
        path (str or Path): The file, or its address, see :mod:`.remote`.
        expected (str): What it should be, for errors.

    Raises:
        FileNotFoundError: If there is none, or a folder in its place.
        ValueError: If it cannot be read: no permission, a link that leads
            back to itself, a pipe.
    """
    try:
        file_path = as_path(path)
        if isinstance(file_path, RemotePath):
            return read_remote(file_path, expected)
        mode = os.stat(file_path).st_mode
        if stat.S_ISDIR(mode):
            raise FileNotFoundError(
                f'{path}: expected {expected}, found a folder'
            )
        if not stat.S_ISREG(mode):  # a pipe would be waited for for ever
            raise ValueError(
                f'{path}: expected {expected}, found something '
                'that is no regular file'
            )
        with open(file_path, 'rb') as file:
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
    r"""Read a text file in UTF-8, or in UTF-16 with a byte order mark.

    Args:
        path (str or Path): The file.
        expected (str): What it should be, for errors. Defaults to 'a text
            file'.

    Returns:
        str: Its text, with ``\\n`` for the line ends of any system.

    Raises:
        FileNotFoundError, ValueError: As :func:`read_bytes`; ValueError also
            if it is text of another encoding, which would have to be guessed
            (Latin-1 and the like have no mark), or no text.
    """
    content = read_bytes(path, expected)
    is_utf16 = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        text = content.decode('utf-16' if is_utf16 else 'utf-8-sig')
    except UnicodeDecodeError as error:
        raise ValueError(
            f'{path}: expected UTF-8 text, found {error}; an editor can save '
            'it as UTF-8'
        ) from error
    if '\0' in text:  # as in UTF-16 without its mark, and in no name
        raise ValueError(
            f'{path}: expected UTF-8 text, found bytes of zero; an editor can '
            'save it as UTF-8'
        )
    return text.replace('\r\n', '\n').replace('\r', '\n')


def read_lines(
    path: Union[str, Path], expected: str = 'a text file'
) -> Iterator[Tuple[str, str]]:
    """Read the lines of a text file that are not empty.

    Args:
        path (str or Path): Text file, see :func:`read_text`.
        expected (str): See there.

    Yields:
        tuple[str, str]: ``file:line``, for errors, and the line.

    Raises:
        FileNotFoundError, ValueError: As :func:`read_text`.
    """
    # Not splitlines(), which also splits at characters that names may have.
    text = read_text(path, expected)
    for number, line in enumerate(text.split('\n'), 1):
        if line.strip():
            yield f'{path}:{number}', line


def read_json(
    path: Union[str, Path],
    expected: str,
    hook: Optional[Callable[[list], Any]] = None,
) -> Any:
    """Read a JSON file.

    Args:
        path (str or Path): The file.
        expected (str): What it should be, for errors.
        hook (Callable, optional): Makes an object of its pairs, see
            :func:`json.loads`. Defaults to None, a dict.

    Returns:
        Any: What is in it.

    Raises:
        FileNotFoundError, ValueError: As :func:`read_text`; ValueError also
            if it is no JSON, or brackets in it lie too deep in each other.
    """
    return parse_json(read_text(path, expected), str(path), hook)


def parse_json(
    text: str, origin: str, hook: Optional[Callable[[list], Any]] = None
) -> Any:
    """Read JSON out of a text.

    Args:
        text (str): The JSON.
        origin (str): Where it is from, for errors.
        hook (Callable, optional): See :func:`read_json`.

    Raises:
        ValueError: If it is none, see there.
    """
    try:
        return json.loads(text, object_pairs_hook=hook)
    except RecursionError as error:
        raise ValueError(
            f'{origin}: expected JSON, found brackets in brackets, too deep'
        ) from error
    except ValueError as error:
        raise ValueError(f'{origin}: expected JSON, found {error}') from error


def without_doubles(pairs: List[Tuple[str, Any]]) -> Dict[str, Any]:
    """Make an object of JSON, of which Python takes the last of two keys.

    Args:
        pairs (list[tuple[str, Any]]): Keys and values; for :func:`read_json`.

    Returns:
        dict: Of them.

    Raises:
        ValueError: If a key comes twice.
    """
    content = dict(pairs)
    if len(content) < len(pairs):
        keys = [key for key, _ in pairs]
        double = next(key for key in keys if keys.count(key) > 1)
        raise ValueError(
            f'key {double!r} twice in one object, {json.dumps(content)[:80]}'
        )
    return content


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
        array = load_array(io.BytesIO(content))
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
        found = list_folder(folder, suffix)
    except OSError as error:
        raise _explained(error, folder, expected) from error
    if not found:
        raise ValueError(
            f'{folder}: expected {expected}, found no {suffix} file in it'
        )
    return found
