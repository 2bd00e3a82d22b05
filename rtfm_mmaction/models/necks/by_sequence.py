"""Sequences that do not know of each other, a few at a time.

Shapes: M sequences, T snippets, C and D channels.
"""

from typing import Callable

import torch
from torch import Tensor

from .temporal_conv import is_traced

# Numbers that scoring holds at once of a network's widest layer: 0.5 GB in
# float32.
BUDGET = 2**27


def run_by_sequence(
    network: Callable[[Tensor], Tensor], x: Tensor, numbers_per_snippet: int
) -> Tensor:
    """Run a network on sequences, few enough at once where that is scoring.

    Args:
        network (Callable): (m, T, C) -> (m, T, D), each sequence by itself,
            as networks in evaluation mode do.
        x (Tensor): (M, T, C).
        numbers_per_snippet (int): What the network holds for a snippet.

    Returns:
        Tensor: (M, T, D).

    Examples:
        >>> run_by_sequence(torch.relu, torch.ones(2, 3, 1), 1).shape
        torch.Size([2, 3, 1])
    """
    if torch.is_grad_enabled() or is_traced():
        return network(x)
    at_once = max(BUDGET // (numbers_per_snippet * x.shape[1]), 1)
    return torch.cat([network(part) for part in x.split(at_once)])
