"""Which videos a browser plays, and copies of those that none does.

Shapes: H and W rows and columns of pixels.
"""

from pathlib import Path
from typing import Iterator, Union

import cv2
import numpy as np

from ...io.atomic import atomic_path
from ...io.encoding import encode_video

CONTAINERS = ('.mp4', '.m4v', '.webm')
CODECS = ('h264', 'avc1', 'vp80', 'vp90', 'av01')
WIDTH = 480  # pixels of a copy, at most


def is_playable(video: Union[str, Path]) -> bool:
    """Whether browsers play a video, by its container and codec.

    Args:
        video (str or Path): File.
    """
    if Path(video).suffix.lower() not in CONTAINERS:
        return False
    capture = cv2.VideoCapture(str(video), cv2.CAP_FFMPEG)
    code = int(capture.get(cv2.CAP_PROP_FOURCC))
    capture.release()
    codec = bytes(code >> shift & 255 for shift in (0, 8, 16, 24))
    return codec.decode('latin-1').lower() in CODECS


def write_copy(
    out: Union[str, Path], video: Union[str, Path], fps: float
) -> None:
    """Write a copy in VP8, 480 pixels wide at most, whole or not at all.

    Args:
        out (str or Path): ``.webm`` file to write.
        video (str or Path): File; one that breaks off is copied as far as it
            can be read.
        fps (float): Frames per second.

    Raises:
        RuntimeError: See :func:`encode_video`.
        ValueError: If the video has no frames.
    """
    capture = cv2.VideoCapture(str(video), cv2.CAP_FFMPEG)
    try:
        read, first = capture.read()
        if not read:
            raise ValueError(f'{video}: expected frames, found none')
        scale = min(WIDTH / first.shape[1], 1)
        # Even, as the encoder wants them.
        size = tuple(
            max(round(edge * scale / 2), 1) * 2
            for edge in (first.shape[1], first.shape[0])
        )

        def frames() -> Iterator[np.ndarray]:
            more, frame = True, first
            while more:
                yield cv2.resize(frame, size, interpolation=cv2.INTER_AREA)
                more, frame = capture.read()

        with atomic_path(out) as temporary:
            encode_video(temporary, frames(), fps, size, str(out))
    finally:
        capture.release()
