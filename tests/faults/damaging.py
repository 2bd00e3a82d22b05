"""Files that are damaged for a while."""

import os
import shutil
from contextlib import contextmanager
from pathlib import Path
from typing import Callable, Iterator

import numpy as np

# Bytes of a whole file -> those of the damaged one.
Maker = Callable[[bytes], bytes]


def damaged(relative: str, maker: Maker) -> Callable:
    """A context in which a file is damaged; it comes back with its times.

    Args:
        relative (str): The file, below the place.
        maker (Callable): See :data:`Maker`.
    """

    @contextmanager
    def around(place: Path) -> Iterator[None]:
        path = _one(place, relative)
        before, times = path.read_bytes(), path.stat()
        path.write_bytes(maker(before))
        try:
            yield
        finally:
            if path.is_dir():
                shutil.rmtree(path)
            path.unlink(missing_ok=True)
            path.write_bytes(before)
            os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))

    return around


def replaced(relative: str, put: Callable[[Path], None]) -> Callable:
    """A context in which something else is in a file's place.

    Args:
        relative (str): The file, below the place.
        put (Callable): Gets the path, where nothing is.
    """

    @contextmanager
    def around(place: Path) -> Iterator[None]:
        path = _one(place, relative)
        away = place.with_name(f'{place.name}-away')
        if path.exists():
            os.rename(path, away)
        path.parent.mkdir(parents=True, exist_ok=True)
        put(path)
        try:
            yield
        finally:
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)
            if away.exists():
                os.rename(away, path)

    return around


def _one(place: Path, relative: str) -> Path:
    """The file, which a pattern may name."""
    if '*' not in relative:
        return place / relative
    (path,) = place.glob(relative)
    return path


def nowhere(path: Path) -> None:
    """Put nothing there."""


def cut(part: float) -> Maker:
    """Keep the first part of a file."""
    return lambda content: content[: int(part * len(content))]


def constant(content: bytes) -> Maker:
    """Put other bytes there, whatever was."""
    return lambda _: content


def flipped(count: int, seed: int, start: float = 0.0) -> Maker:
    """Turn some bits, behind a part of the file."""

    def maker(content: bytes) -> bytes:
        data = bytearray(content)
        random = np.random.default_rng(seed)
        begin = int(start * len(data))
        for place in random.integers(begin, len(data), count):
            data[place] ^= 1 << int(random.integers(8))
        return bytes(data)

    return maker


def zeroed(start: float, end: float) -> Maker:
    """Set a part of the bytes to 0."""

    def maker(content: bytes) -> bytes:
        first, last = (int(part * len(content)) for part in (start, end))
        return content[:first] + bytes(last - first) + content[last:]

    return maker


def swapped(old: str, new: str) -> Maker:
    """Put a text in place of another, which has to be there."""

    def maker(content: bytes) -> bytes:
        assert old.encode() in content, (old, content[:300])
        return content.replace(old.encode(), new.encode(), 1)

    return maker


def behind(line: bytes) -> Maker:
    """Put a line behind a text."""
    return lambda content: content + b'\n' + line + b'\n'
