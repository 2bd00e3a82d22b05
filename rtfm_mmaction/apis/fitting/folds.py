"""Which videos are judged by models that never saw them. Shapes: V videos."""

from typing import Sequence

import numpy as np
from numpy.typing import ArrayLike

FOLDS = 5


def split_folds(
    labels: ArrayLike,
    groups: Sequence[str],
    folds: int = FOLDS,
    seed: int = 0,
) -> np.ndarray:
    """Deal groups out to folds, by scikit-learn's ``StratifiedGroupKFold``.

    Videos of a group are never on both sides: two videos of one camera are
    so alike that a model would know one by the other.

    Args:
        labels (ArrayLike): V labels, 0 or 1.
        groups (Sequence[str]): V names of groups.
        folds (int): How many at the most, at least 2; fewer where there are
            fewer groups with abnormal or with normal videos. Defaults to 5.
        seed (int): Of the draw. Defaults to 0.

    Returns:
        np.ndarray: (V,) int, the fold that holds each video out, from 0.

    Raises:
        ValueError: If a label has fewer than two groups, so that no two folds
            leave abnormal and normal videos to each model.

    Examples:
        >>> split_folds([1, 1, 0, 0], ['a', 'b', 'a', 'b'], folds=2).tolist()
        [1, 0, 1, 0]
    """
    from sklearn.model_selection import StratifiedGroupKFold

    if folds < 2:
        raise ValueError(f'folds: expected 2 or more, found {folds}')
    known, names = np.asarray(labels), np.asarray(groups)
    counts = [len(set(names[known == label])) for label in (1, 0)]
    for number in range(min(folds, *counts), 1, -1):
        splitter = StratifiedGroupKFold(
            number, shuffle=True, random_state=seed
        )
        found = np.zeros(len(known), int)
        for fold, (_, held_out) in enumerate(
            splitter.split(known, known, names)
        ):
            found[held_out] = fold
        if _can_be_judged(found, known):
            return found
    if min(counts) < 2:
        raise ValueError(
            'videos: expected abnormal ones in two groups (cameras, or videos '
            'of their own) at least, and normal ones in two, found '
            f'{counts[0]} and {counts[1]} groups; a detector cannot be judged '
            'by fewer'
        )
    # The splitter weighs videos and may put both groups of a side together;
    # apart they always leave both labels to both models.
    rng = np.random.default_rng(seed)
    _, members = np.unique(names, return_inverse=True)
    while True:
        found = rng.integers(2, size=members.max() + 1)[members]
        if _can_be_judged(found, known):
            return found


def _can_be_judged(folds: np.ndarray, labels: np.ndarray) -> bool:
    """Each model has both to learn from, and something to be judged by."""
    return all(
        len(set(labels[folds != fold])) == 2 and (folds == fold).any()
        for fold in range(folds.max() + 1)
    )
