"""Which files of a folder were opened, as the kernel saw it.

Whoever opens them, Python, OpenCV or a child process, is seen.
"""

import ctypes
import os
import struct
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest

IN_OPEN, IN_ISDIR = 0x20, 0x40000000
EVENT = struct.Struct('iIII')


@contextmanager
def opened(folder: Path):
    """Record what is opened in a folder, by Linux's inotify.

    Args:
        folder (Path): The folder; those below it are not watched.

    Yields:
        set[str]: Names of files, filled in at the end.
    """
    if not sys.platform.startswith('linux'):
        pytest.skip('only Linux has inotify, which tells what was opened')
    libc = ctypes.CDLL(None, use_errno=True)
    handle = libc.inotify_init1(os.O_NONBLOCK)
    name = os.fsencode(folder)
    if handle < 0 or libc.inotify_add_watch(handle, name, IN_OPEN) < 0:
        pytest.skip(f'no inotify here: {os.strerror(ctypes.get_errno())}')
    names: set = set()
    try:
        yield names
    finally:
        while True:
            try:
                data = os.read(handle, 2**16)
            except BlockingIOError:
                break
            at = 0
            while at < len(data):
                _, mask, _, length = EVENT.unpack_from(data, at)
                at += EVENT.size
                if not mask & IN_ISDIR:
                    name = data[at : at + length].rstrip(b'\0')
                    names.add(os.fsdecode(name))
                at += length
        os.close(handle)
