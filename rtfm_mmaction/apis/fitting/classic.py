"""Members that scikit-learn fits: a plane, an enclosure, neighbours.

Shapes: V videos, T snippets, N crops, S rows of features, C channels.
"""

from typing import Dict, NamedTuple, Sequence

import numpy as np
import torch

from .bags import Bags
from .members import Branch, Member

# scikit-learn is imported where it is used, since no other command needs it.

# The plane's softness; the folds choose. Small ones for many channels and few
# videos, 1 is scikit-learn's own.
SOFTNESS = (1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1.0)
NEIGHBORS = 5
# Share of normal snippets that the enclosure may leave outside. They come from
# videos without an anomaly, so few of them should be.
OUTSIDE = 0.1
# Normal snippets (crops of snippets, where each is judged by itself) that a
# model keeps, at the most.
MAX_ROWS = 4000


class FoldData(NamedTuple):
    """What the classic members of a fold learn from.

    Attributes:
        means (np.ndarray): (V, C), mean of each training video's snippets.
        labels (np.ndarray): (V,) of 0 and 1.
        normal (np.ndarray): (S, C) rows of normal videos, standardised.
        branch (Branch): Which standardises by the normal snippets.
    """

    means: np.ndarray
    labels: np.ndarray
    normal: np.ndarray
    branch: Branch


def instances(bag: np.ndarray, crop_mode: str) -> np.ndarray:
    """What of a video is judged: mean of the crops, or each of them.

    Args:
        bag (np.ndarray): (T, N, C).
        crop_mode (str): 'average' or 'instance'.

    Returns:
        np.ndarray: (S, C) with S = T, or T x N.

    Examples:
        >>> instances(np.zeros((3, 2, 4)), 'instance').shape
        (6, 4)
    """
    if crop_mode == 'average':
        return bag.mean(1)
    return bag.reshape(-1, bag.shape[-1])


def fold_data(
    bags: Bags,
    training: Sequence[int],
    crop_mode: str,
    name: str,
    seed: int,
    max_rows: int = MAX_ROWS,
) -> FoldData:
    """Read what a fold's classic members learn from; a video at a time.

    Args:
        bags (Bags): All videos.
        training (Sequence[int]): Those that the fold learns from.
        crop_mode (str): 'average' or 'instance'.
        name (str): Of the fold's branch.
        seed (int): Of which normal rows are kept where there are more.
        max_rows (int): So many of them. Defaults to :data:`MAX_ROWS`.

    Returns:
        FoldData: In float64 but the branch.
    """
    from sklearn.preprocessing import StandardScaler

    labels = bags.labels[list(training)]
    rng = np.random.default_rng(seed)
    share = -(-max_rows // int((labels == 0).sum()))
    means, kept = [], []
    for index in training:
        rows = instances(bags[index], crop_mode).astype(np.float64)
        means.append(rows.mean(0))
        if bags.labels[index] == 0:
            # In their order, so that where all are kept no seed tells.
            kept.append(rows[np.sort(rng.permutation(len(rows))[:share])])
    scaler = StandardScaler().fit(np.concatenate(kept))
    branch = Branch(
        name,
        dict(type='IdentityNeck'),
        {},
        torch.from_numpy(scaler.mean_).float(),
        torch.from_numpy(scaler.scale_).float(),
    )
    return FoldData(
        np.stack(means),
        labels,
        scaler.transform(np.concatenate(kept)),
        branch,
    )


def linear_members(
    data: FoldData, crop_mode: str, seed: int
) -> Dict[float, Member]:
    """Planes between the mean features of abnormal and of normal videos.

    Args:
        data (FoldData): Of a fold.
        crop_mode (str): 'average' or 'instance'.
        seed (int): Of the solver's order.

    Returns:
        dict[float, Member]: A plane for each of :data:`SOFTNESS`.
    """
    from sklearn.preprocessing import StandardScaler
    from sklearn.svm import LinearSVC

    branch = data.branch
    means = (data.means - branch.mean.numpy()) / branch.std.numpy()
    scaler = StandardScaler().fit(means)
    rows = scaler.transform(means)
    members = {}
    for softness in SOFTNESS:
        machine = LinearSVC(
            C=softness,
            class_weight='balanced',
            max_iter=20000,
            random_state=seed,
        ).fit(rows, data.labels)
        weight = machine.coef_[0] / scaler.scale_
        bias = machine.intercept_[0] - weight @ scaler.mean_
        members[softness] = Member(
            branch,
            dict(type='LinearSVMHead', crop_mode=crop_mode),
            dict(weight=_tensor(weight), bias=_tensor(bias)),
        )
    return members


def one_class_member(data: FoldData, crop_mode: str) -> Member:
    """Enclose the normal snippets, by a Gaussian kernel.

    Args:
        data (FoldData): Of a fold.
        crop_mode (str): 'average' or 'instance'.

    Returns:
        Member: The enclosure.
    """
    from sklearn.svm import OneClassSVM

    # scikit-learn's gamma='scale', as a number that the head can have.
    gamma = 1 / (data.normal.shape[1] * max(float(data.normal.var()), 1e-12))
    machine = OneClassSVM(nu=OUTSIDE, gamma=gamma).fit(data.normal)
    return Member(
        data.branch,
        dict(
            type='OneClassSVMHead',
            num_vectors=len(machine.support_vectors_),
            gamma=gamma,
            crop_mode=crop_mode,
        ),
        dict(
            vectors=_tensor(machine.support_vectors_),
            coefficients=_tensor(machine.dual_coef_[0]),
            intercept=_tensor(machine.intercept_[0]),
        ),
    )


def neighbor_member(data: FoldData, crop_mode: str) -> Member:
    """Keep the normal snippets to measure distances to.

    Args:
        data (FoldData): Of a fold.
        crop_mode (str): 'average' or 'instance'.

    Returns:
        Member: The neighbours.
    """
    return Member(
        data.branch,
        dict(
            type='NearestNeighborHead',
            num_rows=len(data.normal),
            num_neighbors=NEIGHBORS,
            crop_mode=crop_mode,
        ),
        dict(rows=_tensor(data.normal)),
    )


def _tensor(values: np.ndarray) -> torch.Tensor:
    return torch.as_tensor(np.asarray(values, np.float32))
