"""Video files out of frames.

Shapes: H and W rows and columns of pixels.
"""

import os
from contextlib import contextmanager
from pathlib import Path
from typing import Iterable, Iterator, Optional, Tuple, Union

import cv2
import numpy as np

from .video import Video, VideoError


def encode_video(
    path: Union[str, os.PathLike],
    frames: Iterable[np.ndarray],
    fps: float,
    size: Tuple[int, int],
    name: Optional[str] = None,
) -> None:
    """Write a video: MPEG-4 part 2, or VP8, which browsers play.

    Args:
        path (str or PathLike): File to write: ``.mp4``, or ``.webm`` for VP8,
            which takes some twenty times as long.
        frames (Iterable[np.ndarray]): (H, W, 3) each, BGR, uint8.
        fps (float): Frames a second.
        size (tuple[int, int]): W and H, in pixels.
        name (str, optional): What an error calls the file. Defaults to None,
            its path.

    Raises:
        RuntimeError: If OpenCV could not encode it.
    """
    codec = 'VP80' if Path(path).suffix == '.webm' else 'mp4v'
    with _without_stderr():
        writer = cv2.VideoWriter(
            str(path), cv2.VideoWriter_fourcc(*codec), fps, size
        )
    written = 0
    for frame in frames:
        writer.write(frame)
        written += 1
    writer.release()
    # write() reports nothing, be the disk full or the codec missing; and the
    # header of VP8 says how long it was to be.
    try:
        video = Video(path)
        found = video.count() if codec == 'VP80' else video.declared
        video.close()
    except VideoError:
        found = 0
    if found != written:
        raise RuntimeError(
            f'{name or path}: found {found} frames after writing, expected '
            f'{written}; is the disk full, or OpenCV built without FFmpeg?'
        )


@contextmanager
def _without_stderr() -> Iterator[None]:
    """Keep back what C++ prints while a file is opened.

    OpenCV says of each VP8 that WebM has no such tag, and writes it all the
    same; its levels of logging do not reach that. What fails shows by the
    frames.
    """
    kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)
