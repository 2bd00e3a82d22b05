"""A bicycle and its rider.

Axes as in parts.py. Shapes: F frames, J joints.
"""

from typing import Tuple

import numpy as np

from .parts import RIM, Clothes, PaintedPart, shade, wheel
from .scene import Colour

BONE = 0.44  # of thigh and of shank


def bicycle_joints(phase: np.ndarray, size: float) -> np.ndarray:
    """Move a bicycle and its rider.

    Args:
        phase (np.ndarray): (F,) of the cranks, radians.
        size (float): 1 is a usual bicycle.

    Returns:
        np.ndarray: (F, J, 3): the two wheels' rims, 7 joints of the frame,
        4 of the rider's trunk, then hip, knee and foot of each leg, shoulder
        and hand of each arm.
    """
    frames = len(phase)
    still = np.concatenate(
        [
            wheel(-0.52, 0, 0.35),
            wheel(0.52, 0, 0.35),
            np.array(
                [
                    (-0.52, 0, 0.35),
                    (0.52, 0, 0.35),
                    (0, 0, 0.3),
                    (-0.18, 0, 0.9),
                    (0.36, 0, 0.92),
                    (0.42, 0.25, 1.02),
                    (0.42, -0.25, 1.02),
                    (-0.18, 0, 1.0),
                    (0.08, 0, 1.4),
                    (0.18, 0, 1.6),
                    (0.16, 0, 1.66),
                ]
            ),
        ]
    )
    moving = []
    for side, turn in ((1, 0), (-1, np.pi)):
        hip = np.tile([-0.16, 0.09 * side, 0.96], (frames, 1))
        foot = np.stack(
            [
                0.17 * np.cos(phase + turn),
                np.full(frames, 0.1 * side),
                0.3 - 0.17 * np.sin(phase + turn),
            ],
            -1,
        )
        moving += [hip, _knee(hip, foot), foot]
    for side in (1, -1):
        moving += [
            np.tile([0.08, 0.18 * side, 1.38], (frames, 1)),
            np.tile([0.42, 0.22 * side, 1.04], (frames, 1)),
        ]
    joints = np.concatenate(
        [np.tile(still, (frames, 1, 1)), np.stack(moving, 1)], 1
    )
    return joints * size


def _knee(hip: np.ndarray, foot: np.ndarray) -> np.ndarray:
    """Joint ahead of the line from hip to foot, a bone from both."""
    line = foot - hip
    length = np.linalg.norm(line, axis=-1, keepdims=True)
    out = np.sqrt(np.clip(BONE**2 - (length / 2) ** 2, 0, None))
    ahead = (
        np.stack([-line[:, 2], np.zeros(len(line)), line[:, 0]], -1) / length
    )
    return hip + line / 2 + out * ahead


def bicycle_parts(
    wear: Clothes, paint: Colour, size: float
) -> Tuple[PaintedPart, ...]:
    """Paint the joints of :func:`bicycle_joints`.

    Args:
        wear (Clothes): The rider's.
        paint (tuple[float, float, float]): The bicycle's colour.
        size (float): 1 is a usual bicycle.
    """
    base = 2 * RIM
    (
        rear,
        front,
        crank,
        saddle,
        head,
        bar_l,
        bar_r,
        pelvis,
        chest,
        face,
        crown,
    ) = range(base, base + 11)
    leg_l, leg_r, arm_l, arm_r = (base + 11, base + 14, base + 17, base + 19)
    tyre = (35.0, 35.0, 35.0)
    parts = [
        PaintedPart('ring', tuple(range(RIM)), tyre, 0.06 * size, 0.0, True),
        PaintedPart(
            'ring', tuple(range(RIM, base)), tyre, 0.06 * size, 0.0, True
        ),
    ]
    for pair in (
        (rear, crank),
        (crank, saddle),
        (crank, head),
        (saddle, head),
        (head, front),
        (rear, saddle),
        (bar_l, bar_r),
    ):
        parts.append(PaintedPart('limb', pair, paint, 0.05 * size, 0.0, True))
    for side, leg, arm, gain in (
        (1, leg_l, arm_l, 1.0),
        (-1, leg_r, arm_r, 0.86),
    ):
        cloth = shade(wear.legs, gain)
        parts += [
            PaintedPart(
                'limb', (leg, leg + 1), cloth, 0.15 * size, 0.1 * side, True
            ),
            PaintedPart(
                'limb',
                (leg + 1, leg + 2),
                cloth,
                0.11 * size,
                0.1 * side,
                True,
            ),
            PaintedPart(
                'limb',
                (arm, arm + 1),
                shade(wear.top, 0.92 * gain),
                0.09 * size,
                0.2 * side,
            ),
        ]
    parts += [
        PaintedPart('limb', (pelvis, chest), wear.top, 0.25 * size, 0.0, True),
        PaintedPart('limb', (crown, crown), wear.hair, 0.2 * size, 0.0, True),
        PaintedPart('limb', (face, face), wear.skin, 0.16 * size),
    ]
    return tuple(parts)
