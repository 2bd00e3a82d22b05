"""Snippets of a video as the model asks for them.

Shapes: N crops, L frames of a snippet, H and W rows and columns of a crop.
"""

from dataclasses import dataclass
from typing import Iterator, List, Tuple

import numpy as np

from ..io.crops import Crop, cut_crops
from ..io.video import Video


@dataclass(frozen=True)
class SnippetReader:
    """Reads a video anew, in order, each time that it is gone through.

    It holds settings and no pixels, so it travels between processes, and a
    model that goes through it needs memory for what it keeps, whatever the
    length of the video.

    Attributes:
        path (str): Video file.
        snippet_len (int): L.
        tail (str): See :func:`~rtfm_mmaction.io.video.count_snippets`.
        size (tuple[int, int]): Width and height in pixels that frames are
            resized to.
        interpolation (str): Of resizing, see
            :meth:`~rtfm_mmaction.io.video.Video.snippets`.
        grid (tuple[Crop]): N crops, see
            :func:`~rtfm_mmaction.io.crops.crop_grid`.
        crop_size (int): Edge of a crop, in pixels.
    """

    path: str
    snippet_len: int
    tail: str
    size: Tuple[int, int]
    interpolation: str
    grid: Tuple[Crop, ...]
    crop_size: int

    def __iter__(self) -> Iterator[List[np.ndarray]]:
        """Yield the N crops of each snippet, (L, H, W, 3) RGB, uint8."""
        for snippet in Video(self.path).snippets(
            self.snippet_len, self.tail, self.size, self.interpolation
        ):
            yield cut_crops(snippet, self.grid, self.crop_size)
