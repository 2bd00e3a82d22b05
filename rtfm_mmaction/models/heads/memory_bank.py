"""A learned memory. Shapes: D channels, M slots, K of them that count."""

from typing import Tuple

import torch
from torch import Tensor, nn


class MemoryBank(nn.Module):
    """Remembers what one kind of snippet is like, in M slots.

    The memory unit of `UR-DMU <https://arxiv.org/abs/2302.05160>`_: a snippet
    x calls up each slot m by a_m = sigmoid(x m / sqrt(D)). The sigmoids are
    not normalised.

    Args:
        channels (int): D.
        num_slots (int): M >= 1. K is floor(M / 16) + 1.

    Raises:
        ValueError: If M is below 1.
    """

    def __init__(self, channels: int, num_slots: int) -> None:
        super().__init__()
        if num_slots < 1:
            raise ValueError(
                f'MemoryBank: num_slots must be at least 1, got {num_slots}'
            )
        self.num_counted = num_slots // 16 + 1
        bound = channels**-0.5
        self.slots = nn.Parameter(
            torch.empty(num_slots, channels).uniform_(-bound, bound)
        )

    def forward(self, x: Tensor) -> Tuple[Tensor, Tensor]:
        """Compare snippets with what is remembered.

        Args:
            x (Tensor): (..., D).

        Returns:
            tuple[Tensor, Tensor]: Likeness (...) in [0, 1], the mean of the K
            largest a_m; and what is called up (..., D), the sum of all
            a_m m.
        """
        called = (x @ self.slots.T / x.shape[-1] ** 0.5).sigmoid()
        likeness = called.topk(self.num_counted, dim=-1).values.mean(-1)
        return likeness, called @ self.slots
