"""Distances between the magnitudes of selected snippets.

Both terms are those of the released program of MGFN
(https://arxiv.org/abs/2211.15098, Sec. 3.3), which measures by the l1 norm.

Shapes: P pairs, G crops that are averaged, K selected snippets, C channels, R
rows of K magnitudes.
"""

import torch.nn.functional as F
from mmaction.registry import MODELS
from torch import Tensor, nn

from ..precision import at_least_float32
from ..ranks import rows_of_all_ranks


def contrast(abnormal: Tensor, normal: Tensor, margin: float) -> Tensor:
    """Squared hinge on the distance of paired rows, mean over rows.

    mean of max(0, m - ||a - n + 1e-6||_2)^2.

    Args:
        abnormal (Tensor): (R, K) magnitudes of abnormal videos.
        normal (Tensor): (R, K), the same of normal videos.
        margin (float): m, in units of the magnitudes.

    Returns:
        Tensor: Scalar >= 0. Magnitudes 60 and 30 with m = 100 give 70^2.

    Examples:
        >>> import torch
        >>> a, n = torch.tensor([[60.0]]), torch.tensor([[30.0]])
        >>> contrast(a, n, margin=100).item()
        4900.0
    """
    distance = F.pairwise_distance(abnormal, normal)
    return (margin - distance).clamp(min=0).square().mean()


def cluster(rows: Tensor) -> Tensor:
    """Squared distance of the second half's rows to the first's, the mean.

    mean of ||r_(h + i) - r_i + 1e-6||_2^2 with h = R // 2; of an odd R the
    row in the middle is left out, where the released program fails.

    Args:
        rows (Tensor): (R, K) magnitudes.

    Returns:
        Tensor: Scalar >= 0; 0 where R = 1.

    Examples:
        >>> import torch
        >>> round(cluster(torch.tensor([[3.0], [100.0], [5.0]])).item(), 4)
        4.0
    """
    half = len(rows) // 2
    if not half:
        return 0 * rows.sum()
    distance = F.pairwise_distance(rows[-half:], rows[:half])
    return distance.square().mean()


def magnitude_rows(features: Tensor) -> Tensor:
    """Measure selected features, the rows of a crop together.

    Args:
        features (Tensor): (P, G, K, C).

    Returns:
        Tensor: (G x P, K) l1 norms, at least float32; row g x P + p. In a run
        of several processes P counts the pairs of all.

    Examples:
        >>> import torch
        >>> magnitude_rows(torch.tensor([[[[3.0, -4.0]], [[1.0, 1.0]]]]))
        tensor([[7.],
                [2.]])
    """
    norms = at_least_float32(features).norm(1, dim=-1)
    return rows_of_all_ranks(norms).transpose(0, 1).flatten(0, 1)


@MODELS.register_module()
class MagnitudeContrastLoss(nn.Module):
    """Parts the magnitudes of abnormal videos from those of normal ones.

    Each crop of the i-th abnormal video is compared with the same crop of the
    i-th normal one, rank by rank.

    Args:
        margin (float): Distance beyond which nothing is gained. Defaults to
            200.
        loss_weight (float): Factor of the term. Defaults to 1e-6.

    Examples:
        >>> import torch
        >>> a = torch.full((1, 1, 1, 1), 60.0)
        >>> MagnitudeContrastLoss(margin=100, loss_weight=1)(a, a / 2).item()
        4900.0
    """

    def __init__(
        self, margin: float = 200.0, loss_weight: float = 1e-6
    ) -> None:
        super().__init__()
        self.margin = margin
        self.loss_weight = loss_weight

    def forward(self, abnormal: Tensor, normal: Tensor) -> Tensor:
        """Compute the weighted term.

        Args:
            abnormal (Tensor): (P, G, K, C) selected features.
            normal (Tensor): (P, G, K, C).

        Returns:
            Tensor: Scalar.
        """
        return self.loss_weight * contrast(
            magnitude_rows(abnormal), magnitude_rows(normal), self.margin
        )


@MODELS.register_module()
class MagnitudeClusterLoss(nn.Module):
    """Draws the magnitudes of videos of one kind together.

    As in the released program the first half of the rows, of all pairs of the
    first crop, then the second, ..., is compared with the second half: with
    ten crops crop g with crop g + 5 of the same video, with one crop the
    first half of the videos with the second.

    Args:
        loss_weight (float): Factor of the term. Defaults to 1e-3.

    Examples:
        >>> import torch
        >>> features = torch.tensor([[[[3.0, -4.0]], [[1.0, 1.0]]]])
        >>> round(MagnitudeClusterLoss(loss_weight=1)(features).item(), 4)
        25.0
    """

    def __init__(self, loss_weight: float = 1e-3) -> None:
        super().__init__()
        self.loss_weight = loss_weight

    def forward(self, features: Tensor) -> Tensor:
        """Compute the weighted term.

        Args:
            features (Tensor): (P, G, K, C) selected features of one kind.

        Returns:
            Tensor: Scalar.
        """
        return self.loss_weight * cluster(magnitude_rows(features))
