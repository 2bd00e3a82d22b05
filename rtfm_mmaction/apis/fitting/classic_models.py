"""Models that scikit-learn fits: support vector machines, and neighbours.

Shapes: V videos, T snippets, N crops, G instances of a snippet, S rows of
features, C channels.
"""

from typing import TYPE_CHECKING, Dict, NamedTuple, Sequence

import numpy as np
import torch

from .bags import Bags
from .members import Branch, Member

if TYPE_CHECKING:
    from sklearn.pipeline import Pipeline

# scikit-learn is imported where it is used, since few commands need it.

# C of linear machines; the folds choose. Small ones for many channels and few
# videos, 1 is scikit-learn's own.
LINEAR_C = (1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1.0)
# Share of the normal snippets that the one-class machine may leave outside.
# They come from videos without an anomaly, so few of them should be.
NU = 0.1
NEIGHBORS = 5
# Normal snippets (crops of snippets, where each is judged by itself) that a
# model learns from, at the most.
MAX_ROWS = 4000


def snippet_instances(bag: np.ndarray, crop_mode: str) -> np.ndarray:
    """Tell what of a bag is judged: the mean of the crops, or each of them.

    Args:
        bag (np.ndarray): (T, N, C).
        crop_mode (str): 'average' for views of one snippet, 'instance' for
            crops that are judged one by one.

    Returns:
        np.ndarray: (T, G, C) with G = 1 or N.

    Examples:
        >>> snippet_instances(np.zeros((3, 2, 4)), 'average').shape
        (3, 1, 4)
    """
    return bag.mean(1, keepdims=True) if crop_mode == 'average' else bag


def some_rows(
    rows: np.ndarray, number: int, rng: np.random.Generator
) -> np.ndarray:
    """Choose some rows at random, in their order.

    Args:
        rows (np.ndarray): (S, C).
        number (int): How many at the most.
        rng (np.random.Generator): Chooses; where all are taken it tells
            nothing.

    Returns:
        np.ndarray: (min(S, number), C).
    """
    return rows[np.sort(rng.permutation(len(rows))[:number])]


def fit_linear_svm(
    means: np.ndarray, labels: np.ndarray, seed: int, c: float = 1.0
) -> 'Pipeline':
    """Tell abnormal from normal videos by their mean feature.

    ``LinearSVC`` and not ``SVC(kernel='linear')``: the same kind of plane,
    but a snippet costs one product of C numbers and not one for each support
    vector.

    Args:
        means (np.ndarray): (V, C), the mean of each video's snippets.
        labels (np.ndarray): (V,) of 0 and 1, both present.
        seed (int): Of the solver's order.
        c (float): Weight of errors, > 0, against the width of the margin.
            Defaults to 1.

    Returns:
        Pipeline: Its ``decision_function`` is higher for abnormal features.
    """
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler
    from sklearn.svm import LinearSVC

    machine = LinearSVC(
        C=c, class_weight='balanced', max_iter=20000, random_state=seed
    )
    return make_pipeline(StandardScaler(), machine).fit(means, labels)


def fit_one_class_svm(normal: np.ndarray) -> 'Pipeline':
    """Enclose the snippets of normal videos, by a Gaussian kernel.

    ``OneClassSVM`` and not ``SGDOneClassSVM`` on an approximated kernel: it
    has one solution and no rate to choose, and the cost, which grows with the
    square of the snippets, is bounded by choosing some of them.

    Args:
        normal (np.ndarray): (S, C).

    Returns:
        Pipeline: Its ``decision_function`` is lower for other features.
    """
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler
    from sklearn.svm import OneClassSVM

    return make_pipeline(StandardScaler(), OneClassSVM(nu=NU)).fit(normal)


class FoldData(NamedTuple):
    """What the classic members of a fold learn from.

    Attributes:
        means (np.ndarray): (V, C), mean of each training video's snippets.
        labels (np.ndarray): (V,) of 0 and 1.
        normal (np.ndarray): (S, C) rows of normal videos.
        branch (Branch): Which standardises by the normal rows.
        crop_mode (str): 'average' or 'instance'.
    """

    means: np.ndarray
    labels: np.ndarray
    normal: np.ndarray
    branch: Branch
    crop_mode: str

    def member(self, head: dict, **state: np.ndarray) -> Member:
        """Make a member of what was fitted.

        Args:
            head (dict): Config, but for ``crop_mode``.
            **state (np.ndarray): Buffers of the head.
        """
        return Member(
            self.branch,
            dict(head, crop_mode=self.crop_mode),
            {key: _tensor(value) for key, value in state.items()},
        )


def fold_data(
    bags: Bags, training: Sequence[int], crop_mode: str, name: str, seed: int
) -> FoldData:
    """Read what a fold's classic members learn from; a video at a time.

    Args:
        bags (Bags): All videos.
        training (Sequence[int]): Those that the fold learns from.
        crop_mode (str): 'average' or 'instance'.
        name (str): Of the fold's branch.
        seed (int): Of which normal rows are kept where there are more than
            :data:`MAX_ROWS`.

    Returns:
        FoldData: In float64 but the branch.
    """
    from sklearn.preprocessing import StandardScaler

    labels = bags.labels[list(training)]
    rng = np.random.default_rng(seed)
    share = -(-MAX_ROWS // int((labels == 0).sum()))
    means, kept = [], []
    for index in training:
        instances = snippet_instances(bags[index], crop_mode)
        rows = instances.reshape(-1, bags.channels).astype(np.float64)
        means.append(rows.mean(0))
        if bags.labels[index] == 0:
            kept.append(some_rows(rows, share, rng))
    normal = np.concatenate(kept)
    scaler = StandardScaler().fit(normal)
    branch = Branch(
        name,
        dict(type='IdentityNeck'),
        {},
        _tensor(scaler.mean_),
        _tensor(scaler.scale_),
    )
    return FoldData(np.stack(means), labels, normal, branch, crop_mode)


def linear_members(data: FoldData, seed: int) -> Dict[float, Member]:
    """Fit linear machines to the mean features of videos.

    Args:
        data (FoldData): Of a fold.
        seed (int): Of the solver's order.

    Returns:
        dict[float, Member]: C -> a machine, for each of :data:`LINEAR_C`.
    """
    mean, std = data.branch.mean.numpy(), data.branch.std.numpy()
    members = {}
    for c in LINEAR_C:
        scaler, machine = fit_linear_svm(data.means, data.labels, seed, c)
        # The branch standardises by other rows.
        weight = machine.coef_[0] / scaler.scale_
        members[c] = data.member(
            dict(type='LinearSVMHead'),
            weight=weight * std,
            bias=machine.intercept_[0] + weight @ (mean - scaler.mean_),
        )
    return members


def one_class_member(data: FoldData) -> Member:
    """Fit a one-class machine to the normal snippets.

    Args:
        data (FoldData): Of a fold.

    Returns:
        Member: The machine.
    """
    scaler, machine = fit_one_class_svm(data.normal)
    # What scikit-learn makes of gamma='scale', which the head has to know.
    variance = float(scaler.transform(data.normal).var())
    channels = data.normal.shape[1]
    return data.member(
        dict(
            type='OneClassSVMHead',
            num_vectors=len(machine.support_vectors_),
            gamma=1 / (channels * variance) if variance else 1.0,
        ),
        vectors=machine.support_vectors_,
        coefficients=machine.dual_coef_[0],
        intercept=machine.intercept_[0],
    )


def neighbor_member(data: FoldData) -> Member:
    """Keep the normal snippets to measure distances to.

    Args:
        data (FoldData): Of a fold.

    Returns:
        Member: The neighbours.
    """
    mean, std = data.branch.mean.numpy(), data.branch.std.numpy()
    return data.member(
        dict(
            type='NearestNeighborHead',
            num_rows=len(data.normal),
            num_neighbors=NEIGHBORS,
        ),
        rows=(data.normal - mean) / std,
    )


def _tensor(values: np.ndarray) -> torch.Tensor:
    return torch.as_tensor(np.asarray(values, np.float32))
