"""Frames of a varying rate as those of an even one.

Shapes: F frames, H and W rows and columns of pixels.
"""

from typing import Iterable, Iterator, Tuple

import numpy as np


def at_even_rate(
    frames: Iterable[np.ndarray], times: np.ndarray, fps: float
) -> Iterator[Tuple[int, np.ndarray]]:
    """Repeat frames and leave some out, so that each is shown in its time.

    Args:
        frames (Iterable[np.ndarray]): (H, W, 3) each; F of them or fewer.
        times (np.ndarray): (F + 1,) seconds, not falling: where frames begin,
            and the last one ends.
        fps (float): Frames per second to come, > 0.

    Yields:
        tuple[int, np.ndarray]: Number of a frame, and it: at each k / fps
        the last one that has begun by then.
    """
    shown = 0
    for index, (frame, end) in enumerate(zip(frames, times[1:])):
        # Half of a frame's time for the rounding of times.
        while (shown + 0.5) / fps < end:
            yield index, frame
            shown += 1
