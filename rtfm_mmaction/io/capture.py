"""The one door to OpenCV's decoders: files, addresses and cameras.

OpenCV reads videos and not decord, which fills a queue of decoded frames
without bound while it waits for the first one (decord 0.6.0,
``NextFrameImpl``): 4 GB after 300 frames of 1080p, where OpenCV takes 50 MB
for any length. Both give the same frames to the bit and are equally fast when
nothing is skipped; where an edit list hides frames of a trimmed file, decord
makes up for them with copies of the last one.

Shapes: H and W rows and columns of pixels.
"""

import math
import os
from typing import Optional, Tuple, Union

import cv2
import numpy as np

# Frames per second: some files and streams say none or that of their clock
# (90000).
MAX_FPS = 1000
# That of what does not say so.
DEFAULT_FPS = 25.0


class VideoError(ValueError):
    """A video that cannot be read as it should; the message names it."""


class Capture:
    """Frames that OpenCV decodes, one after another.

    Grey ones have three equal channels. They stand as the file's rotation
    flag says, as players show them. Where the size changes on the way, what
    follows is scaled to that of the first frame. This is OpenCV's doing, and
    tested.

    A read that fails is a damaged packet or the end; OpenCV does not tell
    which, and further reads go on behind the damage.

    Args:
        source (str, PathLike or int): Video file, address such as ``rtsp://``
            or ``http://``, or number of a camera.
        timeout (float, optional): Seconds without an answer after which an
            address counts as lost. Defaults to None, OpenCV's own.

    Attributes:
        opened (bool): Whether there is anything to read.
        declared (int): Frames that the source says it has; an estimate in
            some containers, 0 where it does not say.
        fps (float): Frames per second as the source says; 0.0 where it does
            not, or nothing above 0 and up to :data:`MAX_FPS`.
        size (tuple[int, int]): (W, H) in pixels, as the source says.
        codec (str): Four letters, small.
        ended (bool): False, since OpenCV does not say.
    """

    ended = False

    def __init__(
        self,
        source: Union[str, os.PathLike, int],
        timeout: Optional[float] = None,
    ) -> None:
        if isinstance(source, int):
            self._capture = cv2.VideoCapture(source)
        elif '://' in str(source):
            limit = [] if timeout is None else _limits(timeout)
            self._capture = cv2.VideoCapture(
                str(source), cv2.CAP_FFMPEG, limit
            )
        else:
            # FFmpeg takes '12:' of '12:30:05.mp4' for a protocol.
            self._capture = cv2.VideoCapture(
                os.path.abspath(source), cv2.CAP_FFMPEG
            )
        self.opened = self._capture.isOpened()
        if not self.opened:
            return
        get = self._capture.get
        self.declared = max(0, int(get(cv2.CAP_PROP_FRAME_COUNT)))
        said = get(cv2.CAP_PROP_FPS)
        self.fps = said if 0 < said <= MAX_FPS else 0.0
        self.size: Tuple[int, int] = (
            int(get(cv2.CAP_PROP_FRAME_WIDTH)),
            int(get(cv2.CAP_PROP_FRAME_HEIGHT)),
        )
        code = int(get(cv2.CAP_PROP_FOURCC)) & 0xFFFFFFFF
        letters = code.to_bytes(4, 'little').decode('latin-1')
        self.codec = letters.lower()

    def read(self) -> Optional[np.ndarray]:
        """Decode the next frame.

        Returns:
            np.ndarray or None: (H, W, 3) BGR, uint8; None where that fails.
        """
        try:
            decoded, frame = self._capture.read()
        except cv2.error:  # some backends raise it of a damaged frame
            return None
        return frame if decoded else None

    def grab(self) -> bool:
        """Pass over the next frame; whether there was one."""
        try:
            return self._capture.grab()
        except cv2.error:
            return False

    @property
    def seconds(self) -> float:
        """The source's own time of the last frame; NaN where it says none."""
        milliseconds = self._capture.get(cv2.CAP_PROP_POS_MSEC)
        return milliseconds / 1000 if milliseconds >= 0 else math.nan

    def seek(self, seconds: float) -> None:
        """Go to a time, roughly: the next frame tells which was reached."""
        self._capture.set(cv2.CAP_PROP_POS_MSEC, seconds * 1000)

    def close(self) -> None:
        """Let go of the file, the camera or the connection."""
        self._capture.release()


def _limits(timeout: float) -> list:
    milliseconds = int(timeout * 1000)
    return [
        cv2.CAP_PROP_OPEN_TIMEOUT_MSEC,
        milliseconds,
        cv2.CAP_PROP_READ_TIMEOUT_MSEC,
        milliseconds,
    ]
