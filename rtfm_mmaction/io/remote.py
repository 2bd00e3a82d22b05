"""Files behind addresses where paths are expected.

Web servers are asked by Python itself, all other storages (``s3://``,
``gs://`` and what else it knows) by fsspec, with the user's own credentials:
mmengine's backends have no ``gs://``, an ``s3://`` for one company's client,
and an HTTP that waits for a frozen server without an end.

OpenCV reads files, so a file is fetched whole, into a folder of the system's
for temporary files (``TMPDIR``), and goes when others take its place, or the
process ends. What is written becomes a file there first, and takes its name
behind the address once it is whole: storages of objects know no halves.
"""

import fnmatch
import hashlib
import re
import shutil
import tempfile
import threading
import uuid
from collections import OrderedDict
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Iterator, Optional, Tuple, Union
from urllib.parse import unquote

from .addresses import without_password
from .atomic import REFUSALS, atomic_path, naming
from .names import safe_name
from .web import PIECE, SCHEMES, ask_date, ask_size, read_pieces

# Files that are kept: the one that is read, one that is read ahead, and one
# of which pictures are still to be drawn.
KEPT = 3
UNFETCHED = 'none that can be fetched whole'
_ADDRESS = re.compile('[a-z][a-z0-9+.-]*://.', re.IGNORECASE)


class RemoteError(ValueError):
    """A file behind an address that cannot be had; the message names it."""


class RemotePath(type(Path())):  # type: ignore[misc]
    """An address where a path is expected; made by :func:`as_path`.

    It is shown without user, password and other credentials.
    """

    @property
    def address(self) -> str:
        """As it was given."""
        # A path has no two slashes in a row.
        return super().__str__().replace(':/', '://', 1)

    @property
    def name(self) -> str:
        """Of the file; of the web without what follows a question mark."""
        name = super().name
        if self.scheme in SCHEMES:
            name = unquote(re.split('[?#]', name, maxsplit=1)[0])
        return name

    @property
    def scheme(self) -> str:
        """What stands before the colon, small."""
        return self.parts[0][:-1].lower()

    def __str__(self) -> str:
        return without_password(self.address)

    def __fspath__(self) -> str:
        return self.address

    def is_dir(self) -> bool:
        """False: an address is that of a file."""
        return False

    def exists(self) -> bool:
        """Whether it can be had now."""
        try:
            ask_bytes(self)
        except RemoteError:
            return False
        return True

    def is_file(self) -> bool:
        """Whether there is such a file.

        Raises:
            RemoteError: If that cannot be told, as nobody answers.
        """
        try:
            ask_bytes(self)
        except RemoteError as error:
            if isinstance(error.__cause__, FileNotFoundError):
                return False
            raise
        return True

    def unlink(self, missing_ok: bool = False) -> None:
        """Remove the file.

        Args:
            missing_ok (bool): Whether there may be none. Defaults to False.

        Raises:
            RemoteError: If it cannot be removed.
        """
        try:
            storage, inner = _storage(self.address)
            storage.rm_file(inner)
        except Exception as error:  # each storage raises kinds of its own
            if not (missing_ok and isinstance(error, FileNotFoundError)):
                raise _fault(
                    self, 'a file that can go', 'one that stays', error
                ) from error

    def glob(self, pattern: str) -> Iterator['RemotePath']:  # type: ignore[override]
        """Files of this folder whose names fit a pattern.

        Args:
            pattern (str): See :mod:`fnmatch`, without slashes.

        Raises:
            RemoteError: If that cannot be told, as nobody answers.
        """
        try:
            storage, inner = _storage(self.address)
            storage.invalidate_cache()  # others write there, too
            paths = storage.ls(inner, detail=False)
        except FileNotFoundError:
            return
        except Exception as error:  # each storage raises kinds of its own
            raise _fault(
                self, 'a folder', 'none that can be read', error
            ) from error
        for path in paths:
            name = path.rstrip('/').rpartition('/')[2]
            if fnmatch.fnmatchcase(name, pattern):
                yield self / name


def is_address(name: Union[str, Path]) -> bool:
    """Whether a name is no path of this machine.

    Args:
        name (str or Path): Any.

    Examples:
        >>> [is_address(name) for name in ('s3://a/b.mp4', 'http:a.mp4')]
        [True, False]
    """
    return isinstance(name, RemotePath) or bool(_ADDRESS.match(str(name)))


def as_path(name: Any) -> Path:
    """Make a path of what somebody has named.

    Args:
        name (str or PathLike): A path or an address.

    Returns:
        Path: A :class:`RemotePath` of an address.

    Raises:
        RemoteError: If the address has what a path cannot keep.
    """
    if isinstance(name, Path) or not is_address(name):
        return Path(name) if not isinstance(name, Path) else name
    path = RemotePath(name)
    if path.address != name:
        raise RemoteError(
            f'{without_password(str(name))}: expected the address of a file, '
            "without '//', '/./' and '/' at its end, found another"
        )
    return path


def ask_bytes(path: RemotePath) -> Optional[int]:
    """Ask for the size of a file behind an address.

    Args:
        path (RemotePath): The address.

    Returns:
        int or None: None where the server does not say it.

    Raises:
        RemoteError: If it is not there, or nobody answers.
    """
    try:
        if path.scheme in SCHEMES:
            return ask_size(path.address)
        storage, inner = _storage(path.address)
        return storage.size(inner)
    except Exception as error:  # each storage raises kinds of its own
        raise _fault(path, 'a file', UNFETCHED, error) from error


def modified(path: Path) -> Optional[float]:
    """When a file was changed.

    Args:
        path (Path): Of this machine, or an address.

    Returns:
        float or None: Seconds since 1970; None where a server does not say.

    Raises:
        OSError: If it is not there.
        RemoteError: The same of an address.
    """
    if not isinstance(path, RemotePath):
        return path.stat().st_mtime
    try:
        if path.scheme in SCHEMES:
            return ask_date(path.address)
        storage, inner = _storage(path.address)
        return storage.modified(inner).timestamp()
    except NotImplementedError:
        return None
    except Exception as error:  # each storage raises kinds of its own
        raise _fault(path, 'a file', UNFETCHED, error) from error


def read_remote(path: RemotePath, expected: str) -> bytes:
    """Read a file behind an address, without a copy.

    Args:
        path (RemotePath): The address.
        expected (str): What it should be, for errors.

    Raises:
        RemoteError: If it cannot be fetched whole.
    """
    try:
        if path.scheme in SCHEMES:
            return b''.join(_pieces(path))
        storage, inner = _storage(path.address)
        return storage.cat_file(inner)  # one question, where pieces take three
    except Exception as error:  # each storage raises kinds of its own
        raise _fault(path, expected, UNFETCHED, error) from error


@contextmanager
def stored(path: RemotePath) -> Iterator[Path]:
    """Write a file behind an address, whole or not at all.

    Args:
        path (RemotePath): The address; what is there is replaced.

    Yields:
        Path: Where to write it first, of the same name.

    Raises:
        OSError: If the disk of temporary files is full or refuses.
        RemoteError: If the storage does not take it.
    """
    with tempfile.TemporaryDirectory(prefix='rtfm-') as folder:
        copy = Path(folder, safe_name(path.name))
        with naming(copy):
            yield copy
        _put(copy, path, path)


def _put(copy: Path, path: RemotePath, named: RemotePath) -> None:
    """Bring a file to an address; errors name another one, if that is told."""
    try:
        if path.scheme in SCHEMES:
            raise ValueError('web servers take none')
        storage, inner = _storage(path.address)
        storage.put_file(str(copy), inner)
    except Exception as error:  # each storage raises kinds of its own
        raise _fault(
            named, 'a storage that takes files', 'another', error
        ) from error


def check_storable(folder: RemotePath) -> None:
    """Find out whether files can be written, before the work that fills them.

    Args:
        folder (RemotePath): Where to; what is there stays as it is.

    Raises:
        RemoteError: If they cannot.
    """
    # A name of its own: others may ask at the same time.
    trial = folder / f'.trial-{uuid.uuid4().hex}'
    with tempfile.NamedTemporaryFile(prefix='rtfm-') as empty:
        _put(Path(empty.name), trial, folder)
    trial.unlink()


def local_copy(path: Path, expected: str = 'a file') -> Path:
    """Have a file of this machine.

    Args:
        path (Path): One that is, or a :class:`RemotePath`, which is fetched
            whole unless it is one of the last few.
        expected (str): What it should be, for errors. Defaults to 'a file'.

    Returns:
        Path: The path itself, or that of a copy, which other copies take the
        place of.

    Raises:
        OSError: If the disk is full or refuses.
        RemoteError: If it cannot be fetched whole.
    """
    if not isinstance(path, RemotePath):
        return path
    with _lock:
        return _copies.get(path, expected)


def remove_copies() -> None:
    """Remove all copies of this process, as when it may be killed."""
    with _lock:
        _copies.clear()


class _Copies:
    """The last few files that were fetched."""

    def __init__(self) -> None:
        self._folder: Optional[tempfile.TemporaryDirectory] = None
        self._paths: 'OrderedDict[str, Path]' = OrderedDict()

    def get(self, path: RemotePath, expected: str) -> Path:
        """A copy, fetched if it is not there."""
        copy = self._paths.pop(path.address, None)
        if copy is None or not copy.exists():
            copy = self._fetch(path, expected)
        self._paths[path.address] = copy
        while len(self._paths) > KEPT:
            _, old = self._paths.popitem(last=False)
            # Where a file that is open cannot go, it goes with the folder.
            with suppress(OSError):
                old.unlink()
        return copy

    def clear(self) -> None:
        """Remove all of them."""
        self._paths.clear()
        folder, self._folder = self._folder, None
        if folder is not None:
            with suppress(OSError):
                folder.cleanup()

    def _fetch(self, path: RemotePath, expected: str) -> Path:
        if self._folder is None:
            self._folder = tempfile.TemporaryDirectory(prefix='rtfm-')
        digest = hashlib.sha256(path.address.encode()).hexdigest()[:16]
        copy = Path(self._folder.name, digest, safe_name(path.name))
        try:
            with (
                atomic_path(copy) as temporary,
                open(temporary, 'wb') as file,
            ):
                for piece in _pieces(path):
                    file.write(piece)
        except Exception as error:  # each storage raises kinds of its own
            shutil.rmtree(copy.parent, ignore_errors=True)
            if getattr(error, 'errno', None) in REFUSALS:
                raise  # names the file here
            raise _fault(path, expected, UNFETCHED, error) from error
        return copy


_lock = threading.Lock()
_copies = _Copies()


def _pieces(path: RemotePath) -> Iterator[bytes]:
    if path.scheme in SCHEMES:
        for piece, _ in read_pieces(path.address):
            yield piece
        return
    storage, inner = _storage(path.address)
    size, count = storage.size(inner), 0
    with storage.open(inner, 'rb') as file:
        while piece := file.read(PIECE):
            count += len(piece)
            yield piece
    if size is not None and count != size:
        raise ConnectionError(f'it broke off after {count} of {size} bytes')


def _storage(address: str) -> Tuple[Any, str]:
    """The file system of an address, and the path there."""
    try:
        from fsspec.core import url_to_fs
    except ModuleNotFoundError as error:
        raise RuntimeError(
            'there is no package fsspec here, which pip install fsspec s3fs '
            'brings for s3://, fsspec gcsfs for gs://'
        ) from error
    return url_to_fs(address)


def _fault(
    path: RemotePath, expected: str, found: str, error: Exception
) -> RemoteError:
    words = str(error).replace(path.address, str(path)) or repr(error)
    return RemoteError(f'{path}: expected {expected}, found {found} ({words})')
