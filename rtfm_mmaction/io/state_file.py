"""What a run has to know to go on, in a file: plain values and arrays.

An ``.npz`` archive in all but its name: the values as JSON, in which an array
is named by its number, and the arrays. numpy alone is needed, and nothing of
a file is run.
"""

import json
import os
from typing import Any, Dict, List, Union

import numpy as np

from .archives import check_zip
from .reading import parse_json

# Of the archive's member that holds the JSON.
VALUES = 'values'
# Stands for an array.
ARRAY = '__array__'


def write_state(path: Union[str, os.PathLike], content: Any) -> None:
    """Write a state.

    Args:
        path (str or PathLike): File to write; see ``io.atomic``.
        content (Any): Dicts with text for keys, lists, text, numbers, None,
            and ``np.ndarray``.

    Raises:
        OSError: If it cannot be written.
        TypeError: If there is something else in it.
    """
    arrays: List[np.ndarray] = []
    text = json.dumps(_without_arrays(content, arrays))
    members = {str(number): array for number, array in enumerate(arrays)}
    members[VALUES] = np.frombuffer(text.encode(), np.uint8)
    # By a name numpy would add a suffix.
    with open(path, 'wb') as file:
        np.savez(file, **members)  # type: ignore[arg-type]


def read_state(path: Union[str, os.PathLike]) -> Any:
    """Read a state.

    Args:
        path (str or PathLike): File of :func:`write_state`.

    Returns:
        Any: What was written; tuples have become lists.

    Raises:
        OSError: If it cannot be opened.
        ValueError: If it is another file, is damaged, or would unpack to far
            more than its size; names it.
    """
    try:
        check_zip(path)
        with np.load(path, allow_pickle=False) as archive:
            members = dict(archive)
        text = members.pop(VALUES).tobytes().decode()
        return _with_arrays(parse_json(text, VALUES), members)
    except OSError:
        raise
    except Exception as error:  # numpy and zipfile raise half a dozen kinds
        reason = ' '.join(str(error).split())
        raise ValueError(
            f'{path}: expected a state that rtfm wrote, found another or a '
            f'damaged file: {reason:.300}'
        ) from error


def _without_arrays(content: Any, arrays: List[np.ndarray]) -> Any:
    """Put numbers in the place of arrays, and these into a list."""
    if isinstance(content, np.ndarray):
        arrays.append(content)
        return {ARRAY: len(arrays) - 1}
    if isinstance(content, dict):
        return {
            key: _without_arrays(value, arrays)
            for key, value in content.items()
        }
    if isinstance(content, (list, tuple)):
        return [_without_arrays(value, arrays) for value in content]
    return content


def _with_arrays(content: Any, arrays: Dict[str, np.ndarray]) -> Any:
    """Put arrays back."""
    if isinstance(content, list):
        return [_with_arrays(value, arrays) for value in content]
    if not isinstance(content, dict):
        return content
    if set(content) == {ARRAY}:
        return arrays[str(content[ARRAY])]
    return {key: _with_arrays(value, arrays) for key, value in content.items()}
