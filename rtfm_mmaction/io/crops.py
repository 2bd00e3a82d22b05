"""Which parts of a frame become crops.

Shapes: N crops, L frames, H and W rows and columns of pixels.
"""

from typing import List, Sequence, Tuple

import numpy as np

LAYOUTS = ('whole', 'five', 'ten', 'tiles')

# A crop: its first row, its first column, and whether both are counted in the
# mirrored frame.
Crop = Tuple[int, int, bool]


def crop_grid(layout: str, size: int, width: int, height: int) -> List[Crop]:
    """Places of the crops of one frame, in the order of the features.

    Args:
        layout (str): ``whole``: the frame itself, which has to be ``size`` x
            ``size``. ``five``: top-left, top-right, centre, bottom-left,
            bottom-right. ``ten``: these five, then the same five of the
            mirrored frame (as the features that RTFM's authors released).
            ``tiles``: side by side, row by row, covering the frame.
        size (int): Edge of a crop, in pixels.
        width (int): Columns of the frame, in pixels.
        height (int): Rows of the frame, in pixels.

    Returns:
        list[tuple[int, int, bool]]: (top, left, mirrored) of each crop.

    Raises:
        ValueError: If the layout is unknown or does not fit into the frame.
    """
    if layout not in LAYOUTS:
        raise ValueError(
            f'crops: expected a layout of {", ".join(LAYOUTS)}, '
            f'found {layout!r}'
        )
    if not isinstance(size, int) or size < 1:
        raise ValueError(
            f'crops: expected a size of 1 pixel or more, found {size!r}'
        )
    if layout == 'whole' and (width, height) != (size, size):
        raise ValueError(
            f'crops: a whole frame has to be {size}x{size} for '
            f'crops of that size, found {width}x{height}'
        )
    if width < size or height < size:
        raise ValueError(
            f'crops: crops of {size} pixels do not fit into '
            f'frames of {width}x{height}'
        )
    if layout == 'tiles' and (width % size or height % size):
        raise ValueError(
            'crops: tiles have to cover the frame, found '
            f'{width}x{height}, no multiple of {size}'
        )
    if layout == 'whole':
        return [(0, 0, False)]
    if layout == 'tiles':
        return [
            (top, left, False)
            for top in range(0, height, size)
            for left in range(0, width, size)
        ]
    bottom, right = height - size, width - size
    five = [
        (0, 0),
        (0, right),
        (bottom // 2, right // 2),
        (bottom, 0),
        (bottom, right),
    ]
    mirrored = (False, True) if layout == 'ten' else (False,)
    return [(top, left, mirror) for mirror in mirrored for top, left in five]


def cut_crops(
    frames: np.ndarray, grid: Sequence[Crop], size: int
) -> List[np.ndarray]:
    """Cut a snippet into its crops.

    Args:
        frames (np.ndarray): (L, H, W, 3).
        grid (Sequence[tuple[int, int, bool]]): See :func:`crop_grid`.
        size (int): Edge of a crop, in pixels.

    Returns:
        list[np.ndarray]: N views of (L, size, size, 3).
    """
    flipped = frames[:, :, ::-1]
    return [
        (flipped if mirror else frames)[
            :, top : top + size, left : left + size
        ]
        for top, left, mirror in grid
    ]
