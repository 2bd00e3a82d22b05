"""What a person hands over to be scored, as one list.

Shapes: T snippets, N crops, C channels.
"""

import os
from pathlib import Path
from typing import Any, Dict, List, NamedTuple, Union

import numpy as np

from ..io.inputs import EXTENSIONS, Note, named_files
from ..io.names import unique_names
from ..io.printing import say

FEATURES = '.npy'
# Extraction writes one beside each file of features.
SIDECAR = '.json'


class Source(NamedTuple):
    """One video, or what was made of one.

    Attributes:
        name (str): File name without extension, or the file's way where
            several are called the same, see
            :func:`~rtfm_mmaction.io.names.unique_names`; ``array-<i>`` of the
            i-th array. No two have the same.
        kind (str): 'video', 'features' (a file) or 'array'.
        value (Path or np.ndarray): The file, or the array.
    """

    name: str
    kind: str
    value: Any


def find_sources(
    inputs: Any, out: Union[str, Path, None] = None, note: Note = say
) -> List[Source]:
    """List what to score, in the order given.

    Args:
        inputs: A video file or folder of frames, a feature file (``.npy``), a
            folder (searched with all below it for these), a list of them
            (``.txt``), a pattern such as ``cam/*.mp4``, a feature array
            (T, N, C) or (T, C), or a list of all these.
        out (str or Path, optional): Folder that results will go to. What lies
            below it is passed over in a folder around it. Defaults to None.
        note (Callable): Gets a sentence on what was passed over. Defaults to
            :func:`~rtfm_mmaction.io.printing.say`.

    Returns:
        list[Source]: Each file once.

    Raises:
        FileNotFoundError: If a file or folder is missing.
        TypeError: If an input is of another type.
        ValueError: If nothing is found, two have the same name all the same,
            or one lies where results would go.
    """
    if not isinstance(inputs, (list, tuple)):
        inputs = [inputs]
    found: Dict[str, Union[Path, np.ndarray]] = {}
    for item in inputs:
        if isinstance(item, np.ndarray):
            arrays = [
                isinstance(other, np.ndarray) for other in found.values()
            ]
            # No path ends in a slash.
            found[f'array-{sum(arrays)}/'] = item
            continue
        for path in _files(item, out, note):
            found.setdefault(os.path.abspath(path), path)
    if not found:
        raise ValueError(
            f'inputs: expected videos ({" ".join(EXTENSIONS)}) or'
            f' features ({FEATURES}), found none in {inputs}'
        )
    paths = [path for path in found.values() if isinstance(path, Path)]
    # Names become file names, which some systems do not tell by case.
    names = iter(unique_names(paths, str.lower))
    sources = [
        _source_of_file(next(names), value)
        if isinstance(value, Path)
        else Source(key.rstrip('/'), 'array', value)
        for key, value in found.items()
    ]
    _check_names(sources)
    return sources


def _source_of_file(name: str, path: Path) -> Source:
    kind = 'features' if path.suffix.lower() == FEATURES else 'video'
    # Bytes that are no text become question marks.
    return Source(name.encode(errors='replace').decode(), kind, path)


def _check_names(sources: List[Source]) -> None:
    """A file may be called like an array, or like one of strange bytes."""
    owners: Dict[str, Source] = {}
    for source in sources:
        other = owners.setdefault(source.name.lower(), source)
        if other is not source:
            first, second = (
                entry.name if entry.kind == 'array' else entry.value
                for entry in (other, source)
            )
            raise ValueError(
                f'{second}: expected a name of its own, found '
                f'{first}: the results of both would be '
                f'{source.name}.json'
            )


def _is_below(path: Path, folder: Union[str, Path]) -> bool:
    return Path(folder).resolve() in path.resolve().parents


def _files(item: Any, out: Union[str, Path, None], note: Note) -> List[Path]:
    """The files that one input names."""
    if not isinstance(item, (str, os.PathLike)):
        raise TypeError(
            f'inputs: expected paths or arrays, found {type(item).__name__}'
        )
    # In a folder around it, what lies below ``out`` is of an earlier run.
    around = None if out is None or _is_below(Path(item, '_'), out) else out
    paths = list(
        named_files(item, (*EXTENSIONS, FEATURES), [SIDECAR], around, note)
    )
    for path in paths:
        if out is not None and _is_below(path, out):
            raise ValueError(
                f'{path}: expected inputs outside of the folder for '
                f'results, {out}, whose files could take their place'
            )
    return paths
