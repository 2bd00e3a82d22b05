"""Disks that are full, for this process alone."""

import resource
from contextlib import contextmanager


@contextmanager
def disk_of(size):
    """Let files of this process be so many bytes long at most."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
