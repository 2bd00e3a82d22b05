"""Where in the frame the tiles of features are.

Shapes: N crops.
"""

from typing import Any, Mapping, Optional, Tuple

import numpy as np

from ..io.crops import crop_grid
from .crop_canvas import Box, crop_box


def tile_boxes(
    settings: Optional[Mapping[str, Any]], crops: int
) -> Optional[np.ndarray]:
    """Tell where the tiles are that features were made of.

    Frames are resized without keeping their aspect ratio, so that a share of
    the resized frame is the same share of the video's own. Five and ten crops
    overlap in most of the frame and say little of a place.

    Args:
        settings (Mapping, optional): An extractor's, as in side-cars, of
            whoever made them; None where they are not known.
        crops (int): N of the features.

    Returns:
        np.ndarray or None: (N, 4) float64, left, top, right and bottom of
        each tile in shares of the frame; None where the crops are no tiles,
        or there is one alone, or the settings do not say or do not go with N.

    Examples:
        >>> crops = dict(layout='tiles', size=224)
        >>> tile_boxes(dict(resize=(448, 224), crops=crops), 2)
        array([[0. , 0. , 0.5, 1. ],
               [0.5, 0. , 1. , 1. ]])
    """
    if settings is None:
        return None
    try:
        width, height = settings['resize']
        layout, size = (settings['crops'][key] for key in ('layout', 'size'))
        count = (width // size) * (height // size)
        if layout != 'tiles' or crops < 2 or count != crops:
            return None
        grid = crop_grid(layout, size, width, height)
    except (LookupError, TypeError, ValueError, ArithmeticError):
        return None
    return np.array([crop_box(crop, size, (width, height)) for crop in grid])


def pixels(box: Box, size: Tuple[int, int]) -> Tuple[int, int, int, int]:
    """Find the pixels of a box.

    Args:
        box (tuple[float, float, float, float]): See :func:`crop_box`.
        size (tuple[int, int]): (W, H) of the frame, in pixels.

    Returns:
        tuple[int, int, int, int]: Left, top, right and bottom, of which the
        last two are the first ones behind the box; boxes that meet do so
        without a gap.

    Examples:
        >>> pixels((1 / 3, 0, 2 / 3, 0.5), (1000, 50))
        (333, 0, 667, 25)
    """
    left, top, right, bottom = (
        int(round(float(share) * edge)) for share, edge in zip(box, size * 2)
    )
    return left, top, right, bottom
