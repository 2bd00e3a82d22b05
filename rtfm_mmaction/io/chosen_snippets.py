"""Some snippets of a video, read again.

Shapes: L frames of a snippet, H and W rows and columns of pixels.
"""

from pathlib import Path
from typing import Collection, Iterator, NamedTuple, Tuple, Union

import cv2
import numpy as np

from .snippet_buffer import SnippetBuffer
from .video import Video, VideoError


class ChosenSnippet(NamedTuple):
    """A snippet as the network sees it, and as people do.

    Attributes:
        index (int): Of the snippet in its video, from 0.
        frames (np.ndarray): (L, H, W, 3) RGB, uint8, resized.
        middle (np.ndarray): Its frame L // 2, (rows, columns, 3) RGB, uint8,
            in the video's own size.
    """

    index: int
    frames: np.ndarray
    middle: np.ndarray


def read_chosen(
    path: Union[str, Path],
    indices: Collection[int],
    snippet_len: int,
    size: Tuple[int, int],
    interpolation: str = 'bilinear',
) -> Iterator[ChosenSnippet]:
    """Read some snippets, the same as ``Video.snippets`` gives.

    Frames are counted from the beginning, since seeking is not exact in all
    containers. Behind the last one that is wanted nothing is read; one that
    the video's end cuts short is filled up with the last frame.

    Args:
        path (str or Path): Video file, or folder of frames.
        indices (Collection[int]): Which snippets, from 0.
        snippet_len (int): L.
        size (tuple[int, int]): (W, H) that each frame is resized to.
        interpolation (str): A key of ``INTERPOLATIONS``.
            Defaults to 'bilinear'.

    Yields:
        ChosenSnippet: One at a time, in the order of the video.

    Raises:
        VideoError: If the video ends before one of them.
    """
    video = Video(path)
    try:
        for index in sorted(set(indices)):
            while video.frames < index * snippet_len and video.grab():
                pass
            buffer = SnippetBuffer(snippet_len, size, interpolation)
            frames = middle = None
            for place in range(snippet_len):
                frame = video.read()
                if frame is None:
                    break
                frames = buffer.push(frame)
                if place <= snippet_len // 2:
                    middle = frame
            if middle is None:
                raise VideoError(
                    f'{path}: expected a snippet {index}, found '
                    f'the end of the video at frame {video.frames}'
                )
            if frames is None:
                frames = buffer.flush()
            yield ChosenSnippet(
                index, frames, cv2.cvtColor(middle, cv2.COLOR_BGR2RGB)
            )
    finally:
        video.close()
