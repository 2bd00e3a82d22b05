"""Small helpers that belong to no room of their own."""

import os
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import Iterator, Union


@contextmanager
def atomic_path(target: Union[str, os.PathLike]) -> Iterator[Path]:
    """Write a file whole or not at all.

    The body writes to a temporary file in the target's folder, which takes
    the target's name once the body has ended; a reader (or a run that comes
    after a crash) sees the old file or the new one, never half of one.

    Args:
        target (str or PathLike): Path of the file to write. Missing parent
            folders are made.

    Yields:
        Path: The temporary path, with the suffix of ``target``, because
        writers such as ``numpy.save`` append one where it is missing.
    """
    target = Path(target)
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(
        prefix='.tmp-', suffix=target.suffix, dir=target.parent
    )
    os.close(handle)
    temporary = Path(name)
    try:
        yield temporary
        # mkstemp makes files for the owner alone; what people share on a
        # cluster has to carry the rights that a plain open() would give it.
        umask = os.umask(0)
        os.umask(umask)
        temporary.chmod(0o666 & ~umask)
        os.replace(temporary, target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
