"""Which frame of a clip stands where.

A clip is played at the rate of the composed videos. Of it a window is shown,
to and fro: frames 0, 1, ..., W-1, W-2, ..., 1, 0, 1, ... of the window, whose
ends are not doubled. W frames of the window, n of a shot.
"""

import numpy as np


def played_frames(frames: int, rate: float, fps: float) -> int:
    """How many frames a clip has when it is played at another rate.

    Args:
        frames (int): Frames of the file.
        rate (float): Frames a second of the file.
        fps (float): Frames a second of the composed video.
    """
    return int(frames * fps / rate + 1e-6)


def source_frames(
    played: np.ndarray, frames: int, rate: float, fps: float
) -> np.ndarray:
    """The file's frames that stand for played ones: those shown in the middle
    of their time.

    Args:
        played (np.ndarray): Numbers of played frames, integers.
        frames (int): Frames of the file.
        rate (float): Frames a second of the file.
        fps (float): Frames a second of the composed video.

    Returns:
        np.ndarray: Numbers of the file's frames.
    """
    moments = np.floor((np.asarray(played) + 0.5) * rate / fps + 1e-6)
    return np.minimum(moments.astype(int), frames - 1)


def to_and_fro(phase: int, shown: int, window: int) -> np.ndarray:
    """Numbers of the window's frames that a shot shows.

    Args:
        phase (int): Where in a period of 2W - 2 frames it begins.
        shown (int): n.
        window (int): W, at least 2.

    Returns:
        np.ndarray: (n, ), from 0 to W - 1, neighbours apart by one.
    """
    period = 2 * window - 2
    place = (phase + np.arange(shown)) % period
    return np.where(place < window, place, period - place)


def count_turns(phase: int, shown: int, window: int) -> int:
    """How often a shot changes its direction.

    Args:
        phase (int): As of :func:`to_and_fro`.
        shown (int): n.
        window (int): W.
    """
    steps = np.diff(to_and_fro(phase, shown, window))
    return int((np.diff(steps) != 0).sum())
