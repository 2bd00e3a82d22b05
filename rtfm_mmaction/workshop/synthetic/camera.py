"""A fixed camera above a flat ground.

World axes in metres: X to the right, Y up from the ground, Z away from the
camera, which stands at X = 0, Z = 0. Shapes: any leading dimensions, shown as
``...``.
"""

from dataclasses import dataclass
from typing import Tuple

import numpy as np

WIDTH, HEIGHT = 320, 240


@dataclass(frozen=True)
class Camera:
    """Pinhole camera with a horizontal axis and a shifted picture.

    A horizon above the upper edge of the picture gives the view of a camera
    on a mast, while upright things stay upright.

    Args:
        height (float): Of the camera above the ground, metres.
        focal (float): Focal length, pixels.
        horizon (float): Row of the horizon; negative is above the picture.
    """

    height: float
    focal: float
    horizon: float

    def project(self, points: np.ndarray) -> np.ndarray:
        """Project world points to the picture.

        Args:
            points (np.ndarray): (..., 3) X, Y, Z in metres, Z > 0.

        Returns:
            np.ndarray: (..., 2) column and row, pixels.
        """
        x, y, z = np.moveaxis(points, -1, 0)
        return np.stack(
            [
                WIDTH / 2 + self.focal * x / z,
                self.horizon + self.focal * (self.height - y) / z,
            ],
            -1,
        )

    def ground(
        self, column: np.ndarray, row: np.ndarray
    ) -> Tuple[np.ndarray, np.ndarray]:
        """Find the ground point that a pixel shows.

        Args:
            column (np.ndarray): (...), pixels.
            row (np.ndarray): (...), pixels, below the horizon.

        Returns:
            tuple[np.ndarray, np.ndarray]: X and Z of (...), metres.
        """
        z = self.focal * self.height / (row - self.horizon)
        return (column - WIDTH / 2) * z / self.focal, z
