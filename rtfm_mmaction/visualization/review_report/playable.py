"""Which videos a browser plays, and copies of those that none does.

Shapes: F frames, H and W rows and columns of pixels.
"""

from itertools import chain
from pathlib import Path
from typing import Iterable, Optional, Union

import cv2
import numpy as np

from ...io.encoding import encode_video
from ...io.pacing import at_even_rate
from ...io.remote import as_path
from ...io.video import Video, VideoError
from ...io.writing import whole_file

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
    try:
        opened = Video(video)
    except VideoError:
        return False
    opened.close()
    return opened.codec in CODECS


def write_copy(
    out: Union[str, Path],
    video: Union[str, Path],
    fps: float,
    times: Optional[np.ndarray] = None,
) -> None:
    """Write a copy in VP8, 480 pixels wide at most, whole or not at all.

    Args:
        out (str or Path): ``.webm`` file to write.
        video (str or Path): File, or folder of frames; one that breaks off is
            copied as far as it can be read.
        fps (float): Frames per second to write.
        times (np.ndarray, optional): (F + 1,) seconds, where frames begin and
            the last one ends, of a video whose rate varies: its frames are
            repeated and left out to keep their times. Defaults to None, by
            ``fps``.

    Raises:
        RuntimeError: See :func:`encode_video`.
        ValueError: If the video has no frames.
    """
    reader = Video(video)
    first = reader.read()
    if first is None:
        raise ValueError(f'{video}: expected frames, found none')
    scale = min(WIDTH / first.shape[1], 1)
    # Even, as the encoder wants them.
    size = tuple(
        max(round(edge * scale / 2), 1) * 2
        for edge in (first.shape[1], first.shape[0])
    )
    frames: Iterable[np.ndarray] = chain([first], reader)
    if times is not None:
        frames = (frame for _, frame in at_even_rate(frames, times, fps))
    small = (
        cv2.resize(frame, size, interpolation=cv2.INTER_AREA)
        for frame in frames
    )
    try:
        with whole_file(as_path(out)) as temporary:
            encode_video(temporary, small, fps, size, str(out))
    finally:
        reader.close()
