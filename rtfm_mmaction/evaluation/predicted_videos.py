"""Snippets of a file of predictions, with their ground truth.

Shapes: T snippets, L frames of a snippet.
"""

from typing import Any, Dict, Tuple

import numpy as np

from ..datasets.ground_truth import frame_labels
from .functional import snippet_counts


def frame_counts(
    video: Dict[str, Any], snippet_len: int
) -> Tuple[np.ndarray, np.ndarray]:
    """Count the abnormal and the normal frames of each snippet.

    Args:
        video (dict): Of a file of predictions.
        snippet_len (int): L.

    Returns:
        tuple[np.ndarray, np.ndarray]: Abnormal and normal frames, (T,) each.

    Raises:
        ValueError: If T does not fit the video's frames; names the video.
    """
    labels = frame_labels(
        video['abnormal_intervals'],
        video['frames'],
        len(video['scores']),
        snippet_len=snippet_len,
        video=video['video'],
    )
    return snippet_counts(labels, snippet_len)
