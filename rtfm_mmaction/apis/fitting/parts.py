"""Bags that are a part of a video, and where the rest of it is.

What was learned from a part is judged within its video, since a neck looks at
the snippets around it: an event is one of the whole video, too.

Shapes: T snippets of a bag, W snippets of its video.
"""

from pathlib import Path
from typing import List, NamedTuple, Optional

import numpy as np


class Part(NamedTuple):
    """What a bag has of which video.

    Attributes:
        video (str): Name of the video; of a stretch, of the stretch.
        is_video (bool): Whether the bag stands for its video; False of a
            stretch of one.
        is_judged (bool): Whether figures are of its snippets; False where
            another bag has them, too. Defaults to True.
        whole (Path, optional): Features of the video, (W, N, C). Defaults to
            None: the bag has all of them.
        snippets (np.ndarray, optional): (T,) int, rising, which of W.
            Defaults to None: all.
        frames (int, optional): Of the video, where it is not the bag.
        intervals (list, optional): Abnormal [start, end) of it, in frames;
            None where they are not known.
    """

    video: str
    is_video: bool
    is_judged: bool = True
    whole: Optional[Path] = None
    snippets: Optional[np.ndarray] = None
    frames: Optional[int] = None
    intervals: Optional[List[List[int]]] = None


def part_edges(edges: np.ndarray, part: Part) -> np.ndarray:
    """Find where the snippets of a part begin and it ends.

    Args:
        edges (np.ndarray): (W + 1,) in seconds, of its video.
        part (Part): Of the video.

    Returns:
        np.ndarray: (T + 1,) in seconds of what the bag has.

    Examples:
        >>> part = Part('a', True, snippets=np.array([0, 2]))
        >>> part_edges(np.array([0.0, 1.0, 2.0, 2.5]), part)
        array([0. , 1. , 1.5])
    """
    if part.snippets is None:
        return edges
    return np.append(0.0, np.cumsum(np.diff(edges)[part.snippets]))
