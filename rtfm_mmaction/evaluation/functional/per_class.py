"""Detection of each class of anomaly by itself."""

from typing import Dict, Sequence

import numpy as np

from .frame_level import detection_metrics


def class_detection_metrics(
    scores: Sequence[np.ndarray],
    abnormal: Sequence[np.ndarray],
    normal: Sequence[np.ndarray],
    classes: Sequence[str],
    labels: Sequence[int],
    with_normal: bool = True,
) -> Dict[str, Dict[str, float]]:
    """Frame-level figures of each class of abnormal videos.

    Args:
        scores (Sequence[np.ndarray]): Snippet scores (T,) of each video.
        abnormal (Sequence[np.ndarray]): Abnormal frames of each snippet.
        normal (Sequence[np.ndarray]): Normal frames of each snippet.
        classes (Sequence[str]): Class of each video.
        labels (Sequence[int]): 1 for an abnormal video, else 0.
        with_normal (bool): Whether all normal videos stand beside those of a
            class; else its figures are of its own frames alone, as
            ``AnomalyMetric`` reports them as ``AUC/<class>``. Defaults to
            True.

    Returns:
        dict[str, dict[str, float]]: Class, in alphabetical order, to what
        :func:`detection_metrics` gives.

    Examples:
        >>> scores = [np.array([0.9]), np.array([0.2])]
        >>> abnormal = [np.array([16]), np.array([0])]
        >>> normal = abnormal[::-1]
        >>> class_detection_metrics(
        ...     scores, abnormal, normal, ['Fighting', 'Normal'], [1, 0]
        ... )
        {'Fighting': {'AUC': 1.0, 'AP': 1.0, 'PR_AUC': 1.0}}
    """
    names = sorted({name for name, label in zip(classes, labels) if label})
    figures = {}
    for name in names:
        pooled = [
            np.concatenate(
                [
                    values
                    for values, kind, label in zip(part, classes, labels)
                    if (kind == name if label else with_normal)
                ]
            )
            for part in (scores, abnormal, normal)
        ]
        figures[name] = detection_metrics(*pooled)
    return figures
