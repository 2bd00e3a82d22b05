"""Normalisation over the channels of a snippet. Shapes: C channels."""

import torch
from torch import Tensor, nn

from ..precision import at_least_float32


class ChannelNorm(nn.Module):
    """Layer norm whose epsilon is added to the deviation, not within its root.

    (x - mean) / (std + eps) * g + b, with std the root of the biased variance
    over channels, as MGFN's released program computes it. Where all channels
    of a snippet are equal the program's gradient is not finite; here the
    deviation then counts as a constant.

    Args:
        channels (int): C.
        eps (float): Added to the deviation. Defaults to 1e-5.

    Examples:
        >>> norm = ChannelNorm(2, eps=1.0)
        >>> norm(torch.tensor([3.0, 5.0])).tolist()  # mean 4, deviation 1
        [-0.5, 0.5]
    """

    def __init__(self, channels: int, eps: float = 1e-5) -> None:
        super().__init__()
        # Of the released shape, which has the channels before the snippets.
        self.g = nn.Parameter(torch.ones(1, channels, 1))
        self.b = nn.Parameter(torch.zeros(1, channels, 1))
        self.eps = eps

    def forward(self, x: Tensor) -> Tensor:
        """Normalise.

        Args:
            x (Tensor): (..., C), floating.

        Returns:
            Tensor: The same shape and dtype.
        """
        wide = at_least_float32(x)
        variance, mean = torch.var_mean(wide, -1, correction=0, keepdim=True)
        # The root has no finite gradient at 0, and clamp none below its bound.
        smallest = torch.finfo(wide.dtype).tiny
        deviation = variance.clamp(min=smallest).sqrt()
        normalised = (wide - mean) / (deviation + self.eps)
        return (normalised * self.g.view(-1) + self.b.view(-1)).to(x.dtype)
