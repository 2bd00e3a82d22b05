"""One run at a time in a folder."""

import json
import os
import platform
import sys
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Iterator, Optional, Union

from filelock import FileLock, Timeout

from .atomic import make_folder
from .leftovers import remove_leftovers

# Of the whole folder; its files are '.run.lock' and, for who has it, since
# locking may empty the lock file itself, '.run.json'.
WHOLE = 'run'
LOCK = f'.{WHOLE}.lock'
# Seconds for what a killed run started (loaders of batches) to end.
PATIENCE = 30.0


class FolderInUseError(OSError):
    """Another run writes into the folder; the message names it."""


@contextmanager
def lock_folder(
    folder: Union[str, os.PathLike],
    what: str,
    instead: str,
    part: str = WHOLE,
) -> Iterator[None]:
    """Have a folder, or a part of what is written there, to oneself.

    The lock is the operating system's and ends with the process, so that a
    killed run leaves none behind. What killed runs have left half written in
    the folder is removed. Where the folder cannot be locked (read-only, or on
    a network that knows no locks) a sentence on standard error says so, and
    the body runs all the same.

    Args:
        folder (str or PathLike): Made if it is missing.
        what (str): Who locks, such as 'rtfm train', for the message to others.
        instead (str): What to do when somebody else has it, such as 'choose
            another --work-dir'.
        part (str): Which part of the work, such as 'shard-2-of-8'; others may
            be in other hands. Defaults to :data:`WHOLE`.

    Raises:
        FolderInUseError: If another run has it.
        OSError: If there is no such folder and it cannot be made.
    """
    folder = Path(folder)
    make_folder(folder)
    lock = FileLock(folder / f'.{part}.lock')
    holder = folder / f'.{part}.json'
    try:
        _acquire(lock, folder, holder, instead)
    except FolderInUseError:
        raise
    except (OSError, NotImplementedError) as error:
        reason = getattr(error, 'strerror', None) or error
        print(
            f'{folder}: cannot be locked ({reason}); see to it that no other '
            'run writes there meanwhile',
            file=sys.stderr,
        )
        yield
        return
    try:
        remove_leftovers(folder)
        _note(holder, what)
        yield
    finally:
        with suppress(OSError):
            holder.unlink()
        lock.release()


def _acquire(lock: FileLock, folder: Path, note: Path, instead: str) -> None:
    with suppress(Timeout):
        lock.acquire(timeout=0)
        return
    holder = _holder(note)
    if holder is not None and not _may_live(holder):
        with suppress(Timeout):
            lock.acquire(timeout=PATIENCE)
            return
    who = ''
    if holder is not None:
        who = (
            f' ({holder["what"]}, process {holder["pid"]} on '
            f'{holder["host"]}, since {holder["since"]})'
        )
    raise FolderInUseError(
        f'{folder}: another run{who} writes there; wait for its end, or '
        f'{instead}'
    )


def _note(path: Path, what: str) -> None:
    """Say who has the lock; of no consequence where that fails."""
    content = dict(
        what=what,
        pid=os.getpid(),
        host=platform.node(),
        since=time.strftime('%Y-%m-%d %H:%M:%S'),
    )
    with suppress(OSError):  # a full disk, which the run itself will tell
        with open(path, 'w') as file:
            json.dump(content, file)


def _holder(path: Path) -> Optional[dict]:
    """What the holder of the lock has noted, if that can be read."""
    try:
        content = json.loads(path.read_text())
        return dict(
            {key: str(content[key]) for key in ('what', 'host', 'since')},
            pid=int(content['pid']),
        )
    except (OSError, ValueError, LookupError, TypeError):
        return None


def _may_live(holder: dict) -> bool:
    """Whether the process that noted itself may still be there."""
    if holder['host'] != platform.node():
        return True
    try:
        os.kill(holder['pid'], 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        return True
    return True
