"""Clocks that jump, and files of other times."""

import os
import time
from contextlib import contextmanager
from pathlib import Path

from tests.faults.fault import RIGHT, add

DAY = 86_400


def _jumping(after: int, by: float):
    """Let the clock jump at a call of it."""

    def inside(place: Path) -> None:
        real, real_ns, seen = time.time, time.time_ns, [0]

        def shift() -> float:
            seen[0] += 1
            return by if seen[0] > after else 0.0

        time.time = lambda: real() + shift()
        time.time_ns = lambda: real_ns() + int(shift() * 1e9)
        real_strftime, real_localtime = time.strftime, time.localtime
        time.localtime = lambda s=None: real_localtime(
            time.time() if s is None else s
        )
        time.strftime = lambda form, t=None: real_strftime(
            form, time.localtime() if t is None else t
        )

    return inside


for command in ('train', 'extract', 'pack', 'infer', 'stream', 'test'):
    for words, by, after in (('back', -DAY, 3), ('forward', DAY, 40)):
        add(
            f'clocks/{command} {words}',
            f'the clock goes {words} by a day at its call {after}',
            command,
            RIGHT,
            inside=_jumping(after, by),
        )


def _times(folder: str, seconds: float):
    """A context in which files are of another time."""

    @contextmanager
    def around(place: Path):
        before = {}
        for path in sorted((place / folder).iterdir()):
            found = path.stat()
            before[path] = (found.st_atime_ns, found.st_mtime_ns)
            os.utime(path, (seconds, seconds))
        yield
        for path, times in before.items():
            os.utime(path, ns=times)

    return around


for command, folder in (
    ('train', 'features'),
    ('extract', 'videos'),
    ('infer features', 'features'),
):
    for words, seconds in (
        ('1970', 0),
        ('1930', -(10**9)),
        ('2100', 4_102_444_800),
    ):
        add(
            f'clocks/{command} of {words}',
            f'the files of {folder}/ are of {words}',
            command,
            RIGHT,
            around=_times(folder, seconds),
        )
