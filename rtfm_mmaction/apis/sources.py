"""What a person hands over to be scored, as one list.

Shapes: T snippets, N crops, C channels.
"""

import glob
import os
from pathlib import Path
from typing import Any, Dict, Iterator, List, NamedTuple, Union

import numpy as np

from ..io.frame_folder import is_frame_folder
from ..io.inputs import EXTENSIONS

FEATURES = '.npy'


class Source(NamedTuple):
    """One video, or what was made of one.

    Attributes:
        name (str): File name without extension; ``array-<i>`` of the i-th
            array. No two have the same.
        kind (str): 'video', 'features' (a file) or 'array'.
        value (Path or np.ndarray): The file, or the array.
    """

    name: str
    kind: str
    value: Any


def find_sources(
    inputs: Any, out: Union[str, Path, None] = None
) -> List[Source]:
    """List what to score, in the order given.

    Args:
        inputs: A video file, a feature file (``.npy``), a folder (searched
            with all below it for both), a pattern such as ``cam/*.mp4``, a
            feature array (T, N, C) or (T, C), or a list of these.
        out (str or Path, optional): Folder that results will go to. What lies
            below it is passed over in a folder around it. Defaults to None.

    Returns:
        list[Source]: Each file once.

    Raises:
        FileNotFoundError: If a file or folder is missing.
        TypeError: If an input is of another type.
        ValueError: If nothing is found, two have the same name, or one lies
            where results would go.
    """
    if not isinstance(inputs, (list, tuple)):
        inputs = [inputs]
    found: List[Source] = []
    seen = set()
    for item in inputs:
        if isinstance(item, np.ndarray):
            number = sum(source.kind == 'array' for source in found)
            found.append(Source(f'array-{number}', 'array', item))
            continue
        for path in _files(item):
            if out is not None and _is_below(path, out):
                if Path(item).is_dir() and not _is_below(Path(item, '_'), out):
                    continue  # results of an earlier run
                raise ValueError(
                    f'{path}: expected inputs outside of the folder for '
                    f'results, {out}, whose files could take their place'
                )
            if os.path.abspath(path) not in seen:
                seen.add(os.path.abspath(path))
                is_features = path.suffix.lower() == FEATURES
                # Bytes that are no text become question marks.
                name = path.stem.encode(errors='replace').decode()
                found.append(
                    Source(name, 'features' if is_features else 'video', path)
                )
    if not found:
        raise ValueError(
            f'inputs: expected videos ({" ".join(EXTENSIONS)}) or'
            f' features ({FEATURES}), found none in {inputs}'
        )
    owners: Dict[str, Source] = {}
    for source in found:
        # Names become file names, which some systems do not tell by case.
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
    return found


def _is_below(path: Path, folder: Union[str, Path]) -> bool:
    return Path(folder).resolve() in path.resolve().parents


def _files(item: Any) -> Iterator[Path]:
    """The files that one input names."""
    if not isinstance(item, (str, os.PathLike)):
        raise TypeError(
            f'inputs: expected paths or arrays, found {type(item).__name__}'
        )
    path = Path(item)
    if is_frame_folder(path):
        yield path
    elif path.is_dir():
        yield from sorted(
            file
            for file in path.rglob('*')
            if file.suffix.lower() in (*EXTENSIONS, FEATURES)
            and file.is_file()
        )
    elif path.is_file():
        yield path
    elif glob.has_magic(str(item)):
        for match in sorted(glob.glob(str(item), recursive=True)):
            if os.path.isfile(match):
                yield Path(match)
    else:
        raise FileNotFoundError(f'{item}: no such file or folder')
