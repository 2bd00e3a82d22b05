"""From maps of crops back to the frame that the crops were cut out of.

Shapes: N crops, h and w cells of a crop's map, H and W rows and columns of
pixels of the frame.
"""

from typing import Sequence, Tuple

import cv2
import numpy as np

from ..io.crops import Crop

# Left, top, right and bottom, in shares of the frame.
Box = Tuple[float, float, float, float]


def place_crops(
    maps: np.ndarray,
    grid: Sequence[Crop],
    crop_size: int,
    size: Tuple[int, int],
) -> np.ndarray:
    """Lay the maps of crops onto their frame; undoes ``cut_crops``.

    Each map is enlarged to its crop (bilinear, cells stand for their centre)
    and turned round if its crop is of the mirrored frame. Where crops overlap
    their mean is taken.

    Args:
        maps (np.ndarray): (N, h, w), floating.
        grid (Sequence[tuple[int, int, bool]]): See ``crop_grid``.
        crop_size (int): Edge of a crop, in pixels.
        size (tuple[int, int]): (W, H) of the frame.

    Returns:
        np.ndarray: (H, W) float32, NaN where there is no crop.
    """
    width, height = size
    total = np.zeros((height, width), np.float32)
    count = np.zeros((height, width), np.float32)
    for cells, (top, left, mirrored) in zip(maps, grid):
        crop = cv2.resize(
            cells.astype(np.float32),
            (crop_size, crop_size),
            interpolation=cv2.INTER_LINEAR,
        )
        # Columns of a mirrored crop are counted from the frame's right.
        if mirrored:
            crop, left = crop[:, ::-1], width - left - crop_size
        place = np.s_[top : top + crop_size, left : left + crop_size]
        total[place] += crop
        count[place] += 1
    return np.divide(
        total, count, out=np.full_like(total, np.nan), where=count > 0
    )


def crop_box(crop: Crop, crop_size: int, size: Tuple[int, int]) -> Box:
    """Where a crop is, in shares of the frame.

    Args:
        crop (tuple[int, int, bool]): See ``crop_grid``.
        crop_size (int): Edge of a crop, in pixels.
        size (tuple[int, int]): (W, H) of the frame.

    Returns:
        tuple[float, float, float, float]: Left, top, right, bottom in [0, 1].
    """
    width, height = size
    top, left, mirrored = crop
    if mirrored:
        left = width - left - crop_size
    return (
        left / width,
        top / height,
        (left + crop_size) / width,
        (top + crop_size) / height,
    )
