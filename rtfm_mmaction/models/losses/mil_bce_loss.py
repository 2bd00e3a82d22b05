"""Multiple-instance binary cross-entropy. Shapes: B videos, K selected."""

import torch
import torch.nn.functional as F
from mmaction.registry import MODELS
from torch import Tensor, nn

from ..precision import at_least_float32

FORMS = ('mean_score', 'per_snippet')


def mean_score_bce(scores: Tensor, labels: Tensor) -> Tensor:
    """Cross-entropy of each video's mean selected score, mean over videos.

    Args:
        scores (Tensor): (B, K) in [0, 1].
        labels (Tensor): (B,), 0 or 1.

    Returns:
        Tensor: Scalar. Scores (0.2, 0.6) of an abnormal video: -ln 0.4.

    Examples:
        >>> scores, labels = torch.tensor([[0.2, 0.6]]), torch.tensor([1.0])
        >>> mean_score_bce(scores, labels).exp().item()  # 1 / 0.4
        2.5
    """
    return F.binary_cross_entropy(scores.mean(-1), labels)


def per_snippet_bce(scores: Tensor, labels: Tensor) -> Tensor:
    """Cross-entropy of each selected snippet, summed; mean over videos.

    Eq. 7 of the paper.

    Args:
        scores (Tensor): (B, K) in [0, 1].
        labels (Tensor): (B,), 0 or 1.

    Returns:
        Tensor: Scalar. Scores (0.2, 0.6) of an abnormal video: -ln 0.12.

    Examples:
        >>> scores, labels = torch.tensor([[0.2, 0.6]]), torch.tensor([1.0])
        >>> round(per_snippet_bce(scores, labels).exp().item(), 4)  # 1 / 0.12
        8.3333
    """
    targets = labels[:, None].expand_as(scores)
    losses = F.binary_cross_entropy(scores, targets, reduction='none')
    return losses.sum(-1).mean()


@MODELS.register_module()
class MILBCELoss(nn.Module):
    """Trains the snippet classifier on the selected snippets.

    Args:
        form (str): 'mean_score' (released) or 'per_snippet' (Eq. 7 of the
            paper). Defaults to 'mean_score'.
        loss_weight (float): Factor of the term. Defaults to 1.

    Examples:
        >>> scores, labels = torch.tensor([[0.2, 0.6]]), torch.tensor([1])
        >>> MILBCELoss()(scores, labels).exp().item()
        2.5
    """

    def __init__(
        self, form: str = 'mean_score', loss_weight: float = 1.0
    ) -> None:
        super().__init__()
        if form not in FORMS:
            raise ValueError(
                f'MILBCELoss: form must be one of {FORMS}, got {form!r}'
            )
        self.function = (
            mean_score_bce if form == 'mean_score' else per_snippet_bce
        )
        self.loss_weight = loss_weight

    def forward(self, scores: Tensor, labels: Tensor) -> Tensor:
        """Compute the weighted term.

        Args:
            scores (Tensor): (B, K) in [0, 1].
            labels (Tensor): (B,), 0 or 1.

        Returns:
            Tensor: Scalar.
        """
        # Cross-entropy of probabilities has no half-precision kernel under
        # autocast, and its logarithm wants float32 anyway.
        with torch.autocast(scores.device.type, enabled=False):
            scores = at_least_float32(scores)
            return self.loss_weight * self.function(
                scores, labels.to(scores.dtype)
            )
