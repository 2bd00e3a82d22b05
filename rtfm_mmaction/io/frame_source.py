"""Frames of a file, a camera or a network stream that may break off.

Shapes: H and W rows and columns of pixels.
"""

import math
import threading
import time
from typing import Callable, Iterator, NamedTuple, Optional, Tuple

import numpy as np

from .addresses import hint_of, without_password
from .arrivals import ArrivalRate
from .capture import DEFAULT_FPS, Capture
from .lag import DRIFT, DRIFT_OF_COUNTS, LEAP, UpstreamLag
from .video import MAX_MISSING, PATIENCE, Video, VideoError
from .watchdog import Watchdog

# Reads of a live source that may fail in a row: a few may be damaged frames,
# more are an end.
MAX_FAILED_READS = 25
# Of waits: floats end at 1024.
MAX_DOUBLINGS = 64
# By how much a rate may differ from the one that was measured.
RATE_ERROR = 0.1
# Frames that tell a file's rate.
FIRST_FRAMES = 64
# Connections in a row that give one frame each before that counts as all that
# there is behind an address.
MOST_SINGLE = 3
# Opening takes an answer to each of several questions.
OPENINGS = 2


class Arrival(NamedTuple):
    """A frame, and when it came.

    Attributes:
        frame (np.ndarray, optional): (H, W, 3) BGR, uint8. None says that
            nothing has come for as long as makes a lost stream.
        came (float): When it was read, by ``time.monotonic``.
        utc (float): The same in seconds since 1970.
        number (int): Frames before it in this run.
        behind (float): Seconds that it waited before it was read, at least.
    """

    frame: Optional[np.ndarray]
    came: float
    utc: float
    number: int
    behind: float = 0.0


class FrameSource:
    """Reads frames in order, and connects again where a stream breaks off.

    A file, a folder of frames, and a video of known length at an address, end;
    a camera or a stream is lost, and tried again with waits that double from
    try to try. A source that cannot be opened at first is an error at once.

    Args:
        source (str): Video file, folder of frames, number of a camera, or an
            address such as ``rtsp://`` or ``http://``.
        max_tries (int): Tries in a row to connect again. Defaults to 10.
        first_wait (float): Seconds before the first of them. Defaults to 1.
        longest_wait (float): Seconds between tries at most. Defaults to 60.
        timeout (float): Seconds without a frame after which a connection
            counts as lost, though it may be open. Defaults to 10.
        fps (float, optional): Frames per second, in place of what the source
            says. Defaults to None.
        note (Callable): Gets a sentence when a stream is lost, a file ends
            early, frames were damaged, or a rate is assumed. Defaults to
            ``print``.

    Attributes:
        name (str): The source without user and password.
        timeout (float): As given.
        fps (float): Frames per second: as given, or as the source says and
            its first frames do not contradict; 0 where nothing tells it. It
            may change in the first seconds of a live source, where it is
            measured how fast frames come: by their own times, or, of a camera
            by number and Motion JPEG over HTTP, by this machine's clock.
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
        fps: Optional[float] = None,
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
        self.timeout = timeout
        self._told = fps
        self._note = note
        self._stopped = threading.Event()
        self._damaged = 0
        self._watchdog: Optional[Watchdog] = None
        self._lag = UpstreamLag()
        self._video: Optional[Video] = None
        self._capture: Optional[Capture] = None
        self.name = without_password(source)
        self._arrivals: Optional[ArrivalRate] = None
        if source.isdigit() or '://' in source:
            self._capture = self._open()
        else:
            self._video = _open_video(source, fps)
        if self._capture is None and self._video is None:
            raise VideoError(
                f'{self.name}: expected a video, a camera or a '
                f'stream, found none that can be opened{hint_of(source)}'
            )
        if self._video is not None:
            self.ends = True
            self.fps = self._said = fps or _first_rate(source)
            return
        self.fps = self._said = fps or self._capture.fps
        # None of streams.
        self._declared = self._capture.declared
        self.ends = self._declared > 0
        self._has_clock = not self._is_without_clock()
        if fps is None and not self.ends:
            self._arrivals = ArrivalRate()

    @property
    def stopped(self) -> bool:
        """Whether :meth:`stop` was called."""
        return self._stopped.is_set()

    def assume(self, fps: float) -> None:
        """Take a live source's rate for granted, as one that was measured
        before it was left.

        Args:
            fps (float): Frames per second.
        """
        if not self.ends:
            self.fps, self._arrivals = fps, None

    def stop(self) -> None:
        """End :meth:`frames` soon; from a signal or another thread."""
        self._stopped.set()

    def seconds_at(self, frame: int) -> float:
        """Tell when a frame begins.

        Of a file by the frames' own times where they contradict its rate. Of
        a live source by the number of frames and the rate, so that the time
        in which it was lost is left out.

        Args:
            frame (int): Its number, from 0.

        Returns:
            float: Seconds from the first frame.
        """
        if self._video is not None:
            seconds = self._video.seconds_at(frame)
            if not math.isnan(seconds):
                return seconds
        return frame / (self.fps or DEFAULT_FPS)

    def frames(self) -> Iterator[np.ndarray]:
        """Read; can be done once.

        Yields:
            np.ndarray: (H, W, 3) BGR, uint8.

        Raises:
            VideoError: If a stream is lost and does not come back.
        """
        for arrival in self.arrivals():
            if arrival.frame is not None:
                yield arrival.frame

    def arrivals(self) -> Iterator[Arrival]:
        """Read, as :meth:`frames`, and tell when frames came.

        Yields:
            Arrival: A frame; or none, once, where no frame of a live source
            came for ``timeout`` seconds.

        Raises:
            VideoError: If a stream is lost and does not come back.
        """
        try:
            yield from (
                self._of_file() if self._capture is None else self._of_stream()
            )
        finally:
            if self._watchdog is not None:
                self._watchdog.close()

    def _of_file(self) -> Iterator[Arrival]:
        video, number = self._video, 0
        while not self._stopped.is_set():
            frame = video.read()
            if frame is None:
                for sentence in video.notes():
                    self._note(f'{self.name}: {sentence}')
                if video.strict:
                    self._note_end(video.frames, video.lacking)
                return
            yield Arrival(frame, time.monotonic(), time.time(), number)
            number += 1

    def _of_stream(self) -> Iterator[Arrival]:
        count = tries = single = 0
        last = time.monotonic()  # when a frame came
        silent = False
        while True:
            before = count
            for arrival in self._of_connection(count):
                count, tries, silent = count + 1, 0, False
                last = arrival.came
                yield arrival
            if self._stopped.is_set():
                return
            if self.ends:
                self._note_damage()
                self._note_end(count, self._declared - count)
                return
            single = single + 1 if count == before + 1 else 0
            if single == count == MOST_SINGLE:
                raise VideoError(
                    f'{self.name}: expected a stream, found a single picture '
                    f'each of {single} times; a camera has another address '
                    'for its video'
                )
            if tries == self._max_tries:
                raise VideoError(
                    f'{self.name}: expected the stream to come back, lost it '
                    f'after {count} frames and for {tries} tries'
                )
            wait = min(
                self._first_wait * 2.0 ** min(tries, MAX_DOUBLINGS),
                self._longest_wait,
            )
            self._note_damage()
            self._note(
                f'{self.name}: lost after {count} frames, next try in '
                f'{wait:g} s'
            )
            until = time.monotonic() + wait
            if not silent:
                # It is silent in the midst of the wait, or already.
                left = last + self.timeout - time.monotonic()
                if self._stopped.wait(max(0.0, min(left, wait))):
                    return
                if left <= wait:
                    silent = True
                    now = time.monotonic()
                    yield Arrival(None, now, time.time(), count)
            if self._stopped.wait(max(0.0, until - time.monotonic())):
                return
            tries += 1
            self._capture = self._open()

    def _of_connection(self, before: int) -> Iterator[Arrival]:
        """Frames up to where they end or the connection is lost."""
        failed = 0
        limit = PATIENCE if self.ends else MAX_FAILED_READS
        number, last = 0, math.nan
        if self._arrivals is not None:
            self._arrivals = ArrivalRate()
        self._lag = UpstreamLag(DRIFT if self._has_clock else DRIFT_OF_COUNTS)
        since = time.monotonic()  # asked for the next frame
        while self._capture is not None and not self._stopped.is_set():
            asked = time.monotonic()
            left = since + self.timeout - asked
            frame, seconds = self._read(left)
            now = time.monotonic()
            if frame is not None:
                self._damaged += failed
                failed = 0
                if self._has_clock:
                    self._measure(last, seconds)
                    last = seconds
                else:
                    self._measure(asked, now)
                behind = self._behind(now, seconds, number)
                yield Arrival(frame, now, time.time(), before + number, behind)
                number += 1
                since = time.monotonic()
                continue
            failed += 1
            if failed >= limit or now - since >= self.timeout:
                self._capture = None  # let go of the camera

    def _behind(self, came: float, seconds: float, number: int) -> float:
        """Seconds that a connection's frame has waited for being read."""
        if self.ends:
            return 0.0  # it waits for us
        if not self._has_clock:
            if self._arrivals is not None:
                return 0.0  # its rate is not known yet
            seconds = number / self.fps if self.fps else math.nan
        return self._lag.add(came, seconds)

    def _read(self, seconds: float) -> Tuple[Optional[np.ndarray], float]:
        """A frame and its own time; no frame where none comes in time."""
        if self._watchdog is None:
            self._watchdog = Watchdog(self._stopped)
        capture = self._capture
        try:
            return self._watchdog.call(
                lambda: (capture.read(), capture.seconds), seconds
            )
        except TimeoutError:
            # OpenCV still waits; its thread lets go of the camera.
            self._capture = self._watchdog = None
            return None, math.nan

    def _measure(self, asked: float, came: float) -> None:
        """Note how fast frames come, and take that for the rate.

        Of a source with a clock, ``came`` is a frame's own time, and
        ``asked`` that of the one before.
        """
        if self._arrivals is None or math.isnan(asked) or math.isnan(came):
            return
        if not 0 <= came - asked <= LEAP:  # its clock was set
            self._arrivals = ArrivalRate()
            return
        self._arrivals.add(asked, came)
        if not self._arrivals.done:
            return
        rate, self._arrivals = self._arrivals.rate, None
        if rate is None or abs(rate - self.fps) <= RATE_ERROR * rate:
            return
        said = f'not the {self._said:g} that it says, ' if self._said else ''
        self.fps = round(rate, 2)
        self._note(
            f'{self.name}: {self.fps:g} frames come a second, {said}which is '
            'assumed from here on (--fps)'
        )

    def _is_without_clock(self) -> bool:
        """Whether the source's times are made up by its reader."""
        return (
            self._source.isdigit()
            or not self._said
            or self._source.lower().startswith('http')
            and self._capture.codec == 'mjpg'
        )

    def _note_damage(self) -> None:
        if self._damaged:
            self._note(
                f'{self.name}: {self._damaged} damaged frames were passed over'
            )
        self._damaged = 0

    def _note_end(self, count: int, lacking: int) -> None:
        if lacking > MAX_MISSING:
            self._note(
                f'{self.name}: expected {count + lacking} '
                f'frames, as it says, found {count}: it is cut '
                'short or damaged'
            )

    def _open(self) -> Optional[Capture]:
        """Open an address or a camera anew; None where that fails."""
        number = self._source.isdigit()
        source = int(self._source) if number else self._source
        if self._watchdog is None:
            self._watchdog = Watchdog(self._stopped)
        try:
            capture = self._watchdog.call(
                lambda: Capture(source, self.timeout), OPENINGS * self.timeout
            )
        except TimeoutError:
            self._watchdog = None
            return None
        return capture if capture.opened else None


def _open_video(source: str, fps: Optional[float]) -> Optional[Video]:
    try:
        return Video(source, fps)
    except VideoError:
        return None


def _first_rate(source: str) -> float:
    """A file's rate, by what it says and by its first frames' times."""
    video = Video(source)
    while video.frames < FIRST_FRAMES and video.grab():
        pass
    video.close()
    return video.fps
