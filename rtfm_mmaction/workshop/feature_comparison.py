"""How alike two sets of features are, and what a difference looks like.

Shapes: T snippets, N crops, C channels.
"""

from dataclasses import dataclass, replace
from typing import Dict, List, Optional, Sequence, Tuple

import numpy as np
from scipy.optimize import linear_sum_assignment

# Snippets by which one set may be ahead of the other.
OFFSETS = (0, 1, -1, 2, -2)
# Relative distances (l2). Rounding: float32 sums in another order, a file in
# float16. Alike: the same network in bfloat16, or behind another resizing.
ROUNDING, ALIKE = 1e-3, 0.1
# An explanation is believed if it leaves less than this share of the distance.
EXPLAINED = 0.5


@dataclass(frozen=True)
class Comparison:
    """Two features of a video.

    Attributes:
        cosine (np.ndarray): (N,) mean over snippets of the cosine between
            the vectors, as the files have them.
        norm_ratio (np.ndarray): (N,) mean norm of the second features over
            that of the first.
        distance (float): Norm of the difference over that of the first
            features, as the files have them.
        offset (int): Snippets that the second features are behind, as far as
            this explains the difference.
        order (tuple[int, ...]): Crop of the second features that goes with
            each crop of the first.
        scale (float): Factor from the first to the second features.
        left (float): Distance that is left once offset, order and scale are
            taken out.
    """

    cosine: np.ndarray
    norm_ratio: np.ndarray
    distance: float
    offset: int
    order: Tuple[int, ...]
    scale: float
    left: float


def compare_features(first: np.ndarray, second: np.ndarray) -> Comparison:
    """Compare two features of one video.

    T may differ by two, since extractors differ in a video's tail.

    Args:
        first (np.ndarray): (T, N, C).
        second (np.ndarray): (T', N, C).

    Returns:
        Comparison: What was measured.

    Raises:
        ValueError: If N or C differ, T by more than two, or the first
            features are all zero.
    """
    if first.shape[1:] != second.shape[1:]:
        raise ValueError(
            f'found (crops, channels) = {first.shape[1:]} and '
            f'{second.shape[1:]}, expected the same'
        )
    if abs(len(first) - len(second)) > max(OFFSETS):
        raise ValueError(
            f'found T = {len(first)} and {len(second)}, expected '
            f'lengths that differ by {max(OFFSETS)} at most'
        )
    first = np.asarray(first, np.float64)
    second = np.asarray(second, np.float64)
    if not first.any():
        raise ValueError(
            'found features that are all zero, expected some '
            'that can be compared'
        )
    length = min(len(first), len(second))
    a, b = first[:length], second[:length]
    norms = [np.linalg.norm(x, axis=2) for x in (a, b)]
    dots = np.einsum('tnc,tnc->tn', a, b)
    plain = Comparison(
        cosine=(dots / np.maximum(norms[0] * norms[1], 1e-12)).mean(0),
        norm_ratio=norms[1].mean(0) / np.maximum(norms[0].mean(0), 1e-12),
        distance=_distance(a, b),
        offset=0,
        order=tuple(range(first.shape[1])),
        scale=1.0,
        left=_distance(a, b),
    )
    return _explain(plain, first, second)


def _distance(a: np.ndarray, b: np.ndarray) -> float:
    return float(np.linalg.norm(a - b) / max(np.linalg.norm(a), 1e-12))


def _explain(
    plain: Comparison, first: np.ndarray, second: np.ndarray
) -> Comparison:
    """Take out what explains the difference, the simplest first."""
    best = plain
    for offset in OFFSETS:
        a, b = _overlap(first, second, offset)
        if not len(a):
            continue
        for order in (plain.order, _best_order(a, b)):
            for scaled in (False, True):
                c = b[:, order]
                scale = _scale(a, c) if scaled else 1.0
                left = _distance(a * scale, c)
                # Each further explanation has to explain a good deal more.
                if best.left > ROUNDING and left < EXPLAINED * best.left:
                    best = replace(
                        plain,
                        offset=offset,
                        order=order,
                        scale=scale,
                        left=left,
                    )
    return best


def _overlap(
    first: np.ndarray, second: np.ndarray, offset: int
) -> Tuple[np.ndarray, np.ndarray]:
    """Snippet t of the first beside snippet t + offset of the second."""
    a, b = first[max(-offset, 0) :], second[max(offset, 0) :]
    length = min(len(a), len(b))
    return a[:length], b[:length]


def _best_order(a: np.ndarray, b: np.ndarray) -> Tuple[int, ...]:
    """The pairing of crops that is nearest by direction."""
    units = [
        x / np.maximum(np.linalg.norm(x, axis=2, keepdims=True), 1e-12)
        for x in (a, b)
    ]
    cosines = np.einsum('tnc,tmc->nm', *units)
    return tuple(int(m) for m in linear_sum_assignment(-cosines)[1])


def _scale(a: np.ndarray, b: np.ndarray) -> float:
    """Factor that brings a nearest to b; 1 where it would turn it round."""
    factor = float((a * b).sum() / (a * a).sum())
    return factor if factor > 0 else 1.0


def describe(comparison: Comparison) -> List[str]:
    """Say what the difference looks like.

    Args:
        comparison (Comparison): Of one video, or the median of several.

    Returns:
        list[str]: One sentence a cause, the last of what is left.
    """
    causes = []
    if comparison.order != tuple(range(len(comparison.order))):
        causes.append(
            'crop order: the crops of A are the crops '
            f'{list(comparison.order)} of B'
        )
    if comparison.offset:
        causes.append(
            f'offset: snippet t of A is snippet t '
            f'{"+" if comparison.offset > 0 else "-"} '
            f'{abs(comparison.offset)} of B'
        )
    if comparison.scale != 1:
        causes.append(f'scale: B is A times {comparison.scale:.4g}')
    left = comparison.left
    if left < ROUNDING:
        causes.append(
            f'equal but for rounding ({left:.1e})'
            if not causes
            else f'nothing else but rounding ({left:.1e})'
        )
    elif left < ALIKE:
        causes.append(
            f'{left:.2%} are left: the same network, in another '
            'precision or behind another decoding or resizing'
        )
    else:
        causes.append(
            f'{left:.0%} are left: other weights, another network '
            'or other preprocessing'
        )
    return causes


def most_common(comparisons: Sequence[Comparison]) -> Optional[Comparison]:
    """What most videos say: the commonest offset and order, medians else.

    Args:
        comparisons (Sequence[Comparison]): One a video.

    Returns:
        Comparison or None: None of no videos.
    """
    if not comparisons:
        return None
    groups: Dict[tuple, List[Comparison]] = {}
    for found in comparisons:
        groups.setdefault(
            (found.offset, found.order, found.scale != 1), []
        ).append(found)
    usual = max(groups.values(), key=len)
    return replace(
        usual[0],
        cosine=np.median([c.cosine for c in usual], axis=0),
        norm_ratio=np.median([c.norm_ratio for c in usual], axis=0),
        distance=float(np.median([c.distance for c in usual])),
        scale=float(np.median([c.scale for c in usual])),
        left=float(np.median([c.left for c in usual])),
    )
