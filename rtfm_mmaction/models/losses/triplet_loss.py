"""Triplets, by their two distances. Shapes: Q triplets."""

from mmaction.registry import MODELS
from torch import Tensor, nn

from ..precision import at_least_float32


def triplet_hinge(near: Tensor, far: Tensor, margin: float) -> Tensor:
    """Mean of what a far one lacks of being a margin farther off.

    mean of max(0, near - far + m).

    Args:
        near (Tensor): (Q,) distances of anchors to what belongs to them,
            >= 0.
        far (Tensor): (Q,), to what does not.
        margin (float): m.

    Returns:
        Tensor: Scalar >= 0. near = 0.5, far = 1.2, m = 1 gives 0.3.

    Examples:
        >>> import torch
        >>> near, far = torch.tensor([0.5, 0.0]), torch.tensor([1.2, 3.0])
        >>> round(triplet_hinge(near, far, margin=1).item(), 4)  # 0.3 / 2
        0.15
    """
    return (near - far + margin).clamp(min=0).mean()


@MODELS.register_module()
class TripletLoss(nn.Module):
    """Pulls to an anchor what belongs to it, and pushes off what does not.

    The head measures the distances: between unit vectors in UR-DMU, from the
    mean of a batch norm in BN-WVAD.

    Args:
        margin (float): Parameter m. Defaults to 1.
        loss_weight (float): Factor of the term. Defaults to 1.

    Examples:
        >>> import torch
        >>> near, far = torch.tensor([0.5]), torch.tensor([1.2])
        >>> round(TripletLoss()(near, far).item(), 4)
        0.3
    """

    def __init__(self, margin: float = 1.0, loss_weight: float = 1.0) -> None:
        super().__init__()
        self.margin = margin
        self.loss_weight = loss_weight

    def forward(self, near: Tensor, far: Tensor) -> Tensor:
        """Compute the weighted term.

        Args:
            near (Tensor): (Q,) distances, >= 0.
            far (Tensor): (Q,).

        Returns:
            Tensor: Scalar.
        """
        return self.loss_weight * triplet_hinge(
            at_least_float32(near), at_least_float32(far), self.margin
        )
