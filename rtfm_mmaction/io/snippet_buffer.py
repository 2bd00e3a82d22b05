"""From frames, as they come, to snippets.

Shapes: L frames of a snippet, H and W rows and columns of pixels.
"""

from typing import Optional, Tuple

import cv2
import numpy as np

INTERPOLATIONS = dict(
    nearest=cv2.INTER_NEAREST,
    bilinear=cv2.INTER_LINEAR,
    bicubic=cv2.INTER_CUBIC,
    area=cv2.INTER_AREA,
    lanczos=cv2.INTER_LANCZOS4,
)


class SnippetBuffer:
    """Resizes frames and gathers them into snippets.

    Args:
        snippet_len (int): L.
        size (tuple[int, int]): (W, H) that each frame is resized to, in
            pixels; the aspect ratio is not kept.
        interpolation (str): A key of :data:`INTERPOLATIONS`.
            Defaults to 'bilinear'.
    """

    def __init__(
        self,
        snippet_len: int,
        size: Tuple[int, int],
        interpolation: str = 'bilinear',
    ) -> None:
        self._shape = (snippet_len, size[1], size[0], 3)
        self._size = size
        self._flag = INTERPOLATIONS[interpolation]
        self._snippet = np.empty(self._shape, np.uint8)
        self._filled = 0

    @property
    def frames(self) -> np.ndarray:
        """Frames that make no whole snippet yet, (n, H, W, 3) RGB, n < L."""
        return self._snippet[: self._filled].copy()

    @frames.setter
    def frames(self, frames: np.ndarray) -> None:
        length, *shape = self._shape
        if (
            frames.dtype != np.uint8
            or list(frames.shape[1:]) != shape
            or len(frames) >= length
        ):
            raise ValueError(
                f'frames: expected fewer than {length} of shape '
                f'{tuple(shape)}, uint8, found {frames.shape} of '
                f'{frames.dtype}'
            )
        # Not into the present one, which may have been handed out.
        self._snippet = np.empty(self._shape, np.uint8)
        self._snippet[: len(frames)] = frames
        self._filled = len(frames)

    def resized(self, frame: np.ndarray) -> np.ndarray:
        """Resize a frame, as :meth:`push` does; one of that size stays.

        Args:
            frame (np.ndarray): (rows, columns, 3), uint8.

        Returns:
            np.ndarray: (H, W, 3), uint8.
        """
        return cv2.resize(frame, self._size, interpolation=self._flag)

    def push(self, frame: np.ndarray) -> Optional[np.ndarray]:
        """Take a frame.

        Args:
            frame (np.ndarray): (rows, columns, 3) BGR, uint8, of any size.

        Returns:
            np.ndarray or None: With each L-th frame (L, H, W, 3) RGB, uint8.
        """
        if self._filled == 0:
            self._snippet = np.empty(self._shape, np.uint8)
        resized = self.resized(frame)
        cv2.cvtColor(
            resized, cv2.COLOR_BGR2RGB, dst=self._snippet[self._filled]
        )
        self._filled = (self._filled + 1) % len(self._snippet)
        return None if self._filled else self._snippet

    def flush(self) -> Optional[np.ndarray]:
        """End the video; the next frame begins another.

        Returns:
            np.ndarray or None: The frames behind the last snippet as another
            one, filled up with the last frame; None where there are none.
        """
        if self._filled == 0:
            return None
        self._snippet[self._filled :] = self._snippet[self._filled - 1]
        self._filled = 0
        return self._snippet
