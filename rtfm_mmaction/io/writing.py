"""Files that are whole or not there, of this machine or behind an address."""

from contextlib import contextmanager
from pathlib import Path
from typing import Iterator

from .atomic import atomic_path
from .remote import RemotePath, stored


@contextmanager
def whole_file(target: Path) -> Iterator[Path]:
    """Write a file whole or not at all.

    Args:
        target (Path): Of this machine, or an address of :mod:`.remote`.

    Yields:
        Path: Where to write it first; see :func:`.atomic_path` and
        :func:`.stored`.

    Raises:
        OSError: If the file cannot be written; names ``target``.
        RemoteError: The same of an address.
    """
    write = stored if isinstance(target, RemotePath) else atomic_path
    with write(target) as temporary:
        yield temporary
