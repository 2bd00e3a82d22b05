"""Weights that fall with the distance in time.

Shapes: M sequences, T snippets, C channels.
"""

import math

import torch
from torch import Tensor

from ..precision import at_least_float32
from .temporal_conv import is_traced

# Snippets that are summed for at once.
BLOCK = 256
# exp(-64 / e) is 6e-11: what lies farther off is left out.
FAR = 64


def spread_over_neighbours(x: Tensor) -> Tensor:
    """Spread each snippet over those around it, in time and memory ~ T.

    out_i = sum_j W_ij x_j with W_ij = G_ij / sum_k G_jk and
    ``G_ij = exp(-|i - j| / e)``: the columns of W sum to 1, its rows do not
    near both ends. The divisor has a closed form::

        sum_k G_jk = (1 + r - r^(j + 1) - r^(T - j)) / (1 - r), r = exp(-1/e).

    Of videos of more than :data:`BLOCK` snippets, G is cut off beyond
    :data:`FAR` snippets, and never there as a whole. What is left out is less
    than 4e-10 of the largest abs(x); shorter videos are exact.

    Args:
        x (Tensor): (M, T, C), floating; T >= 1.

    Returns:
        Tensor: (M, T, C).

    Examples:
        >>> x = torch.tensor([1.0, 0.0, 0.0])[None, :, None]
        >>> spread = spread_over_neighbours(x)  # its first column of W
        >>> [round(value, 4) for value in spread.flatten().tolist()]
        [0.4605, 0.3188, 0.2207]
    """
    length = x.shape[1]
    steps = torch.arange(length, device=x.device)
    ratio = math.exp(-1 / math.e)
    later = torch.pow(ratio, (steps + 1).double())
    sums = (1 + ratio - later - later.flip(0)) / (1 - ratio)
    wide = at_least_float32(x)
    shares = wide / sums[:, None].to(wide.dtype)
    if is_traced():  # a graph has no T to cut by
        return _nearness(steps, steps, wide) @ shares
    parts = []
    for start in range(0, length, BLOCK):
        rows = steps[start : start + BLOCK]
        reached = slice(max(start - FAR, 0), start + BLOCK + FAR)
        if length <= BLOCK:
            reached = slice(None)
        weights = _nearness(rows, steps[reached], wide)
        parts.append(weights @ shares[:, reached])
    return torch.cat(parts, 1)


def _nearness(rows: Tensor, columns: Tensor, like: Tensor) -> Tensor:
    """G of some rows and columns, in the dtype of ``like``."""
    distances = (rows[:, None] - columns).abs()
    return torch.exp(-distances.to(like.dtype) / math.e)
