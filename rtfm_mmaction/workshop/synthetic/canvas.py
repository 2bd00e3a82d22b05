"""Draw things of the world on a picture in the making.

Shapes: h x w pixels of the canvas, which is FINE times finer than the picture.
"""

from dataclasses import dataclass
from typing import Sequence, Tuple

import cv2
import numpy as np

from .camera import Camera
from .scene import Colour

FINE = 2
SHIFT = 3  # fractional bits of cv2's drawing coordinates
Point = Tuple[float, float, float]  # X, Y, Z in metres


@dataclass(frozen=True)
class Canvas:
    """Pixels, and the camera that they are seen by.

    Args:
        pixels (np.ndarray): (h, w, 3) float32 or (h, w) uint8; drawn on.
        camera (Camera): Where from.
    """

    pixels: np.ndarray
    camera: Camera

    def _fixed(self, points: Sequence[Point]) -> np.ndarray:
        pixels = self.camera.project(np.asarray(points, float))
        return np.rint(pixels * FINE * 2**SHIFT).astype(np.int32)

    def fill(self, points: Sequence[Point], colour: Colour) -> None:
        """Fill a polygon.

        Args:
            points (Sequence[tuple]): Corners, metres.
            colour (tuple[float, float, float]): Blue, green, red.
        """
        cv2.fillPoly(
            self.pixels,
            [self._fixed(points)],
            tuple(colour),
            cv2.LINE_AA,
            SHIFT,
        )

    def upright(
        self,
        x: Tuple[float, float],
        y: Tuple[float, float],
        z: float,
        colour: Colour,
    ) -> None:
        """Fill an upright rectangle that faces the camera.

        Args:
            x (tuple[float, float]): Left and right end, metres.
            y (tuple[float, float]): Lower and upper end, metres.
            z (float): Distance, metres.
            colour (tuple[float, float, float]): Blue, green, red.
        """
        self.fill(
            [
                (x[0], y[0], z),
                (x[1], y[0], z),
                (x[1], y[1], z),
                (x[0], y[1], z),
            ],
            colour,
        )

    def disc(self, point: Point, radius: float, colour: Colour) -> None:
        """Fill a circle.

        Args:
            point (tuple[float, float, float]): Middle, metres.
            radius (float): Metres.
            colour (tuple[float, float, float]): Blue, green, red.
        """
        size = radius * self.camera.focal / point[2] * FINE
        cv2.circle(
            self.pixels,
            self._fixed(point).tolist(),
            int(size * 2**SHIFT),
            tuple(colour),
            -1,
            cv2.LINE_AA,
            SHIFT,
        )

    def box(
        self,
        x: float,
        z: float,
        half: float,
        depth: float,
        y: Tuple[float, float],
        colour: Colour,
    ) -> None:
        """Draw a box by the faces that can be seen; its top is brightest.

        Args:
            x, z (float): Middle of the face towards the camera, metres.
            half (float): Half its width, metres.
            depth (float): Metres.
            y (tuple[float, float]): Lower and upper end, metres.
            colour (tuple[float, float, float]): Of the top.
        """
        colour = np.asarray(colour, float)
        low, high = y
        self.upright((x - half, x + half), y, z, colour * 0.75)
        side = x - half if x > 0 else x + half
        self.fill(
            [
                (side, low, z),
                (side, low, z + depth),
                (side, high, z + depth),
                (side, high, z),
            ],
            colour * 0.6,
        )
        self.fill(
            [
                (x - half, high, z),
                (x + half, high, z),
                (x + half, high, z + depth),
                (x - half, high, z + depth),
            ],
            colour,
        )
