"""Which videos are the same, told by their bytes."""

import hashlib
from collections import defaultdict
from pathlib import Path
from typing import Callable, Dict, Hashable, Iterable, List, Sequence

from ...io.file_digest import file_digest
from ...io.frame_folder import list_frames
from ...io.video_bytes import bytes_of

# Bytes that tell most files of equal size apart.
HEAD = 1 << 16


def equal_contents(paths: Sequence[Path]) -> List[List[int]]:
    """Find videos that hold the same bytes.

    Files of equal size alone are read, and those whole that begin alike. A
    folder of frames is what its images hold, in their order.

    Args:
        paths (Sequence[Path]): Video files and folders of frames.

    Returns:
        list[list[int]]: Positions of those that are the same, two or more
        each, ascending.

    Raises:
        OSError: If a file cannot be read.
    """
    alike: List[List[int]] = [list(range(len(paths)))]
    keys: Sequence[Callable[[Path], Hashable]] = (_size, _head, _digest)
    for key in keys:
        alike = [part for group in alike for part in _split(group, paths, key)]
    return alike


def _split(
    group: Iterable[int],
    paths: Sequence[Path],
    key: Callable[[Path], Hashable],
) -> List[List[int]]:
    parts: Dict[Hashable, List[int]] = defaultdict(list)
    for position in group:
        parts[key(paths[position])].append(position)
    return [part for part in parts.values() if len(part) > 1]


def _files(path: Path) -> List[Path]:
    if path.is_dir():
        return [path / name for name in list_frames(path)]
    return [path]


def _size(path: Path) -> Hashable:
    return path.is_dir(), bytes_of(path)


def _head(path: Path) -> Hashable:
    files = _files(path)
    with open(files[0], 'rb') as file:
        return len(files), hashlib.sha256(file.read(HEAD)).digest()


def _digest(path: Path) -> Hashable:
    return tuple(map(file_digest, _files(path)))
