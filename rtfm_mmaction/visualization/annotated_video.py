"""A video with its scores drawn into it.

Shapes: F frames, H and W rows and columns of pixels.
"""

import os
from itertools import chain
from typing import (
    Callable,
    Iterable,
    Iterator,
    Optional,
    Sequence,
    Tuple,
    Union,
)

import cv2
import numpy as np

from ..extraction.crop_canvas import Box
from ..extraction.tile_boxes import pixels
from ..io.encoding import encode_video
from ..io.pacing import at_even_rate
from ..io.remote import as_path
from ..io.video import Video
from ..io.writing import whole_file

# BGR: the colours of style.py, and what lies below.
SCORE = (178, 114, 0)
EVENT = (167, 121, 204)
BACK = (40, 40, 40)
WHITE = (255, 255, 255)


def annotate_frame(
    frame: np.ndarray,
    score: float,
    seconds: float,
    in_event: bool,
    box: Optional[Box] = None,
) -> np.ndarray:
    """Draw time and score on a bar below a frame, and a border in an event.

    Args:
        frame (np.ndarray): (H, W, 3) BGR, uint8; left as it is.
        score (float): In [0, 1]; the bar's filled share.
        seconds (float): Time.
        in_event (bool): Whether to draw the border.
        box (tuple[float, float, float, float], optional): Part of the frame
            to draw a box round, see :func:`crop_box`. Defaults to None, none.

    Returns:
        np.ndarray: (H + bar, W, 3); its sides are even, as encoders want.
    """
    height, width = frame.shape[:2]
    bar = bar_height(height)
    width += width % 2
    canvas = np.empty((height + bar, width, 3), np.uint8)
    canvas[:] = BACK
    canvas[:height, : frame.shape[1]] = frame
    thick = max(height // 60, 2)
    if in_event:
        cv2.rectangle(
            canvas,
            (thick // 2, thick // 2),
            (width - 1 - thick // 2, height - 1 - thick // 2),
            EVENT,
            thick,
        )
    if box is not None:
        _draw_box(canvas, pixels(box, frame.shape[1::-1]), thick)
    filled = int(round(min(max(score, 0.0), 1.0) * width))
    canvas[height:, :filled] = EVENT if in_event else SCORE
    minutes, rest = divmod(seconds, 60)
    text = f'{int(minutes):02d}:{rest:04.1f}  {score:.2f}'
    size = bar / 36
    cv2.putText(
        canvas,
        text,
        (bar // 4, height + bar * 3 // 4),
        cv2.FONT_HERSHEY_SIMPLEX,
        size,
        WHITE,
        max(int(round(size * 1.5)), 1),
        cv2.LINE_AA,
    )
    return canvas


def _draw_box(
    canvas: np.ndarray, box: Tuple[int, int, int, int], thick: int
) -> None:
    """Draw a white box on a dark one, to be seen on anything.

    It lies inside of the part that it stands for, and of the border.
    """
    left, top, right, bottom = box
    inset, line = thick + 2, max(thick // 2, 1)
    for colour, width in ((BACK, line + 2), (WHITE, line)):
        cv2.rectangle(
            canvas,
            (left + inset, top + inset),
            (right - 1 - inset, bottom - 1 - inset),
            colour,
            width,
        )


def bar_height(height: int) -> int:
    """Rows below a frame of some height; the sum is even."""
    bar = max(height // 14, 18)
    return bar + (height + bar) % 2


def write_annotated(
    out: Union[str, os.PathLike],
    video: Union[str, os.PathLike],
    frame_scores: np.ndarray,
    fps: float,
    events: Sequence[Tuple[float, float]],
    times: Optional[np.ndarray] = None,
    box_at: Optional[Callable[[int], Optional[Box]]] = None,
) -> None:
    """Draw scores into a video, whole or not at all.

    Args:
        out (str or PathLike): ``.mp4`` file to write.
        video (str or PathLike): What was scored.
        frame_scores (np.ndarray): (F,); a video that breaks off is written
            as far as it goes.
        fps (float): Frames per second to write.
        events (Sequence[tuple[float, float]]): Begin and end in seconds.
        times (np.ndarray, optional): (F + 1,) seconds, where frames begin and
            the last one ends, of a video whose rate varies: its frames are
            repeated and left out to keep their times. Defaults to None, by
            ``fps``.
        box_at (Callable, optional): Number of a frame -> the box that is
            drawn there in events, see :func:`annotate_frame`, or None.
            Defaults to None, no boxes.

    Raises:
        RuntimeError: See :func:`encode_video`.
        ValueError: If the video has no frames.
    """
    reader = Video(video)
    first = reader.read()
    if first is None:
        raise ValueError(f'{video}: expected frames, found none')
    paced: Iterable[Tuple[int, np.ndarray]] = zip(
        range(len(frame_scores)), chain([first], reader)
    )
    if times is None:
        times = np.arange(len(frame_scores)) / fps
    else:
        paced = at_even_rate((frame for _, frame in paced), times, fps)

    def frames() -> Iterator[np.ndarray]:
        for index, frame in paced:
            # Half a frame, for the rounding of times.
            inside = any(
                start <= times[index] + 0.5 / fps < end
                for start, end in events
            )
            if frame.shape != first.shape:
                frame = cv2.resize(frame, first.shape[1::-1])
            yield annotate_frame(
                frame,
                float(frame_scores[index]),
                times[index],
                inside,
                box_at(index) if box_at and inside else None,
            )

    height, width = first.shape[:2]
    try:
        with whole_file(as_path(out)) as temporary:
            encode_video(
                temporary,
                frames(),
                fps,
                (width + width % 2, height + bar_height(height)),
                str(out),
            )
    finally:
        reader.close()
