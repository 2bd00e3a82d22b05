"""What killed runs leave in a folder."""

import os
import re
import time
from pathlib import Path
from typing import List, Union

from .atomic import PREFIX, fcntl

# As tempfile.mkstemp names them for io.atomic.
NAME = re.compile(re.escape(PREFIX) + r'[a-z0-9_]{8}(\.\w+)?')


def remove_leftovers(folder: Union[str, os.PathLike]) -> List[str]:
    """Remove temporary files of :func:`~.atomic.atomic_path` that nobody has.

    A process that writes one holds it by ``flock``, which ends with the
    process, however that ends. Those of the last second stay, since their
    process may be about to do so.

    Args:
        folder (str or PathLike): Where to look; folders in it are passed
            over.

    Returns:
        list[str]: Names of the files removed.
    """
    before = time.time() - 1
    removed: List[str] = []
    if fcntl is None:
        return removed
    for path in sorted(Path(folder).glob(f'{PREFIX}*')):
        if NAME.fullmatch(path.name) and _is_left(path, before):
            try:
                path.unlink()
            except OSError:  # of another user, or read-only
                continue
            removed.append(path.name)
    return removed


def _is_left(path: Path, before: float) -> bool:
    """Whether no process works on a temporary file."""
    try:
        handle = os.open(path, os.O_RDWR | os.O_NOFOLLOW)
    except OSError:
        return False
    try:
        if os.fstat(handle).st_mtime > before:
            return False
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    finally:
        os.close(handle)
    return True
