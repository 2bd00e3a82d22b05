"""Disks in memory, of a size, where this process may mount them."""

import subprocess
import tempfile
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Callable, List

MOUNTED: List[Path] = []
ROOM = 64 << 20  # bytes of the disk once there is room again


def _mount(folder: Path, *options: str) -> bool:
    done = subprocess.run(
        ['mount', *options, str(folder)], capture_output=True
    )
    return done.returncode == 0


@lru_cache
def can_mount() -> bool:
    """Whether this process may mount a disk in memory."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            if not _mount(Path(folder), '-t', 'tmpfs', 'none'):
                return False
            subprocess.run(['umount', folder], check=True)
        except OSError:
            return False
    return True


def small_disk(folder: str, size: int) -> Callable:
    """A context in which a folder is a disk of so many bytes.

    Afterwards there is room on it; it goes with the place.
    """

    @contextmanager
    def around(place: Path):
        path = place / folder
        path.mkdir(exist_ok=True)
        size_of = f'size={size},nr_inodes=200'
        assert _mount(path, '-t', 'tmpfs', '-o', size_of, 'none')
        MOUNTED.append(path)
        yield
        assert _mount(path, '-o', f'remount,size={ROOM}')

    return around


def unmount() -> None:
    """Let go of the disks of a fault."""
    while MOUNTED:
        subprocess.run(['umount', '-l', str(MOUNTED.pop())], check=False)
