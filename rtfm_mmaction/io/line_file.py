"""A file that lines are appended to, for weeks."""

import os
import sys
import time
from collections import deque
from pathlib import Path
from typing import Callable, Deque, List, Optional, Union

from .atomic import REFUSALS

# Lines that are kept while none can be written: some 2 MB.
MOST_KEPT = 10_000
# Seconds between tries to write them.
PAUSE = 1.0


class LineFile:
    """Appends whole lines, whatever becomes of the disk and of the file.

    A last line that was torn stays alone: what is appended begins a new one.
    A file that was renamed or removed in the meantime, as log rotation does,
    is made anew. Where nothing can be written that is noted, lines are kept,
    and written as soon as it goes again.

    Args:
        path (str or Path): The file; made at once where it is missing.
        note (Callable): Gets a sentence when writing fails, and when it goes
            again.
        most (int): Lines that are kept. Defaults to :data:`MOST_KEPT`.
        pause (float): Seconds between tries. Defaults to :data:`PAUSE`.

    Attributes:
        lost (int): The oldest ones that were more than ``most``.

    Raises:
        OSError: If the file cannot be opened; names it.
    """

    def __init__(
        self,
        path: Union[str, Path],
        note: Callable[[str], None],
        most: int = MOST_KEPT,
        pause: float = PAUSE,
    ) -> None:
        self.path = Path(path)
        self.lost = 0
        self._note = note
        self._most = most
        self._pause = pause
        self._lines: Deque[bytes] = deque()
        self._due = 0.0
        self._failed = False
        self._file: Optional[int] = None
        self._open()

    @property
    def kept(self) -> int:
        """Lines that wait to be written."""
        return len(self._lines)

    def write(self, line: str) -> None:
        """Append a line, now or as soon as that is possible.

        Args:
            line (str): Without its end.
        """
        self._lines.append(line.encode('utf-8', 'surrogateescape') + b'\n')
        if len(self._lines) > self._most:
            self._lines.popleft()
            self.lost += 1
        self._due = 0.0
        self.retry()

    def retry(self) -> None:
        """Write what waits, if there is anything and a try is due."""
        if not self._lines or time.monotonic() < self._due:
            return
        try:
            self._reopen_if_moved()
            while self._lines:
                self._append(self._lines[0])
                self._lines.popleft()
        except OSError as error:
            self._due = time.monotonic() + self._pause
            if not self._failed:
                self._failed = True
                self._note(
                    f'{self.path}: cannot be written to '
                    f'({error.strerror or error}); lines are kept and written '
                    'as soon as it goes'
                )
            return
        if self._failed:
            self._failed = False
            self._note(
                f'{self.path}: written again'
                + (f', without the {self.lost} oldest lines' * bool(self.lost))
            )
            self.lost = 0

    def close(self) -> List[str]:
        """Try once more, and close the file.

        Returns:
            list[str]: Lines that could not be written.
        """
        self._due = 0.0
        self.retry()
        if self._file is not None:
            os.close(self._file)
            self._file = None
        lines = [
            line.decode('utf-8', 'surrogateescape').rstrip('\n')
            for line in self._lines
        ]
        self._lines.clear()
        return lines

    def _open(self) -> None:
        # Unbuffered, so that what a write says is what there is.
        flags = os.O_RDWR | os.O_APPEND | os.O_CREAT
        flags |= getattr(os, 'O_BINARY', 0)
        try:
            self._file = os.open(self.path, flags, 0o666)
        except PermissionError:
            # Somebody's file, or a pipe, that may be written and not read.
            flags = flags & ~os.O_RDWR | os.O_WRONLY
            self._file = os.open(self.path, flags, 0o666)

    def _reopen_if_moved(self) -> None:
        if self._file is not None:
            try:
                there = os.stat(self.path)
            except FileNotFoundError:
                there = None
            if there and os.path.samestat(there, os.fstat(self._file)):
                return
            os.close(self._file)
            self._file = None
        self._open()

    def _append(self, line: bytes) -> None:
        """Write a whole line, or nothing of it as far as that is possible."""
        size = os.fstat(self._file).st_size
        if size and self._is_torn(size):
            line = b'\n' + line
        done = 0
        try:
            while done < len(line):
                done += os.write(self._file, line[done:])
        except OSError:
            self._take_back(size, done)
            raise

    def _is_torn(self, size: int) -> bool:
        try:
            os.lseek(self._file, size - 1, os.SEEK_SET)
            return os.read(self._file, 1) != b'\n'
        except OSError:  # a pipe, or one that may not be read
            return False

    def _take_back(self, size: int, done: int) -> None:
        """Remove half a line, unless somebody else wrote behind it."""
        try:
            if done and os.fstat(self._file).st_size == size + done:
                os.ftruncate(self._file, size)
        except OSError:
            pass  # the next line begins behind a line end


class PrintedLines:
    """Lines that are printed, as :class:`LineFile` writes them to a file.

    Where standard output is a file on a full disk, they wait in its buffer.

    Args:
        note (Callable): Gets a sentence when printing fails, and when it goes
            again.
        pause (float): Seconds between tries. Defaults to :data:`PAUSE`.
    """

    def __init__(
        self, note: Callable[[str], None], pause: float = PAUSE
    ) -> None:
        self._note = note
        self._pause = pause
        self._due = 0.0
        self._failed = False
        self._lines: Deque[str] = deque(maxlen=MOST_KEPT)
        self._held: List[str] = []  # by the buffer of standard output

    def write(self, line: str) -> None:
        """Print a line, now or as soon as that is possible.

        Args:
            line (str): Without its end.
        """
        self._lines.append(line)
        self.retry()

    def retry(self) -> None:
        """Print what waits, if there is anything and a try is due.

        Raises:
            OSError: If nobody reads any more.
        """
        if not (self._lines or self._held) or time.monotonic() < self._due:
            return
        try:
            # What the buffer holds is written before a line is added to it.
            sys.stdout.flush()
            self._held.clear()
            while self._lines:
                self._held.append(self._lines.popleft())
                sys.stdout.write(self._held[0] + '\n')
                sys.stdout.flush()
                self._held.clear()
        except OSError as error:
            if error.errno not in REFUSALS:
                raise
            self._due = time.monotonic() + self._pause
            if not self._failed:
                self._failed = True
                self._note(
                    'standard output cannot be written to '
                    f'({error.strerror}); lines are kept and written as soon '
                    'as it goes'
                )
            return
        if self._failed:
            self._failed = False
            self._note('standard output: written again')

    def close(self) -> List[str]:
        """Try once more.

        Returns:
            list[str]: Lines that could not be printed.
        """
        self._due = 0.0
        self.retry()
        return [*self._held, *self._lines]
