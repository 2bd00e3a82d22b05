"""What figures are made of: painted parts between moving joints.

Own axes of a figure in metres: ahead, left, up, from the ground below its
middle.
"""

from dataclasses import dataclass
from typing import Tuple

import numpy as np

from .scene import Colour


@dataclass(frozen=True)
class PaintedPart:
    """A painted piece between joints.

    Args:
        kind (str): 'limb', a thick line; 'face', a filled polygon; 'ring', a
            closed line.
        joints (tuple[int]): Indices of its joints.
        colour (tuple[float, float, float]): Blue, green, red, 0..255.
        width (float): Of the line, metres. 0 for faces.
        side (float): How far to the left it is, metres: which parts hide
            which. +-inf is drawn first and last.
        shadow (bool): Whether it casts a shadow.
    """

    kind: str
    joints: Tuple[int, ...]
    colour: Colour
    width: float = 0.0
    side: float = 0.0
    shadow: bool = False


@dataclass(frozen=True)
class Clothes:
    """Colours of a person, and whether there is a bag on the back."""

    top: Colour
    legs: Colour
    skin: Colour
    hair: Colour
    bag: Colour
    has_bag: bool


def draw_clothes(rng: np.random.Generator) -> Clothes:
    """Draw what somebody wears.

    Args:
        rng (np.random.Generator): Source of all choices.
    """
    grey = rng.uniform(30, 200)
    top = grey + rng.uniform(-45, 45, 3)
    legs = rng.uniform(25, 110) + rng.uniform([-5, -12, -12], [40, 8, 8])
    skin = np.array([120, 150, 198]) * rng.uniform(0.45, 1.1)
    hair = np.array([30, 40, 55]) * rng.uniform(0.3, 2.2)
    bag = rng.uniform(30, 140) + rng.uniform(-25, 25, 3)
    return Clothes(
        *(
            tuple(np.clip(colour, 5, 250).tolist())
            for colour in (top, legs, skin, hair, bag)
        ),
        has_bag=bool(rng.random() < 0.35),
    )


def shade(colour: Colour, gain: float) -> Colour:
    """Make a colour lighter or darker.

    Args:
        colour (tuple[float, float, float]): Blue, green, red, 0..255.
        gain (float): 1 leaves it as it is.
    """
    return tuple(min(value * gain, 255.0) for value in colour)


RIM = 14  # corners of a wheel


def wheel(ahead: float, left: float, radius: float) -> np.ndarray:
    """Corners of a wheel that stands on the ground.

    Args:
        ahead, left (float): Where, metres.
        radius (float): Metres.

    Returns:
        np.ndarray: (RIM, 3) ahead, left, up.
    """
    angle = np.linspace(0, 2 * np.pi, RIM, endpoint=False)
    return np.stack(
        [
            ahead + radius * np.cos(angle),
            np.full(RIM, left),
            radius + radius * np.sin(angle),
        ],
        -1,
    )
