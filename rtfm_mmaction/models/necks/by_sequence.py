"""Crops that do not know of each other, a few at a time.

Shapes: B videos, N crops, M = B x N sequences, T snippets, C channels of the
features, D channels of the output.
"""

from typing import Callable

import torch
from mmengine.model import BaseModule
from torch import Tensor

from .temporal_conv import is_traced

# Numbers that scoring holds at once of a network: 0.5 GB in float32.
BUDGET = 2**27


def run_by_sequence(
    neck: BaseModule,
    network: Callable[[Tensor], Tensor],
    x: Tensor,
    numbers_per_snippet: int,
) -> Tensor:
    """Run a neck's network on each crop as a sequence of its own.

    In scoring just so many of them go through at once that they hold no more
    than :data:`BUDGET` numbers, and one at least.

    Args:
        neck (BaseModule): With ``in_channels`` (C).
        network (Callable): (M, T, C) -> (M, T, D), in evaluation mode each
            sequence by itself.
        x (Tensor): (B, N, T, C).
        numbers_per_snippet (int): What the network holds for a snippet.

    Returns:
        Tensor: (B, N, T, D).

    Raises:
        ValueError: If C is not ``in_channels``.

    Examples:
        >>> from rtfm_mmaction.models.necks import IdentityNeck
        >>> x = torch.ones(1, 2, 3, 1)
        >>> run_by_sequence(IdentityNeck(1), torch.relu, x, 1).shape
        torch.Size([1, 2, 3, 1])
    """
    if x.shape[-1] != neck.in_channels:
        raise ValueError(
            f'{type(neck).__name__}: found features of C = {x.shape[-1]}, but '
            f'the config says in_channels = {neck.in_channels}'
        )
    sequences = x.flatten(0, 1)
    if neck.training or torch.is_grad_enabled() or is_traced():
        out = network(sequences)
    else:
        at_once = max(BUDGET // (numbers_per_snippet * x.shape[2]), 1)
        parts = sequences.split(at_once)
        out = torch.cat([network(part) for part in parts])
    return out.unflatten(0, x.shape[:2])
