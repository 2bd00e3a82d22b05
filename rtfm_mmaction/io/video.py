"""The reader of videos: files and folders of frames, once and in order.

Shapes: L frames of a snippet, F frames, H and W rows and columns of pixels.
"""

import math
import os
from functools import partial
from pathlib import Path
from typing import Any, Callable, Iterator, List, Optional, Tuple, Union

import numpy as np

from .capture import DEFAULT_FPS, MAX_FPS, Capture, VideoError
from .clock import FrameClock, Timing
from .frame_folder import IMAGES, FrameFolder
from .mp4 import SUFFIXES, ShownTime, read_shown_time
from .remote import RemoteError, as_path, local_copy
from .snippet_buffer import SnippetBuffer
from .transport_stream import find_leaps
from .video_bytes import bytes_of

__all__ = [
    'COUNTING',
    'DEFAULT_FPS',
    'MAX_FPS',
    'MAX_MISSING',
    'SeekError',
    'Video',
    'VideoError',
    'count_snippets',
    'is_text',
    'open_capture',
]

# Frames that may be missing before a video is refused as cut short: a snippet
# of 16.
MAX_MISSING = 16
# Containers that say how many frames they hold; the others only estimate it.
COUNTING = (*SUFFIXES, '.avi')
# Transport streams, whose clock may be set, as where a recorder was switched.
STREAMS = ('.ts', '.m2ts', '.mts', '.m2t')
# Reads that may fail in a row while there may be more behind the damage: ten
# seconds of 25 frames/s. At an end each takes some 20 us.
PATIENCE = 250
# The same where the file says that there is more.
LONG_PATIENCE = 10_000
# Of the frames that a file says; by so much may an estimate be wrong.
MISSING_SHARE = 0.1
# Seconds before a frame that are gone to, one after the other: OpenCV may
# overshoot, and a decoder that starts anew needs frames to be right again.
RUN_UPS = (5.0, 30.0)


class SeekError(VideoError):
    """A video of which no frame can be found but by reading all before."""


def count_snippets(frames: int, snippet_len: int, tail: str) -> int:
    """T, the number of snippets of a video.

    Args:
        frames (int): Frames of the video.
        snippet_len (int): Frames of a snippet.
        tail (str): What becomes of the frames behind the last whole snippet.
            ``drop``: they are left out. ``pad``: they make one more snippet,
            filled up with the last frame.

    Raises:
        ValueError: If the rule is unknown.
    """
    if tail not in ('drop', 'pad'):
        raise ValueError(f"tail: expected 'drop' or 'pad', found {tail!r}")
    return (
        frames // snippet_len if tail == 'drop' else -(-frames // snippet_len)
    )


class Video:
    """A video, whose frames are decoded once, in order.

    Frames are counted as they come. Damaged ones are passed over, as FFmpeg
    does: a read that fails is not the end. See :class:`Capture` and
    :class:`FrameFolder` for how frames stand.

    Args:
        path (str or Path): Video file, or folder of frames, or the address
            of a file, see :mod:`.remote`.
        fps (float, optional): Frames per second, in place of what file and
            frames say. Defaults to None.

    Attributes:
        path (Path): As given.
        is_folder (bool): Whether it is one of frames.
        declared (int): Frames that the file says it shows.
        counts (bool): Whether that is a count, and no estimate.
        strict (bool): Whether a video that ends too early is refused; else
            that is a note.
        frames (int): Frames decoded up to now.

    Raises:
        VideoError: If the file cannot be opened, or holds no video, as one of
            sound alone.
    """

    def __init__(
        self, path: Union[str, Path], fps: Optional[float] = None
    ) -> None:
        self.path = as_path(path)
        path = _local(self.path)
        self._capture = open_capture(self.path)  # errors name the address
        # Its copy may be gone before anybody asks.
        self._fetched = None if path == self.path else bytes_of(path)
        suffix = self.path.suffix.lower()
        self.is_folder = is_folder = isinstance(self._capture, FrameFolder)
        said = self._capture.fps
        self.declared = self._capture.declared
        self.counts = is_folder or suffix in COUNTING
        self.frames = 0
        self._failed = 0  # reads that were not the end
        # Where the file ends as it says, in seconds; 0 where it does not.
        self._end = self.declared / said if said else 0.0
        self.strict = suffix in COUNTING and not is_folder
        if suffix in SUFFIXES and not is_folder:
            self._heed_edits(read_shown_time(path))
        leaps = partial(find_leaps, path) if suffix in STREAMS else None
        self._clock = FrameClock(said, fps, leaps)
        self._closed = False
        self._judged: Optional[Tuple[Tuple[int, bool], Timing]] = None

    def _heed_edits(self, time: Optional[ShownTime]) -> None:
        """Correct what is declared by what an edit list hides."""
        if time is None:
            return
        self._end = time.shown
        shown = self.declared * time.shown / time.stored
        if self.declared - shown > 1:
            # How much is shown is known, but not in how many frames.
            self.declared, self.counts = round(shown), False

    @property
    def size(self) -> Tuple[int, int]:
        """(W, H) in pixels, as the file says."""
        return self._capture.size

    @property
    def bytes(self) -> Optional[int]:
        """Size of the file, or of all frames of the folder; of what was
        fetched.
        """
        if self._fetched is None:
            return bytes_of(self.path)
        return self._fetched

    @property
    def codec(self) -> str:
        """Four letters, small; none of a folder."""
        return self._capture.codec

    @property
    def timing(self) -> Timing:
        """When the frames are shown that came up to now."""
        at = self.frames, self._closed
        if self._judged is None or self._judged[0] != at:
            self._judged = at, self._clock.timing()
        return self._judged[1]

    @property
    def fps(self) -> float:
        """Frames per second, on average; 0.0 where nothing tells it."""
        return self.timing.fps

    @property
    def damaged(self) -> int:
        """Frames that were passed over up to now, as far as it shows."""
        lost = self._failed
        if self.counts:
            ending = max(self.lacking, 0)
            lost = max(lost, self.declared - self.frames - ending)
        if self._failed and self.fps:
            # Of an even rate; where it varies this is 0.
            span = self._clock.seconds_at(self.frames - 1)
            lost = max(lost, round(span * self.fps) + 1 - self.frames)
        return max(lost, 0)

    @property
    def lacking(self) -> int:
        """Frames that lack behind the last one, or less than 0.

        Of what the file declares, and by the last frame's own time: the frame
        may be as late as it should be, be others hidden or damaged.
        """
        lacking = self.declared - self.frames
        seconds = self._clock.last_own - self._clock.first_own
        if self._end and self.fps and seconds > 0:
            left = (self._end - seconds) * self.fps - 1
            lacking = min(lacking, round(left))
        return lacking

    def seconds_at(self, frame: int) -> float:
        """Tell when a frame begins, by what is known up to now.

        Args:
            frame (int): Its number; it may not have come yet.

        Returns:
            float: Seconds from the first frame; NaN where nothing tells it.
        """
        return self._clock.seconds_at(frame)

    def notes(self) -> List[str]:
        """What a person should know of how the video was read.

        Returns:
            list[str]: Sentences; none of a video that is as it should be.
        """
        notes = []
        if self.damaged:
            one = self.damaged == 1
            notes.append(
                f'{self.damaged} damaged frame{"" if one else "s"} '
                f'{"was" if one else "were"} passed over'
            )
        lacking = self.lacking
        if not self.strict and lacking > max(
            MAX_MISSING, MISSING_SHARE * (self.frames + lacking)
        ):
            # Its container only estimates the number.
            notes.append(
                f'{self.path}: it says about {self.frames + lacking} frames, '
                f'{self.frames} came: it may be cut short'
            )
        return notes + self.timing.notes

    @property
    def said(self) -> float:
        """Frames per second as the source says; 0.0 where it does not."""
        return self._clock.said

    @property
    def failed(self) -> int:
        """Reads up to now that were damage, and not the end."""
        return self._failed

    @property
    def own_times(self) -> np.ndarray:
        """The source's own times of the frames that came, in seconds, (F,)
        float64; NaN of a frame without one.
        """
        return self._clock.own_times

    def go_to(self, frame: int) -> float:
        """Have a frame come next, before any was read.

        Counted by its own time, which is trusted where all frames of a file
        come at the rate that it says; whoever goes on from there has to see
        that they do. What is known of time is of the frames from there on.

        Args:
            frame (int): Its number, from 0.

        Returns:
            float: The source's own time of frame 0 in seconds; NaN of a
            folder.

        Raises:
            SeekError: If it is not found by its time.
        """
        capture = self._capture
        # The first frame tells the size of all.
        first, begin = capture.read(), capture.seconds
        if first is None:
            raise SeekError(f'{self.path}: frames are damaged')
        if isinstance(capture, FrameFolder):
            capture.seek(frame)
            self.frames = frame
            return begin
        rate = self.said
        if not rate or math.isnan(begin):
            raise SeekError(f'{self.path}: its frames say no times')
        for run_up in RUN_UPS:
            if self._reach(begin, frame - 1, rate, run_up):
                self.frames = frame
                return begin
        raise SeekError(f'{self.path}: frame {frame} is not found by its time')

    def _reach(
        self, begin: float, frame: int, rate: float, run_up: float
    ) -> bool:
        """Read up to a frame, from some seconds before it; False if its time
        does not come.
        """
        capture: Any = self._capture
        wanted, tolerance = begin + frame / rate, 0.5 / rate
        capture.seek(max(wanted - run_up, 0.0))
        for number in range(round(2 * run_up * rate) + PATIENCE):
            if not capture.grab():
                return False
            late = capture.seconds - wanted
            if abs(late) <= tolerance:
                return number > 0 or wanted - begin < run_up
            if not late < 0:
                return False
        return False

    def take_over(self, times: np.ndarray) -> None:
        """Count frames as come that were read elsewhere, and end.

        Args:
            times (np.ndarray): Own times of all frames, see
                :attr:`own_times`; none of them was damaged.

        Raises:
            VideoError: If the file ended long before it should.
        """
        for seconds in times:
            self._clock.add(float(seconds))
        self.frames += len(times)
        self.close()
        self._check_length()

    def read(self) -> Optional[np.ndarray]:
        """Decode the next frame.

        Returns:
            np.ndarray or None: (H, W, 3) BGR, uint8; None at the end.
        """
        return self._take(self._capture.read)

    def __iter__(self) -> Iterator[np.ndarray]:
        """Yield the frames that are left, (H, W, 3) BGR, uint8."""
        frame = self.read()
        while frame is not None:
            yield frame
            frame = self.read()

    def grab(self) -> bool:
        """Pass over the next frame.

        Returns:
            bool: Whether there was one.
        """
        return self._take(lambda: self._capture.grab() or None) is not None

    def close(self) -> None:
        """Let go of the file; nothing more can be read."""
        if not self._closed:
            self._clock.end()
        self._closed = True
        self._capture.close()

    def snippets(
        self,
        snippet_len: int,
        tail: str,
        size: Tuple[int, int],
        interpolation: str = 'bilinear',
    ) -> Iterator[np.ndarray]:
        """Read the video; can be done once.

        Args:
            snippet_len (int): L.
            tail (str): See :func:`count_snippets`.
            size (tuple[int, int]): (W, H) that each frame is resized to, in
                pixels; the aspect ratio is not kept.
            interpolation (str): A key of :data:`INTERPOLATIONS`.
                Defaults to 'bilinear'.

        Yields:
            np.ndarray: (L, H, W, 3) RGB, uint8.

        Raises:
            VideoError: At its end, if more than :data:`MAX_MISSING` frames of
                those that the file declares are missing there, or there are
                too few for one snippet.
        """
        buffer = SnippetBuffer(snippet_len, size, interpolation)
        for frame in self:
            snippet = buffer.push(frame)
            if snippet is not None:
                yield snippet
        self._check_length()
        if count_snippets(self.frames, snippet_len, tail) == 0:
            raise VideoError(
                f'{self.path}: expected at least {snippet_len} frames, one '
                f"snippet, found {self.frames} (tail='pad' fills a short one "
                'up)'
            )
        rest = buffer.flush()
        if rest is not None and tail == 'pad':
            yield rest

    def count(self) -> int:
        """Read the video to its end for nothing but the number of frames.

        Returns:
            int: Frames; those that the file declares may be an estimate.

        Raises:
            VideoError: As of :meth:`snippets`, and if there are no frames.
        """
        while self.grab():
            pass
        self._check_length()
        if self.frames == 0:
            raise VideoError(f'{self.path}: expected frames, found none')
        return self.frames

    def _take(self, take: Callable[[], Any]) -> Any:
        """What ``take`` gives of the next frame that is not damaged."""
        failed = 0
        while not (self._closed or self._capture.ended):
            found = take()
            if found is not None:
                self._failed += failed
                self._clock.add(self._capture.seconds)
                self.frames += 1
                return found
            failed += 1
            if failed > self._patience():
                break
        if self._capture.ended:
            self._failed += failed  # images, each of which was one
        self.close()
        return None

    def _patience(self) -> int:
        """Reads that may fail in a row before they are the end."""
        left = self.declared - self.frames - self._failed
        if self.counts and left <= 0:
            return 0
        return min(max(left, PATIENCE), LONG_PATIENCE)

    def _check_length(self) -> None:
        """Refuse a file that ended long before it should."""
        lacking = self.lacking
        if self.strict and lacking > MAX_MISSING:
            whole = self.declared if self.counts else self.frames + lacking
            raise VideoError(
                f'{self.path}: expected {whole} frames, as '
                f'the file says, found {self.frames}: it is cut short or '
                'damaged'
            )


def _local(path: Path) -> Path:
    """The file itself, or a copy of one behind an address."""
    try:
        return local_copy(path, 'a video')
    except RemoteError as error:
        raise VideoError(str(error)) from error


def open_capture(path: Union[str, Path]) -> Union[Capture, FrameFolder]:
    """Open a file or a folder of frames.

    Args:
        path (str or Path): Video file or folder, or an address.

    Raises:
        VideoError: If it holds no video.
    """
    named = as_path(path)
    path = _local(named)
    if not is_text(path):
        # OpenCV would end the process.
        raise VideoError(
            f'{ascii(str(named))}: expected a file name in '
            'UTF-8, found other bytes'
        )
    if not os.path.isdir(path):
        capture = Capture(path)
        if not capture.opened:
            raise VideoError(
                f'{named}: expected a video, found {_what_else(path)}'
            )
        return capture
    try:
        folder = FrameFolder(path)
    except OSError as error:
        raise VideoError(
            f'{named}: expected a folder of frames, found one that cannot be '
            f'read ({error.strerror})'
        ) from error
    if not folder.opened:
        raise VideoError(
            f'{named}: expected a video, or a folder of frames '
            f'({" ".join(IMAGES)}), found a folder without any'
        )
    return folder


def is_text(path: Union[str, Path]) -> bool:
    """Whether a file's name can be written down, as in JSON."""
    try:
        str(path).encode()
    except UnicodeEncodeError:
        return False
    return True


def _what_else(path: Union[str, Path]) -> str:
    """What a file is that OpenCV cannot open; it does not say why, decord
    does, where there is one for the machine.
    """
    nothing = 'a file that cannot be opened as one'
    try:
        import decord
    except ImportError:
        return nothing
    try:
        decord.VideoReader(os.path.abspath(path))
    except (decord.DECORDError, RuntimeError) as error:
        if 'cannot find video stream' in str(error):
            return 'no video stream in it, but at most sound'
    return nothing
