"""Small pictures of moments of a video.

Shapes: H and W rows and columns of pixels.
"""

import base64
from pathlib import Path
from typing import List, Optional, Sequence, Union

import cv2
import numpy as np

from ...io.moments import Moment, read_moments

WIDTH = 160  # pixels


def thumbnails(
    video: Union[str, Path],
    moments: Sequence[Moment],
    fps: float,
    exact: bool = False,
) -> List[Optional[str]]:
    """Cut moments out of a video.

    Args:
        video (str or Path): File, or folder of frames.
        moments (Sequence[Moment]): Frames and their times.
        fps (float): Frames per second, on average.
        exact (bool): See :func:`read_moments`. Defaults to False.

    Returns:
        list[str or None]: JPEG pictures, 160 pixels wide, as data URIs; None
        where there is no such frame.
    """
    return [
        None if frame is None else _data_uri(frame)
        for frame in read_moments(video, moments, fps, exact)
    ]


def _data_uri(frame: np.ndarray) -> str:
    height = max(round(WIDTH * frame.shape[0] / frame.shape[1]), 1)
    small = cv2.resize(frame, (WIDTH, height), interpolation=cv2.INTER_AREA)
    _, data = cv2.imencode('.jpg', small, [cv2.IMWRITE_JPEG_QUALITY, 80])
    return 'data:image/jpeg;base64,' + base64.b64encode(data).decode()
