"""Clips that show what an earlier one showed take its features.

A scene where nothing moves costs as much as any other. Where each value of
each pixel of a clip is within a bound of that of the last clip of the same
crop that went through the network, the network would say about the same.
Clips are compared with the last one that was scored, and not with the last
one there was, so that slow changes, such as of daylight, add up.

Shapes: L frames of a snippet, H and W rows and columns of pixels.
"""

from typing import Dict, Optional, Tuple

import numpy as np

# Of a pixel's values, 0 to 255.
LARGEST = 255


def check_bound(bound: float) -> None:
    """Refuse a bound that no difference of pixels can be held against.

    Args:
        bound (float): Of :class:`StillClips`.

    Raises:
        ValueError: If it is out of its range.
    """
    if not 0 < bound <= LARGEST:
        raise ValueError(
            f'still: expected more than 0 and up to {LARGEST}, found {bound:g}'
        )


def within(clip: np.ndarray, other: np.ndarray, bound: float) -> bool:
    """Whether two clips differ by less than a bound everywhere.

    Args:
        clip (np.ndarray): (L, H, W, 3), uint8.
        other (np.ndarray): The same.
        bound (float): Of each of a pixel's values, 0 to 255.

    Returns:
        bool: Whether no value differs by the bound or more.

    Examples:
        >>> grey = np.full((1, 2, 2, 3), 100, np.uint8)
        >>> within(grey, grey - 7, 8), within(grey, grey + 8, 8)
        (True, False)
    """
    # Most clips that differ do so in their first frame.
    return all(
        int((np.maximum(a, b) - np.minimum(a, b)).max()) < bound
        for a, b in zip(clip, other)
    )


class StillClips:
    """The last clip of each crop that was scored.

    Args:
        bound (float): See :func:`within`.

    Raises:
        ValueError: See :func:`check_bound`.
    """

    def __init__(self, bound: float) -> None:
        check_bound(bound)
        self._bound = bound
        self._last: Dict[int, Tuple[np.ndarray, list]] = {}

    def forget(self) -> None:
        """Begin a video: its features are to depend on no other."""
        self._last.clear()

    def place(self, crop: int, clip: np.ndarray) -> Optional[list]:
        """Where the features of an earlier clip go that this one takes.

        Args:
            crop (int): Which of a snippet's crops.
            clip (np.ndarray): (L, H, W, 3), uint8.

        Returns:
            list or None: The place that :meth:`score` gave it; None where
            this one has to be scored.
        """
        last = self._last.get(crop)
        if last is None or not within(clip, last[0], self._bound):
            return None
        return last[1]

    def score(self, crop: int, clip: np.ndarray, place: list) -> None:
        """Keep a clip that is going to be scored.

        Args:
            crop (int): As in :meth:`place`.
            clip (np.ndarray): As there.
            place (list): Where its features will go.
        """
        self._last[crop] = clip, place
