"""A small electric cart with a driver.

Axes as in parts.py. Shapes: F frames, J joints.
"""

from typing import Sequence, Tuple

import numpy as np

from .parts import RIM, Clothes, PaintedPart, shade, wheel
from .scene import Colour


def _corners(ahead: Sequence[float], left: float, up: Sequence[float]):
    """Eight corners of a box: left side (low rear, low front, high front,
    high rear), then the right side in the same order.
    """
    (a0, a1), (u0, u1) = ahead, up
    return [
        (a, side, u)
        for side in (left, -left)
        for a, u in ((a0, u0), (a1, u0), (a1, u1), (a0, u1))
    ]


CART_BOXES = (
    ((-1.15, 1.15), 0.55, (0.28, 0.72)),  # floor and body
    ((0.55, 1.15), 0.55, (0.72, 0.95)),  # front
    ((-1.1, -0.1), 0.5, (0.72, 1.1)),  # load
    ((-1.1, 0.95), 0.58, (1.72, 1.82)),  # roof
)
CART_WHEELS = ((-0.72, 0.57), (0.72, 0.57), (-0.72, -0.57), (0.72, -0.57))


def cart_joints(frames: int, size: float) -> np.ndarray:
    """Place a small electric cart with a driver.

    Args:
        frames (int): F.
        size (float): 1 is a usual cart.

    Returns:
        np.ndarray: (F, J, 3): corners of the boxes, rims of the wheels,
        four posts (foot and top), pelvis, chest and head of the driver.
    """
    points = [corner for box in CART_BOXES for corner in _corners(*box)]
    for ahead, left in CART_WHEELS:
        points += wheel(ahead, left, 0.26).tolist()
    for ahead, lean in ((-1.05, 0), (0.9, -0.15)):
        for left in (0.54, -0.54):
            points += [(ahead, left, 0.7), (ahead + lean, left, 1.75)]
    points += [(0.1, 0, 0.75), (0.15, 0, 1.25), (0.2, 0, 1.5)]
    return np.tile(np.array(points), (frames, 1, 1)) * size


def cart_parts(
    wear: Clothes, paint: Colour, size: float
) -> Tuple[PaintedPart, ...]:
    """Paint the joints of :func:`cart_joints`.

    Args:
        wear (Clothes): The driver's.
        paint (tuple[float, float, float]): The cart's colour.
        size (float): 1 is a usual cart.
    """
    inf = float('inf')
    wheels = 8 * len(CART_BOXES)
    posts = wheels + RIM * len(CART_WHEELS)
    driver = posts + 8
    parts = []
    for index, (_ahead, left) in enumerate(CART_WHEELS):
        rim = tuple(range(wheels + RIM * index, wheels + RIM * (index + 1)))
        parts.append(
            PaintedPart('face', rim, (32.0, 32.0, 32.0), 0.0, 1.2 * left)
        )
    for index in range(4):
        parts.append(
            PaintedPart(
                'limb',
                (posts + 2 * index, posts + 2 * index + 1),
                (60.0, 60.0, 60.0),
                0.06 * size,
                0.9 * (-1) ** index,
            )
        )
    for box, gain in ((0, 1.0), (1, 1.0), (2, 0.62)):
        parts += _box_parts(8 * box, shade(paint, gain))
    parts += [
        PaintedPart('limb', (driver, driver + 1), wear.top, 0.27 * size),
        PaintedPart('limb', (driver + 2, driver + 2), wear.skin, 0.2 * size),
    ]
    for part in _box_parts(24, (205.0, 210.0, 212.0)):
        parts.append(
            PaintedPart(
                part.kind, part.joints, part.colour, 0.0, inf, part.shadow
            )
        )
    return tuple(parts)


def _box_parts(first: int, paint: Colour):
    """Faces of eight corners: sides, ends, top."""
    left, right = (0, 1, 2, 3), (4, 5, 6, 7)
    ends, top = ((0, 3, 7, 4), (1, 2, 6, 5)), (3, 2, 6, 7)
    faces = [(end, 0.7, -0.01) for end in ends] + [(top, 1.1, 0.0)]
    faces += [(left, 0.85, 0.3), (right, 0.85, -0.3)]
    return [
        PaintedPart(
            'face',
            tuple(first + corner for corner in face),
            shade(paint, gain),
            0.0,
            side,
            True,
        )
        for face, gain, side in faces
    ]
