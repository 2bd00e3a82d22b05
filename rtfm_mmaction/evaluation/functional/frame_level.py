"""Frame-level and video-level detection figures from snippet scores.

Shapes: S snippets of all videos pooled, V videos, L frames of a snippet.

All frames of a snippet carry its score, so a snippet enters as one score with
the counts of its abnormal and normal frames: the figures are those of the
S x L frames, at the cost of S.
"""

from typing import Dict, Sequence, Tuple

import numpy as np

# scikit-learn is imported where it is used: a training would otherwise wait
# for it before its first step.


def snippet_counts(
    frame_labels: np.ndarray, snippet_len: int
) -> Tuple[np.ndarray, np.ndarray]:
    """Count the abnormal and the normal frames of each snippet.

    Args:
        frame_labels (np.ndarray): (T x L,) of 0 and 1.
        snippet_len (int): L.

    Returns:
        tuple[np.ndarray, np.ndarray]: Abnormal and normal frames, (T,) each.

    Examples:
        >>> abnormal, normal = snippet_counts(np.array([0, 0, 0, 1, 1, 1]), 3)
        >>> abnormal.tolist(), normal.tolist()
        ([0, 3], [3, 0])
    """
    abnormal = frame_labels.reshape(-1, snippet_len).sum(1, dtype=np.int64)
    return abnormal, snippet_len - abnormal


def detection_metrics(
    scores: np.ndarray, abnormal: np.ndarray, normal: np.ndarray
) -> Dict[str, float]:
    """Area under the ROC curve and two areas of the precision-recall curve.

    Args:
        scores (np.ndarray): (S,) in [0, 1].
        abnormal (np.ndarray): (S,) abnormal frames of each snippet.
        normal (np.ndarray): (S,) normal frames of each snippet.

    Returns:
        dict[str, float]: ``AUC``; ``AP``, step-wise as scikit-learn's
        ``average_precision_score``; ``PR_AUC``, the trapezoid area that
        RTFM's release and several peers print as AP, which is optimistic.
        NaN where a figure is not defined: all without abnormal frames, AUC
        also without normal ones.

    Examples:
        >>> scores, frames = np.array([0.9, 0.1]), np.array([16, 0])
        >>> detection_metrics(scores, abnormal=frames, normal=16 - frames)
        {'AUC': 1.0, 'AP': 1.0, 'PR_AUC': 1.0}
    """
    from sklearn.metrics import (
        auc,
        average_precision_score,
        precision_recall_curve,
        roc_auc_score,
    )

    labels = np.repeat([1, 0], len(scores))
    weights = np.concatenate([abnormal, normal])
    used = weights > 0
    labels, weights = labels[used], weights[used]
    scores = np.concatenate([scores, scores])[used]
    if not abnormal.any():
        return dict(AUC=np.nan, AP=np.nan, PR_AUC=np.nan)
    precision, recall, _ = precision_recall_curve(
        labels, scores, sample_weight=weights
    )
    return dict(
        AUC=float(roc_auc_score(labels, scores, sample_weight=weights))
        if normal.any()
        else np.nan,
        AP=float(
            average_precision_score(labels, scores, sample_weight=weights)
        ),
        PR_AUC=float(auc(recall, precision)),
    )


def false_alarm_rate(scores: np.ndarray, threshold: float = 0.5) -> float:
    """Share of normal videos' frames that are called abnormal.

    Args:
        scores (np.ndarray): (S,) snippet scores of the normal videos.
        threshold (float): A snippet at or above it is called abnormal.
            Defaults to 0.5.

    Returns:
        float: In [0, 1], NaN without snippets.

    Examples:
        >>> false_alarm_rate(np.array([0.2, 0.6, 0.5, 0.1]))
        0.5
    """
    return float((scores >= threshold).mean()) if len(scores) else np.nan


def video_level_metrics(
    scores: Sequence[np.ndarray], labels: Sequence[int]
) -> Dict[str, float]:
    """How well videos are told apart by their highest snippet score.

    Args:
        scores (Sequence[np.ndarray]): V arrays of (T,).
        labels (Sequence[int]): V labels, 0 or 1.

    Returns:
        dict[str, float]: ``video_AUC``, area under the ROC curve, NaN unless
        both labels occur; ``video_AP``, step-wise as scikit-learn's
        ``average_precision_score``, NaN without abnormal videos.

    Examples:
        >>> scores = [np.array([0.1, 0.8]), np.array([0.3])]
        >>> video_level_metrics(scores, labels=[1, 0])
        {'video_AUC': 1.0, 'video_AP': 1.0}
    """
    from sklearn.metrics import average_precision_score, roc_auc_score

    highest = [video.max() for video in scores]
    return dict(
        video_AUC=float(roc_auc_score(labels, highest))
        if len(set(labels)) > 1
        else np.nan,
        video_AP=float(average_precision_score(labels, highest))
        if any(labels)
        else np.nan,
    )
