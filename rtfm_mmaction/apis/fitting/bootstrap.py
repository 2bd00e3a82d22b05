"""Bootstrap over cameras: figures of groups that are drawn with repetition.

Videos of a camera are alike, so that drawing single
videos would make intervals too narrow. Areas under ROC curves are sums over
pairs of videos, and so are those of draws, with the videos' counts: the pairs
are compared once and not in each draw.

Shapes: V videos, T snippets of each, D draws, Q steps of scores.
"""

from typing import List, Sequence, Tuple

import numpy as np

from .judging import HeldOut

DRAWS = 1000
CONFIDENCE = 0.95
# Steps that scores are sorted into where there are more different ones.
STEPS = 4096


def resample_groups(
    groups: Sequence[str],
    labels: np.ndarray,
    seed: int = 0,
    draws: int = DRAWS,
) -> np.ndarray:
    """Draw as many groups as there are, with repetition.

    Args:
        groups (Sequence[str]): V names.
        labels (np.ndarray): (V,) of 0 and 1; those of -1 come along.
        seed (int): Of the draws. Defaults to 0.
        draws (int): How many. Defaults to 1000.

    Returns:
        np.ndarray: (D, V) int, how often each video was drawn; draws without
        both labels are left out.

    Examples:
        >>> resample_groups(['a', 'a'], np.array([0, 1]), draws=2).tolist()
        [[1, 1], [1, 1]]
    """
    rng = np.random.default_rng(seed)
    names, members = np.unique(np.asarray(groups), return_inverse=True)
    drawn = rng.integers(len(names), size=(draws, len(names)))
    counts = np.stack(
        [np.bincount(row, minlength=len(names)) for row in drawn]
    )[:, members]
    both = [(counts[:, labels == label] > 0).any(1) for label in (0, 1)]
    return counts[both[0] & both[1]]


def bootstrap_auc(
    scores: Sequence[np.ndarray],
    positive: Sequence[np.ndarray],
    negative: Sequence[np.ndarray],
    counts: np.ndarray,
) -> np.ndarray:
    """Area under the ROC curve of each draw.

    Args:
        scores (Sequence[np.ndarray]): V arrays (T,).
        positive (Sequence[np.ndarray]): V arrays (T,) >= 0, what of each
            snippet is to score high, such as its abnormal frames.
        negative (Sequence[np.ndarray]): The same of what is to score low.
        counts (np.ndarray): (D, V), see :func:`resample_groups`.

    Returns:
        np.ndarray: (D,), exact up to :data:`STEPS` different scores.

    Examples:
        >>> bootstrap_auc([np.array([2.0]), np.array([1.0])],
        ...              [np.array([1]), np.array([0])],
        ...              [np.array([0]), np.array([1])], np.ones((1, 2)))
        array([1.])
    """
    steps = _steps(scores)
    size = 1 + max(int(step.max()) for step in steps)
    high, low = (
        np.stack(
            [
                np.bincount(step, weights=weight, minlength=size)
                for step, weight in zip(steps, part)
            ]
        )
        for part in (positive, negative)
    )
    # Of what scores as high, half is below.
    below = np.cumsum(low, 1) - low / 2
    wins = np.einsum('dv,vw,dw->d', counts, high @ below.T, counts)
    return wins / ((counts @ high.sum(1)) * (counts @ low.sum(1)))


def _steps(scores: Sequence[np.ndarray]) -> List[np.ndarray]:
    """Scores as whole numbers of the same order."""
    values = np.unique(np.concatenate(scores))
    if len(values) > STEPS:
        values = np.unique(
            np.quantile(values, np.linspace(0, 1, STEPS), method='lower')
        )
    return [np.searchsorted(values, video, 'right') - 1 for video in scores]


def bootstrap_ap(
    peaks: np.ndarray, labels: np.ndarray, counts: np.ndarray
) -> np.ndarray:
    """Average precision of each draw, step-wise as scikit-learn's.

    Args:
        peaks (np.ndarray): (V,) scores.
        labels (np.ndarray): (V,) of 0 and 1.
        counts (np.ndarray): (D, V), see :func:`resample_groups`.

    Returns:
        np.ndarray: (D,).

    Examples:
        >>> bootstrap_ap(np.array([2.0, 1.0]), np.array([0, 1]),
        ...             np.ones((1, 2)))
        array([0.5])
    """
    order = np.argsort(-peaks, kind='stable')
    taken = counts[:, order]
    hits = np.cumsum(taken * labels[order], 1)
    # Equal scores come in together.
    last = np.append(np.diff(peaks[order]) != 0, True)
    hits, taken = hits[:, last], np.cumsum(taken, 1)[:, last]
    precision = hits / np.maximum(taken, 1)
    gained = np.diff(hits, axis=1, prepend=0)
    return (gained * precision).sum(1) / hits[:, -1]


def bootstrap_video_figures(
    held_out: HeldOut, counts: np.ndarray
) -> Tuple[np.ndarray, np.ndarray]:
    """AUC and AP of videos, by their peaks, of each draw.

    Args:
        held_out (HeldOut): The videos.
        counts (np.ndarray): (D, V), see :func:`resample_groups`.

    Returns:
        tuple[np.ndarray, np.ndarray]: (D,) each.
    """
    videos = np.flatnonzero(held_out.sides >= 0)
    labels, counts = held_out.labels[videos], counts[:, videos]
    peaks = np.array([held_out.scores[index].max() for index in videos])
    return (
        bootstrap_auc(
            list(peaks[:, None]),
            list(labels[:, None]),
            list(1 - labels[:, None]),
            counts,
        ),
        bootstrap_ap(peaks, labels, counts),
    )


def bootstrap_merit(held_out: HeldOut, counts: np.ndarray) -> np.ndarray:
    """:attr:`Judgement.merit` of each draw.

    Args:
        held_out (HeldOut): The videos.
        counts (np.ndarray): (D, V), see :func:`resample_groups`.

    Returns:
        np.ndarray: (D,).
    """
    if held_out.counts is not None:
        positive, negative = zip(*held_out.counts)
        return bootstrap_auc(held_out.scores, positive, negative, counts)
    positive = [
        np.full(len(scores), label)
        for scores, label in zip(held_out.scores, held_out.labels)
    ]
    snippets = bootstrap_auc(
        held_out.scores, positive, [1 - part for part in positive], counts
    )
    return (bootstrap_video_figures(held_out, counts)[0] + snippets) / 2


def interval(
    values: np.ndarray, confidence: float = CONFIDENCE
) -> Tuple[float, float]:
    """Range that holds a share of all values, as much left out on each side.

    Args:
        values (np.ndarray): (D,).
        confidence (float): The share. Defaults to 0.95.

    Returns:
        tuple[float, float]: Lower and upper end; NaN without values.

    Examples:
        >>> interval(np.array([1.0, 2.0, 3.0]), 1.0)
        (1.0, 3.0)
    """
    if not len(values):
        return np.nan, np.nan
    tail = (1 - confidence) / 2
    low, high = np.quantile(values, [tail, 1 - tail])
    return float(low), float(high)
