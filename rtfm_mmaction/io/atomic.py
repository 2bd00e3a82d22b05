"""Files that are whole or not there."""

import errno
import os
import re
import tempfile
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Iterator, Union

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None

# Names of temporary files: this, eight characters, the target's suffix.
PREFIX = '.tmp-'
LONGEST_SUFFIX = 32  # characters
# What a path begins with that was made of an address: 's3:/bucket'.
SCHEME = re.compile('[a-z][a-z0-9+.-]+:', re.IGNORECASE)
# What a write of no named file ends in, where it is the disk that refuses.
REFUSALS = (
    errno.ENOSPC,
    errno.EDQUOT,
    errno.EFBIG,
    errno.EROFS,
    errno.EIO,
)


@contextmanager
def atomic_path(target: Union[str, os.PathLike]) -> Iterator[Path]:
    """Write a file whole or not at all.

    The body writes to a temporary file in the target's folder, which takes
    the target's name once the body has ended; a reader (or a run that comes
    after a crash) sees the old file or the new one, never half of one. What
    a killed process leaves is removed by :func:`~.leftovers.remove_leftovers`.

    Args:
        target (str or PathLike): Path of the file to write. Missing parent
            folders are made.

    Yields:
        Path: The temporary path, with the suffix of ``target``, because
        writers such as ``numpy.save`` append one where it is missing.

    Raises:
        OSError: If the file cannot be written; names ``target``.
    """
    target = Path(target)
    make_folder(target.parent)
    with naming(target), _temporary(target) as temporary:
        yield temporary
        # mkstemp makes files for the owner alone; what people share on a
        # cluster has to carry the rights that a plain open() would give it.
        umask = os.umask(0)
        os.umask(umask)
        temporary.chmod(0o666 & ~umask)
        os.replace(temporary, target)


def check_writable(target: Union[str, os.PathLike]) -> None:
    """Find out whether a file can be written, before the work that fills it.

    Args:
        target (str or PathLike): Path of the file. Missing parent folders
            are made; what is there stays as it is.

    Raises:
        OSError: If it cannot be written; names the path.
    """
    target = Path(target)
    if target.is_dir():
        raise IsADirectoryError(
            errno.EISDIR,
            'expected the name of a file, found a folder',
            str(target),
        )
    make_folder(target.parent)
    with naming(target), _temporary(target):
        pass


def make_folder(folder: Path) -> None:
    """Make a folder and those that it is in, where they are missing.

    Args:
        folder (Path): The folder.

    Raises:
        OSError: If it cannot be made; names the one that stands in the way.
            Or if somebody took it for an address of a storage.
    """
    first = folder.parts[0] if folder.parts else ''
    if SCHEME.fullmatch(first) and not os.path.exists(first):
        raise NotADirectoryError(
            errno.ENOTDIR,
            'expected a folder of this machine, found an address, which '
            '--out of rtfm extract and rtfm infer alone may be',
            str(folder),
        )
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except FileExistsError as error:
        raise NotADirectoryError(
            errno.ENOTDIR, 'expected a folder, found a file', error.filename
        ) from error


@contextmanager
def _temporary(target: Path) -> Iterator[Path]:
    """Make an empty file beside the target; remove it if it is still there."""
    # What stands behind the last dot of a long name need be no extension.
    suffix = target.suffix if len(target.suffix) <= LONGEST_SUFFIX else ''
    handle, name = tempfile.mkstemp(
        prefix=PREFIX, suffix=suffix, dir=target.parent
    )
    try:
        if fcntl is None:
            os.close(handle)
            handle = None
        else:
            # Held for as long as this process works on the file, so that
            # others can tell it from a leftover. Some file systems refuse.
            with suppress(OSError):
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield Path(name)
    finally:
        with suppress(OSError):
            os.unlink(name)
        if handle is not None:
            os.close(handle)


@contextmanager
def naming(target: Path) -> Iterator[None]:
    """Let an error of the disk name the file that is written.

    Args:
        target (Path): The file; said where an error names none, or a
            temporary one.

    Raises:
        OSError: With ``target``, where writing fails in the body.
    """
    try:
        yield
    except OSError as error:
        name = error.filename
        if name is None:
            # numpy's have no number: "1024 requested and 0 written".
            ours = error.errno in REFUSALS or (
                type(error) is OSError and error.errno is None
            )
        else:
            ours = Path(os.fsdecode(name)).name.startswith(PREFIX)
        if not ours:
            raise
        raise OSError(
            error.errno or errno.EIO,
            error.strerror or str(error),
            str(target),
        ) from error
    except RuntimeError as error:
        # torch.save on a full disk speaks of its own source.
        if 'inline_container' not in str(error):
            raise
        raise OSError(
            errno.EIO,
            'cannot be written whole; is the disk full?',
            str(target),
        ) from error
