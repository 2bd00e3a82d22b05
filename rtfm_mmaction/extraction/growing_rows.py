"""An array that grows along its first axis.

Shapes: T snippets, N crops, C channels.
"""

import numpy as np

# Rows to begin with: a minute at 25 frames/s.
FIRST = 94


class GrowingRows:
    """Features of a video whose length shows at its end.

    One block that is enlarged by half when it is full: a list of a day's rows
    would be needed twice to make an array of it.
    """

    def __init__(self) -> None:
        self._block = np.empty((0, 0, 0), np.float32)
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def append(self, row: np.ndarray) -> None:
        """Add the features of a snippet, (N, C) float32."""
        if self._count == 0:
            self._block = np.empty((FIRST, *row.shape), np.float32)
        elif self._count == len(self._block):
            # In place where the system can, as for large blocks.
            self._block.resize(
                (self._count * 3 // 2, *row.shape), refcheck=False
            )
        self._block[self._count] = row
        self._count += 1

    @property
    def array(self) -> np.ndarray:
        """(T, N, C) float32, a view."""
        return self._block[: self._count]
