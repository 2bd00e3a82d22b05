"""Write planned videos.

Shapes: H x W pixels of a composed video. Colours are blue, green, red, as of
OpenCV.
"""

from pathlib import Path
from typing import Dict, Iterator, List, Tuple

import numpy as np

from ...io.encoding import encode_video
from ...io.video import Video
from .clips import Clip
from .frames import source_frames, to_and_fro
from .planning import ComposedPlan

Size = Tuple[int, int]


def write_video(
    path: Path, plan: ComposedPlan, fps: float, size: Size
) -> None:
    """Write a video to an MP4 file (MPEG-4 part 2).

    Args:
        path (Path): File to write.
        plan (ComposedPlan): What to write.
        fps (float): Frames a second.
        size (tuple[int, int]): W and H.

    Raises:
        ValueError: If a clip cannot be read.
        RuntimeError: If OpenCV could not encode the video.
    """
    encode_video(path, compose_frames(plan, fps, size), fps, size)


def compose_frames(
    plan: ComposedPlan, fps: float, size: Size
) -> Iterator[np.ndarray]:
    """Frames of a planned video.

    Args:
        plan (ComposedPlan): What to compose.
        fps (float): Frames a second.
        size (tuple[int, int]): W and H.

    Yields:
        np.ndarray: (H, W, 3), uint8.
    """
    read: Dict[str, List[np.ndarray]] = {}
    for shot in plan.shots:
        clip = shot.clip
        if clip.name not in read:
            read[clip.name] = read_frames(clip, size)
        played = shot.first + to_and_fro(
            shot.phase, shot.end - shot.start, shot.window
        )
        for index in source_frames(played, clip.frames, clip.rate, fps):
            yield read[clip.name][index]


def read_frames(clip: Clip, size: Size) -> List[np.ndarray]:
    """All frames of a clip, made to cover the picture and cut at its middle.

    The aspect ratio is kept; what is too wide or too high loses its borders.
    So nothing is filled up, and no bars tell one source from another.

    Args:
        clip (Clip): The clip.
        size (tuple[int, int]): W and H.

    Returns:
        list[np.ndarray]: (H, W, 3) each, uint8.
    """
    width, height = size
    scale = max(width / clip.width, height / clip.height)
    scaled = (
        max(width, round(clip.width * scale)),
        max(height, round(clip.height * scale)),
    )
    left, top = (scaled[0] - width) // 2, (scaled[1] - height) // 2
    snippets = Video(clip.path).snippets(
        1, 'drop', scaled, 'area' if scale < 1 else 'bilinear'
    )
    return [
        np.ascontiguousarray(
            frame[top : top + height, left : left + width, ::-1]
        )
        for (frame,) in snippets
    ]
