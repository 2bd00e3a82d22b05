"""Two memories, one of each kind of video. Shapes: P pairs, T snippets."""

from typing import Dict

import torch
import torch.nn.functional as F
from mmaction.registry import MODELS
from torch import Tensor, nn

from ..precision import at_least_float32


def likeness_bce(likeness: Tensor, target: float) -> Tensor:
    """Cross-entropy of likenesses that should all be one number, averaged.

    Args:
        likeness (Tensor): Of any shape, in [0, 1].
        target (float): 0 or 1.

    Returns:
        Tensor: Scalar >= 0. Likenesses (0.5, 0.25) that should be 1: the
        mean of ln 2 and ln 4.

    Examples:
        >>> likeness = torch.tensor([0.5, 0.125])
        >>> likeness_bce(likeness, 1.0).exp().item()  # sqrt(2 x 8)
        4.0
    """
    return F.binary_cross_entropy(likeness, torch.full_like(likeness, target))


def highest_mean(values: Tensor, k: int) -> Tensor:
    """Mean of the K largest values along time.

    Args:
        values (Tensor): (..., T).
        k (int): K >= 1; all where T < K.

    Returns:
        Tensor: (...,).

    Examples:
        >>> highest_mean(torch.tensor([[1.0, 5.0, 3.0]]), k=2).tolist()
        [4.0]
    """
    return values.topk(min(k, values.shape[-1]), dim=-1).values.mean(-1)


@MODELS.register_module()
class MemoryBCELoss(nn.Module):
    """Trains two memories to know their own kind of video, and it alone.

    The dual memory loss of `UR-DMU <https://arxiv.org/abs/2302.05160>`_. With
    s the likeness of a snippet to a memory and top-K the mean of the K
    largest of a video, four cross-entropies: that the abnormal memory knows
    the top K of abnormal videos, that the normal one does not know the top K
    of what it knows least of them (1 - s), that the normal memory knows all
    snippets of normal videos, and the abnormal one none.

    Args:
        loss_weight (float): Factor of each term. Defaults to 0.1.

    Examples:
        >>> same = torch.full((1, 4), 0.5)
        >>> terms = MemoryBCELoss()(same, same, same, same, k=2)
        >>> [round(term.item(), 4) for term in terms.values()]  # 0.1 ln 2
        [0.0693, 0.0693, 0.0693, 0.0693]
    """

    def __init__(self, loss_weight: float = 0.1) -> None:
        super().__init__()
        self.loss_weight = loss_weight

    def forward(
        self,
        abnormal_to_abnormal: Tensor,
        abnormal_to_normal: Tensor,
        normal_to_abnormal: Tensor,
        normal_to_normal: Tensor,
        k: int,
    ) -> Dict[str, Tensor]:
        """Compute the weighted terms.

        Args:
            abnormal_to_abnormal (Tensor): (P, T) likenesses in [0, 1] of the
                abnormal videos' snippets to the abnormal memory.
            abnormal_to_normal (Tensor): Of the same, to the normal memory.
            normal_to_abnormal (Tensor): Of the normal videos' snippets, to
                the abnormal memory.
            normal_to_normal (Tensor): Of the same, to the normal memory.
            k (int): K >= 1.

        Returns:
            dict[str, Tensor]: ``loss_abnormal_to_abnormal`` and so on,
            scalars.
        """
        device = abnormal_to_abnormal.device.type
        # Cross-entropy of probabilities has no half-precision kernel.
        with torch.autocast(device, enabled=False):
            known = highest_mean(at_least_float32(abnormal_to_abnormal), k)
            unknown = highest_mean(1 - at_least_float32(abnormal_to_normal), k)
            terms = dict(
                abnormal_to_abnormal=likeness_bce(known, 1.0),
                abnormal_to_normal=likeness_bce(unknown, 1.0),
                normal_to_abnormal=likeness_bce(
                    at_least_float32(normal_to_abnormal), 0.0
                ),
                normal_to_normal=likeness_bce(
                    at_least_float32(normal_to_normal), 1.0
                ),
            )
        return {
            f'loss_{name}': self.loss_weight * term
            for name, term in terms.items()
        }
