"""Deep MIL ranking. Shapes: P pairs, B = 2P videos, K selected snippets."""

from mmaction.registry import MODELS
from torch import Tensor, nn

from ..precision import at_least_float32


def ranking_hinge(abnormal: Tensor, normal: Tensor) -> Tensor:
    """Mean hinge on the difference of two bags' scores.

    mean of max(0, 1 - s_a + s_n), Eq. 6 of Sultani et al.

    Args:
        abnormal (Tensor): (P,) scores of abnormal bags, in [0, 1].
        normal (Tensor): (P,), the same of normal bags.

    Returns:
        Tensor: Scalar in [0, 2]. s_a = 0.9, s_n = 0.2 gives 0.3.

    Examples:
        >>> import torch
        >>> abnormal, normal = torch.tensor([0.9]), torch.tensor([0.2])
        >>> round(ranking_hinge(abnormal, normal).item(), 6)
        0.3
    """
    return (1 - abnormal + normal).clamp(min=0).mean()


@MODELS.register_module()
class MILRankingLoss(nn.Module):
    """Ranks the top scores of abnormal bags above those of normal ones.

    Of `Sultani et al. <https://arxiv.org/abs/1801.04264>`_, Sec. 3.3. Takes
    what ``MILBCELoss`` takes, so that ``RTFMHead(loss_cls=...)`` trains by
    either. With ``RTFMHead(select_by='score', num_selected=1)`` a bag's score
    is the maximum of its snippets' (Eq. 6), with more selected ones the mean
    of the top K.

    The i-th abnormal bag is ranked above the i-th normal one. The authors'
    program takes all pairs of the batch, which gives the same mean: scores in
    [0, 1] never close the hinge.

    Args:
        loss_weight (float): Factor of the term. Defaults to 1.

    Examples:
        >>> import torch
        >>> scores, labels = torch.tensor([[0.9], [0.2]]), torch.tensor([1, 0])
        >>> round(MILRankingLoss()(scores, labels).item(), 6)
        0.3
    """

    def __init__(self, loss_weight: float = 1.0) -> None:
        super().__init__()
        self.loss_weight = loss_weight

    def forward(self, scores: Tensor, labels: Tensor) -> Tensor:
        """Compute the weighted term.

        Args:
            scores (Tensor): (B, K) selected scores in [0, 1].
            labels (Tensor): (B,), 0 or 1, as many of each.

        Returns:
            Tensor: Scalar.
        """
        bags = at_least_float32(scores).mean(-1)
        return self.loss_weight * ranking_hinge(
            bags[labels == 1], bags[labels == 0]
        )
