"""A video to measure with."""

from pathlib import Path

import cv2
import numpy as np

from ...io.encoding import encode_video


def write_video(path: Path, frames: int, repeats: int = 1) -> Path:
    """Write an MP4 file of noise that moves, 360x240, 25 frames a second.

    Args:
        path (Path): File.
        frames (int): Frames.
        repeats (int): How often they follow one another. Defaults to 1.

    Returns:
        Path: The file.
    """
    random = np.random.default_rng(0)
    field = cv2.resize(
        random.integers(0, 255, (24, 36, 3), np.uint8), (360, 240)
    )
    encode_video(
        path,
        (
            np.roll(field, 3 * (index % frames), 1)
            for index in range(frames * repeats)
        ),
        25,
        (360, 240),
    )
    return path
