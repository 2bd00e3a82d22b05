"""Small pictures of moments of a video.

Shapes: H and W rows and columns of pixels.
"""

import base64
from pathlib import Path
from typing import List, Optional, Sequence, Union

import cv2

WIDTH = 160  # pixels


def thumbnails(
    video: Union[str, Path], frames: Sequence[int]
) -> List[Optional[str]]:
    """Cut moments out of a video.

    Args:
        video (str or Path): File.
        frames (Sequence[int]): Numbers of frames, from 0.

    Returns:
        list[str or None]: JPEG pictures, 160 pixels wide, as data URIs; None
        where there is no such frame.
    """
    capture = cv2.VideoCapture(str(video), cv2.CAP_FFMPEG)
    pictures = []
    for number in frames:
        capture.set(cv2.CAP_PROP_POS_FRAMES, number)
        read, frame = capture.read()
        pictures.append(_data_uri(frame) if read else None)
    capture.release()
    return pictures


def _data_uri(frame) -> str:
    height = max(round(WIDTH * frame.shape[0] / frame.shape[1]), 1)
    small = cv2.resize(frame, (WIDTH, height), interpolation=cv2.INTER_AREA)
    _, data = cv2.imencode('.jpg', small, [cv2.IMWRITE_JPEG_QUALITY, 80])
    return 'data:image/jpeg;base64,' + base64.b64encode(data).decode()
