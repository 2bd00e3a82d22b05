"""Videos as a stream of snippets, read once and in order.

OpenCV reads them and not decord, which fills a queue of decoded frames without
bound while it waits for the first one (decord 0.6.0, ``NextFrameImpl``): 4 GB
after 300 frames of 1080p, where OpenCV takes 50 MB for any length. Both give
the same frames to the bit and are equally fast when nothing is skipped; where
an edit list hides frames of a trimmed file, decord makes up for them with
copies of the last one.

Shapes: L frames of a snippet, H and W rows and columns of pixels.
"""

from pathlib import Path
from typing import Iterator, Tuple, Union

import cv2
import numpy as np

from .snippet_buffer import SnippetBuffer

# Frames that may be missing before a video is refused as cut short: a snippet
# of 16.
MAX_MISSING = 16
# Containers that say how many frames they hold; the others only estimate it.
COUNTING = ('.mp4', '.m4v', '.mov', '.avi')
# Frames per second: some files and streams say none or that of their clock
# (90000).
MAX_FPS = 1000


class VideoError(ValueError):
    """A video that cannot be read as it should; the message names it."""


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
    """A video file, whose frames are decoded once, in order.

    Frames are counted as they come: with a variable frame rate their times
    play no part. They stand as the file's rotation flag says, as players show
    them. Grey ones have three equal channels. Where the size changes on the
    way, what follows is scaled to that of the first frame. This is OpenCV's
    doing, and tested.

    Args:
        path (str or Path): Video file.

    Attributes:
        declared (int): Frames that the file says it has; an estimate in some
            containers.
        frames (int): Frames decoded up to now.
        fps (float): Frames per second, on average.
        drift (float): Seconds by which the file's own times were off those of
            an even rate, at most, up to now.

    Raises:
        VideoError: If the file cannot be opened, or holds no video, as one of
            sound alone.
    """

    def __init__(self, path: Union[str, Path]) -> None:
        self.path = Path(path)
        if not is_text(path):
            # OpenCV would end the process.
            raise VideoError(
                f'{ascii(str(path))}: expected a file name in '
                'UTF-8, found other bytes'
            )
        self._capture = cv2.VideoCapture(str(path), cv2.CAP_FFMPEG)
        if not self._capture.isOpened():
            raise VideoError(
                f'{path}: expected a video, found {_what_else(path)}'
            )
        self.declared = max(
            0, int(self._capture.get(cv2.CAP_PROP_FRAME_COUNT))
        )
        self.frames = 0
        self.fps = self._capture.get(cv2.CAP_PROP_FPS)
        self.drift = 0.0
        self._first_time = 0.0

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
                those that the file declares are missing, or there are too few
                for one snippet.
        """
        buffer = SnippetBuffer(snippet_len, size, interpolation)
        for frame in self._decode():
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
        while self._capture.grab():
            self.frames += 1
        self._capture.release()
        self._check_length()
        if self.frames == 0:
            raise VideoError(f'{self.path}: expected frames, found none')
        return self.frames

    def _decode(self) -> Iterator[np.ndarray]:
        """All frames in order, (rows, columns, 3) BGR."""
        while True:
            try:
                decoded, frame = self._capture.read()
            except cv2.error:  # of a damaged frame
                decoded = False
            if not decoded:
                self._capture.release()
                return
            self._watch_time()
            self.frames += 1
            yield frame

    def _watch_time(self) -> None:
        """Compare the file's time with an even rate's."""
        seconds = self._capture.get(cv2.CAP_PROP_POS_MSEC) / 1000
        if self.frames == 0:
            self._first_time = seconds
        elif self.fps > 0 and seconds > 0:  # some files have no times
            self.drift = max(
                self.drift,
                abs(seconds - self._first_time - self.frames / self.fps),
            )

    def _check_length(self) -> None:
        """Refuse a file that ended long before it should."""
        if self.path.suffix.lower() not in COUNTING:
            return
        if self.declared - self.frames > MAX_MISSING:
            raise VideoError(
                f'{self.path}: expected {self.declared} frames, as the file '
                f'says, found {self.frames}: it is cut short or damaged'
            )


def is_text(path: Union[str, Path]) -> bool:
    """Whether a file's name can be written down, as in JSON."""
    try:
        str(path).encode()
    except UnicodeEncodeError:
        return False
    return True


def _what_else(path: Union[str, Path]) -> str:
    """What a file is that OpenCV cannot open; it does not say why, decord
    does.
    """
    import decord

    try:
        decord.VideoReader(str(path))
    except (decord.DECORDError, RuntimeError) as error:
        if 'cannot find video stream' in str(error):
            return 'no video stream in it, but at most sound'
    return 'a file that cannot be opened as one'
