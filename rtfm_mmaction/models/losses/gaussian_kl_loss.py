"""Distance of a Gaussian from the standard one.

Shapes: S sequences, T snippets, D channels.
"""

from mmaction.registry import MODELS
from torch import Tensor, nn

from ..precision import at_least_float32


def gaussian_kl(mean: Tensor, log_variance: Tensor) -> Tensor:
    """KL divergence of N(mean, exp(log_variance)) from N(0, 1).

    -0.5 (1 + v - mu^2 - exp v) of each number, summed over time and averaged
    over sequences and channels, as UR-DMU's program does, so that it grows
    with T.

    Args:
        mean (Tensor): mu, (S, T, D).
        log_variance (Tensor): v, (S, T, D).

    Returns:
        Tensor: Scalar >= 0. mu = 2, v = 0 in three snippets gives 3 x 2.

    Examples:
        >>> import torch
        >>> mean = torch.full((1, 3, 4), 2.0)
        >>> gaussian_kl(mean, torch.zeros(1, 3, 4)).item()
        6.0
    """
    terms = 1 + log_variance - mean.square() - log_variance.exp()
    return -0.5 * terms.sum(-2).mean()


@MODELS.register_module()
class GaussianKLLoss(nn.Module):
    """Keeps a learned mean and variance near those of a standard normal.

    The regularisation of `UR-DMU <https://arxiv.org/abs/2302.05160>`_'s
    uncertainty.

    Args:
        loss_weight (float): Factor of the term. Defaults to 1e-3.

    Examples:
        >>> import torch
        >>> mean = torch.full((1, 3, 4), 2.0)
        >>> GaussianKLLoss(loss_weight=0.5)(mean, torch.zeros(1, 3, 4)).item()
        3.0
    """

    def __init__(self, loss_weight: float = 1e-3) -> None:
        super().__init__()
        self.loss_weight = loss_weight

    def forward(self, mean: Tensor, log_variance: Tensor) -> Tensor:
        """Compute the weighted term.

        Args:
            mean (Tensor): (S, T, D).
            log_variance (Tensor): (S, T, D).

        Returns:
            Tensor: Scalar.
        """
        return self.loss_weight * gaussian_kl(
            at_least_float32(mean), at_least_float32(log_variance)
        )
