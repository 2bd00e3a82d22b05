"""Errors of the system at one place of a run, and kills there.

Python tells an audit hook of each file that it is about to open, rename or
make; where the hook raises, the call ends in that error.
"""

import errno
import os
import signal
import sys
from pathlib import Path
from typing import Callable, Tuple

from tests.faults.holding import HIT

OPENING = ('open',)
CHANGING = ('os.rename', 'os.mkdir', 'os.remove')
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC


def _path_of(args: tuple) -> str:
    path = args[0]
    if isinstance(path, bytes):
        path = os.fsdecode(path)
    return os.path.abspath(path) if isinstance(path, (str, Path)) else ''


def _concerns(event: str, args: tuple, folder: str, writes: bool) -> str:
    """Path of a call that is counted; empty for others."""
    if event == 'open':
        path, _, flags = args
        written = bool((flags or 0) & WRITING)
        if written != writes:
            return ''
    elif event not in CHANGING or not writes:
        return ''
    path = _path_of(args)
    return path if path.startswith(folder + os.sep) else ''


def at(
    number: int, folder: str, writes: bool, act: Callable[[str, str], None]
) -> Callable[[Path], None]:
    """Act at a call.

    Args:
        number (int): Of the call, from 0, among those that are counted.
        folder (str): Below the place; calls of files in it are counted.
        writes (bool): Whether those that change something are, or those that
            open a file to read.
        act (Callable): Gets the event and the path.
    """

    def inside(place: Path) -> None:
        where = str(place / folder) if folder else str(place)
        seen = [0]

        def hook(event: str, args: tuple) -> None:
            if event != 'open' and event not in CHANGING:
                return
            path = _concerns(event, args, where, writes)
            if path:
                seen[0] += 1
                if seen[0] == number + 1:
                    act(event, path)

        sys.addaudithook(hook)

    return inside


def failing(
    code: int, number: int, folder: str = '', writes: bool = True
) -> Callable[[Path], None]:
    """Let a call fail.

    Args:
        code (int): Error number.
        number, folder, writes: See :func:`at`.
    """

    def inside(place: Path) -> None:
        def act(event: str, path: str) -> None:
            relative = os.path.relpath(path, place)
            if os.path.basename(path).startswith('.tmp-'):
                # Told by the name of what it becomes.
                relative = os.path.dirname(relative)
            hit = place.with_name(f'{place.name}-{HIT}')
            with open(hit, 'w') as file:
                file.write(relative)
            raise OSError(code, os.strerror(code), path)

        at(number, folder, writes, act)(place)

    return inside


def killing(number: int, folder: str = '') -> Callable[[Path], None]:
    """Kill the process at a call that changes something."""

    def act(event: str, path: str) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    return at(number, folder, True, act)


def without_rights(place: Path) -> None:
    """Let root mind the rights of files, as others have to."""
    import ctypes

    class Header(ctypes.Structure):
        _fields_ = [('version', ctypes.c_uint32), ('pid', ctypes.c_int)]

    class Data(ctypes.Structure):
        _fields_ = [
            (name, ctypes.c_uint32)
            for name in ('effective', 'permitted', 'inheritable')
        ]

    libc = ctypes.CDLL(None, use_errno=True)
    header, data = Header(0x20080522, 0), (Data * 2)()
    if libc.capget(ctypes.byref(header), data):
        return
    data[0].effective &= ~0b110  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH
    libc.capset(ctypes.byref(header), data)


def few_files(more: int) -> Callable[[Path], None]:
    """Let no more than so many files be open beside those that are."""

    def inside(place: Path) -> None:
        import resource

        highest = max(map(int, os.listdir('/proc/self/fd')))
        hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        resource.setrlimit(resource.RLIMIT_NOFILE, (highest + 1 + more, hard))

    return inside


def small_files(most: int) -> Callable[[Path], None]:
    """Let no file grow beyond so many bytes."""

    def inside(place: Path) -> None:
        import resource

        hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, hard))

    return inside


CODES: Tuple[int, ...] = (errno.ENOSPC, errno.EACCES, errno.EMFILE, errno.EIO)
