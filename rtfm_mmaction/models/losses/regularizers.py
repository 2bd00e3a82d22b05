"""Priors on the scores of abnormal videos. Shapes: B videos, T snippets.

Both are of Sultani et al. (https://arxiv.org/abs/1801.04264), Sec. 3.4 of the
RTFM paper takes them over. In a run of several processes they are of all
processes' videos together, in the order of one.
"""

from mmaction.registry import MODELS
from torch import Tensor, nn

from ..precision import at_least_float32
from ..ranks import rows_of_all_ranks

SCOPES = ('batch', 'video', 'video_mean')
NORMS = ('l2', 'l1')


def smoothness(scores: Tensor) -> Tensor:
    """Sum of squared differences of neighbouring scores.

    Args:
        scores (Tensor): (..., T).

    Returns:
        Tensor: Scalar. (0, 1, 0.5) gives 1.25; T = 1 gives 0.

    Examples:
        >>> import torch
        >>> smoothness(torch.tensor([0.0, 1.0, 0.5])).item()
        1.25
    """
    return scores.diff(dim=-1).square().sum()


def _check(name: str, key: str, value: str, known: tuple) -> None:
    if value not in known:
        raise ValueError(
            f'{name}: {key} must be one of {known}, got {value!r}'
        )


def _in_scope(scores: Tensor, scope: str) -> Tensor:
    scores = at_least_float32(scores)
    return scores.flatten() if scope == 'batch' else scores


def _averaged(total: Tensor, scores: Tensor, scope: str) -> Tensor:
    return total / len(scores) if scope == 'video_mean' else total


@MODELS.register_module()
class SmoothnessLoss(nn.Module):
    """Neighbouring snippets of an abnormal video get similar scores.

    Args:
        scope (str): 'batch' runs over the flattened (B x T) vector, across
            the borders of videos too, as the release does; 'video' stays
            within each video (the paper); 'video_mean' divides that by B, so
            that it stands to a ranking loss of mean pairs as in Sultani's
            Eq. 7 of one pair. Defaults to 'batch'.
        loss_weight (float): Factor of the term. Defaults to 8e-4.

    Examples:
        >>> import torch
        >>> scores = torch.tensor([[0.0, 1.0, 0.5]])
        >>> SmoothnessLoss(loss_weight=1)(scores).item()
        1.25
    """

    def __init__(self, scope: str = 'batch', loss_weight: float = 8e-4):
        super().__init__()
        _check('SmoothnessLoss', 'scope', scope, SCOPES)
        self.scope = scope
        self.loss_weight = loss_weight

    def forward(self, scores: Tensor) -> Tensor:
        """Compute the weighted term.

        Args:
            scores (Tensor): (B, T) scores of the abnormal videos, in [0, 1].

        Returns:
            Tensor: Scalar.
        """
        scores = rows_of_all_ranks(scores)
        value = smoothness(_in_scope(scores, self.scope))
        return self.loss_weight * _averaged(value, scores, self.scope)


@MODELS.register_module()
class SparsityLoss(nn.Module):
    """Few snippets of an abnormal video are abnormal.

    Args:
        norm (str): 'l2' (released) or 'l1' (the paper's sum of absolute
            scores). Defaults to 'l2'.
        scope (str): 'batch' takes the norm of the flattened (B x T) vector,
            as the release does; 'video' sums the norms of the videos, which
            is the same for the l1 norm; 'video_mean' is their mean. Defaults
            to 'batch'.
        loss_weight (float): Factor of the term. Defaults to 8e-3.

    Examples:
        >>> import torch
        >>> SparsityLoss(loss_weight=1)(torch.tensor([[3.0], [4.0]])).item()
        5.0
    """

    def __init__(
        self, norm: str = 'l2', scope: str = 'batch', loss_weight: float = 8e-3
    ):
        super().__init__()
        _check('SparsityLoss', 'norm', norm, NORMS)
        _check('SparsityLoss', 'scope', scope, SCOPES)
        self.order = 2 if norm == 'l2' else 1
        self.scope = scope
        self.loss_weight = loss_weight

    def forward(self, scores: Tensor) -> Tensor:
        """Compute the weighted term.

        Args:
            scores (Tensor): (B, T) scores of the abnormal videos, in [0, 1].

        Returns:
            Tensor: Scalar.
        """
        scores = rows_of_all_ranks(scores)
        norms = _in_scope(scores, self.scope).norm(self.order, dim=-1)
        return self.loss_weight * _averaged(norms.sum(), scores, self.scope)
