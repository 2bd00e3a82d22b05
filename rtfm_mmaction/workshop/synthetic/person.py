"""People on foot.

Axes as in parts.py. Shapes: F frames, J joints.
"""

from dataclasses import dataclass
from typing import Tuple

import numpy as np

from .parts import Clothes, PaintedPart, shade


@dataclass(frozen=True)
class Gait:
    """How a person moves.

    Args:
        swing (float): Angle of the thighs, radians, forward and back.
        knee (float): Largest bend of the knee, radians.
        elbow (float): Bend of the elbow, radians.
        lean (float): Of the trunk, radians.
        bounce (float): Height of the flight between steps, metres.
        stride (float): Metres in two steps.
    """

    swing: float
    knee: float
    elbow: float
    lean: float
    bounce: float
    stride: float


def gait_of(speed: float) -> Gait:
    """Walk below 2 m/s, run above 2.6 m/s, and something in between.

    Args:
        speed (float): Metres a second; 0 is standing.
    """
    if speed == 0:
        return Gait(0.02, 0.05, 0.3, 0.0, 0.0, 1.0)
    run = float(np.clip((speed - 2) / 0.6, 0, 1))
    stride = 0.9 + 0.42 * speed
    return Gait(
        swing=float(np.arcsin(min(0.75, stride / 3.4))),
        knee=0.9 + 0.8 * run,
        elbow=0.3 + 1.2 * run,
        lean=0.04 + 0.17 * run,
        bounce=0.08 * run,
        stride=stride,
    )


# Joints of a person.
(
    PELVIS,
    CHEST,
    NECK,
    HEAD,
    CROWN,
    HIP_L,
    KNEE_L,
    FOOT_L,
    HIP_R,
    KNEE_R,
    FOOT_R,
    SHOULDER_L,
    ELBOW_L,
    HAND_L,
    SHOULDER_R,
    ELBOW_R,
    HAND_R,
    BAG_LOW,
    BAG_HIGH,
) = range(19)


def person_joints(phase: np.ndarray, stature: float, gait: Gait) -> np.ndarray:
    """Move the joints of somebody on foot.

    Args:
        phase (np.ndarray): (F,) of the stride, radians.
        stature (float): Metres.
        gait (Gait): How.

    Returns:
        np.ndarray: (F, J, 3) ahead, left, up.
    """
    legs = [_leg(phase + turn, gait) for turn in (0, np.pi)]
    # The lower foot touches the ground; running, both may leave it.
    pelvis = np.maximum(legs[0][1], legs[1][1])
    joints = np.zeros((len(phase), 19, 3))
    joints[:, PELVIS, 2] = pelvis
    trunk = np.array([np.sin(gait.lean), 0, np.cos(gait.lean)])
    for joint, reach in (
        (CHEST, 0.24),
        (NECK, 0.31),
        (HEAD, 0.40),
        (CROWN, 0.425),
        (BAG_LOW, 0.1),
        (BAG_HIGH, 0.24),
    ):
        joints[:, joint] = joints[:, PELVIS] + reach * trunk
    joints[:, [BAG_LOW, BAG_HIGH], 0] -= 0.085
    joints[:, CROWN, 0] -= 0.015
    for side, (leg, hip) in zip((1, -1), ((0, HIP_L), (1, HIP_R))):
        (knee, foot), _ = legs[leg]
        joints[:, hip] = joints[:, PELVIS] + [0, 0.05 * side, 0]
        joints[:, hip + 1] = joints[:, hip] + knee
        joints[:, hip + 2] = joints[:, hip] + foot
    for side, turn, shoulder in ((1, np.pi, SHOULDER_L), (-1, 0, SHOULDER_R)):
        upper = 0.75 * gait.swing * np.sin(phase + turn) - 0.05
        joints[:, shoulder] = (
            joints[:, CHEST] + 0.055 * trunk + [0, 0.115 * side, 0]
        )
        joints[:, shoulder + 1] = joints[:, shoulder] + _pendulum(upper, 0.17)
        joints[:, shoulder + 2] = joints[:, shoulder + 1] + _pendulum(
            upper + gait.elbow, 0.16
        )
    joints *= stature
    joints[..., 2] += gait.bounce * np.abs(np.cos(phase))[:, None]
    return joints


def _pendulum(angle: np.ndarray, length: float) -> np.ndarray:
    """(F, 3) of a limb that hangs ``angle`` radians ahead of straight."""
    return length * np.stack(
        [np.sin(angle), np.zeros_like(angle), -np.cos(angle)], -1
    )


def _leg(phase: np.ndarray, gait: Gait):
    """Knee and foot below the hip, and the hip's height if it carries."""
    thigh = gait.swing * np.sin(phase) + 0.1 * gait.knee
    bend = 0.12 + gait.knee * np.clip(np.cos(phase), 0, None)
    knee = _pendulum(thigh, 0.245)
    foot = knee + _pendulum(thigh - bend, 0.25)
    return (knee, foot), -foot[:, 2]


def person_parts(wear: Clothes, stature: float) -> Tuple[PaintedPart, ...]:
    """Dress the joints of :func:`person_joints`.

    Args:
        wear (Clothes): Colours.
        stature (float): Metres.
    """
    h = stature
    parts = []
    for side, hip, shoulder, gain in (
        (1, HIP_L, SHOULDER_L, 1.0),
        (-1, HIP_R, SHOULDER_R, 0.86),
    ):
        legs, top = shade(wear.legs, gain), shade(wear.top, gain * 0.92)
        parts += [
            PaintedPart(
                'limb', (hip, hip + 1), legs, 0.085 * h, 0.05 * side, True
            ),
            PaintedPart(
                'limb', (hip + 1, hip + 2), legs, 0.062 * h, 0.05 * side, True
            ),
            PaintedPart(
                'limb', (shoulder, shoulder + 1), top, 0.055 * h, 0.12 * side
            ),
            PaintedPart(
                'limb',
                (shoulder + 1, shoulder + 2),
                top,
                0.045 * h,
                0.12 * side,
            ),
            PaintedPart(
                'limb',
                (shoulder + 2, shoulder + 2),
                wear.skin,
                0.045 * h,
                0.12 * side,
            ),
        ]
    if wear.has_bag:
        parts.append(
            PaintedPart('limb', (BAG_LOW, BAG_HIGH), wear.bag, 0.11 * h)
        )
    parts += [
        PaintedPart('limb', (PELVIS, CHEST), wear.top, 0.14 * h, 0.0, True),
        PaintedPart('limb', (SHOULDER_L, SHOULDER_R), wear.top, 0.085 * h),
        PaintedPart('limb', (NECK, HEAD), wear.skin, 0.07 * h),
        PaintedPart('limb', (CROWN, CROWN), wear.hair, 0.115 * h, 0.0, True),
        PaintedPart('limb', (HEAD, HEAD), wear.skin, 0.09 * h),
    ]
    return tuple(parts)
