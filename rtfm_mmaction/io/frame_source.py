"""Frames of a file, a camera or a network stream that may break off."""

import threading
from typing import Callable, Iterator, Optional
from urllib.parse import urlsplit

import cv2
import numpy as np

from .video import MAX_FPS, MAX_MISSING, VideoError

# Reads that may fail in a row: one may be a damaged frame, more are an end.
MAX_FAILED_READS = 5
# Of waits: floats end at 1024.
MAX_DOUBLINGS = 64


class FrameSource:
    """Reads frames in order, and connects again where a stream breaks off.

    A file, and a video of known length at an address, ends; a camera or a
    stream is lost, and tried again with waits that double from try to try. A
    source that cannot be opened at first is an error at once.

    Args:
        source (str): Video file, number of a camera, or an address such as
            ``rtsp://`` or ``http://``.
        max_tries (int): Tries in a row to connect again. Defaults to 10.
        first_wait (float): Seconds before the first of them. Defaults to 1.
        longest_wait (float): Seconds between tries at most. Defaults to 60.
        timeout (float): Seconds without an answer after which a connection
            counts as lost. Defaults to 10.
        note (Callable): Gets a sentence when a stream is lost or a file ends
            early. Defaults to ``print``.

    Attributes:
        name (str): The source without user and password.
        fps (float): Frames per second as the source says; 0 where it does
            not.
        ends (bool): Whether it is a video with a begin and an end, and not a
            camera or a stream.

    Raises:
        ValueError: If a setting is out of its range.
        VideoError: If the source cannot be opened.
    """

    def __init__(
        self,
        source: str,
        max_tries: int = 10,
        first_wait: float = 1.0,
        longest_wait: float = 60.0,
        timeout: float = 10.0,
        note: Callable[[str], None] = print,
    ) -> None:
        if max_tries < 0 or min(first_wait, longest_wait, timeout) <= 0:
            raise ValueError(
                'stream: expected a number of tries of 0 or more and seconds '
                f'above 0, found {max_tries} tries and waits of {first_wait}, '
                f'{longest_wait} and {timeout} s'
            )
        self._source = source
        self._max_tries = max_tries
        self._first_wait = first_wait
        self._longest_wait = longest_wait
        self._timeout = timeout
        self._note = note
        self._stopped = threading.Event()
        self.name = without_password(source)
        self._capture = self._open()
        if self._capture is None:
            raise VideoError(
                f'{self.name}: expected a video, a camera or a '
                'stream, found none that can be opened'
            )
        fps = self._capture.get(cv2.CAP_PROP_FPS)
        self.fps = fps if 0 < fps <= MAX_FPS else 0.0
        # Negative of streams.
        self._declared = int(self._capture.get(cv2.CAP_PROP_FRAME_COUNT))
        self.ends = self._declared > 0 or not (
            source.isdigit() or '://' in source
        )

    @property
    def stopped(self) -> bool:
        """Whether :meth:`stop` was called."""
        return self._stopped.is_set()

    def stop(self) -> None:
        """End :meth:`frames` soon; from a signal or another thread."""
        self._stopped.set()

    def frames(self) -> Iterator[np.ndarray]:
        """Read; can be done once.

        Yields:
            np.ndarray: (H, W, 3) BGR, uint8.

        Raises:
            VideoError: If a stream is lost and does not come back.
        """
        count = failed = tries = 0
        while not self._stopped.is_set():
            frame = _read(self._capture)
            if frame is not None:
                count, failed, tries = count + 1, 0, 0
                yield frame
                continue
            failed += 1
            if failed < MAX_FAILED_READS:
                continue
            self._capture = None  # let go of the camera
            if self.ends:
                if self._declared - count > MAX_MISSING:
                    self._note(
                        f'{self.name}: expected {self._declared} '
                        f'frames, as it says, found {count}: it is cut '
                        'short or damaged'
                    )
                return
            if tries == self._max_tries:
                raise VideoError(
                    f'{self.name}: expected the stream to come back, lost it '
                    f'after {count} frames and for {tries} tries'
                )
            wait = min(
                self._first_wait * 2.0 ** min(tries, MAX_DOUBLINGS),
                self._longest_wait,
            )
            self._note(
                f'{self.name}: lost after {count} frames, next try in '
                f'{wait:g} s'
            )
            if self._stopped.wait(wait):
                return
            tries, failed = tries + 1, 0
            self._capture = self._open()

    def _open(self) -> Optional[cv2.VideoCapture]:
        """Open the source anew; None where that cannot be done."""
        if self._source.isdigit():
            capture = cv2.VideoCapture(int(self._source))
        else:
            limit = int(self._timeout * 1000)
            capture = cv2.VideoCapture(
                self._source,
                cv2.CAP_FFMPEG,
                [
                    cv2.CAP_PROP_OPEN_TIMEOUT_MSEC,
                    limit,
                    cv2.CAP_PROP_READ_TIMEOUT_MSEC,
                    limit,
                ],
            )
        return capture if capture.isOpened() else None


def _read(capture: Optional[cv2.VideoCapture]) -> Optional[np.ndarray]:
    """The next frame; None where it cannot be had."""
    if capture is None:
        return None
    try:
        decoded, frame = capture.read()
    except cv2.error:  # some backends raise it of a damaged frame
        return None
    return frame if decoded else None


def without_password(source: str) -> str:
    """An address as it may be shown and written to files."""
    if '@' not in source or '://' not in source:
        return source
    parts = urlsplit(source)
    return parts._replace(netloc=parts.netloc.rpartition('@')[2]).geturl()
