"""Convolution over time as one matrix product, for training in bfloat16.

Shapes: M sequences (B videos x N crops), T snippets, C channels.
"""

from typing import Any, Iterator, Optional, Tuple

import torch
from torch import Tensor
from torch.autograd.function import once_differentiable


class ShiftedProduct(torch.autograd.Function):
    """One product of all taps, whose parts are shifted and added.

    As autograd would write it, each shift would be a copy with zeros, and
    the gradients of the parts would be joined by another; weights would be
    rounded and put in order in two steps.
    """

    @staticmethod
    def forward(ctx: Any, x: Tensor, weight: Tensor, dilation: int) -> Tensor:
        """Convolve.

        Args:
            ctx: Of autograd.
            x (Tensor): (M, T, C), floating; the product is of its dtype.
            weight (Tensor): (C', C, taps), taps odd, of any floating dtype.
            dilation (int): Snippets between two taps.

        Returns:
            Tensor: (M, T, C'), as ``x``.
        """
        width, channels, taps = weight.shape
        ordered = x.new_empty(taps, width, channels)
        ordered.copy_(weight.permute(2, 0, 1))
        rows, ordered = x.flatten(0, 1), ordered.flatten(0, 1)
        parts = (rows @ ordered.T).view(*x.shape[:2], taps, width)
        out = parts[:, :, taps // 2].contiguous()
        for tap, here, there in _shifts(x.shape[1], taps, dilation):
            if tap != taps // 2:
                out[:, there] += parts[:, here, tap]
        ctx.save_for_backward(rows, ordered)
        ctx.shape, ctx.dtype = weight.shape, weight.dtype
        ctx.dilation = dilation
        return out

    @staticmethod
    @once_differentiable
    def backward(
        ctx: Any, gradient: Tensor
    ) -> Tuple[Optional[Tensor], Optional[Tensor], None]:
        """Give the gradients of input and weights.

        Args:
            ctx: Of autograd.
            gradient (Tensor): (M, T, C').

        Returns:
            tuple: Of ``x``, (M, T, C); of ``weight``, (C', C, taps), each in
            its dtype and None where it is not asked for; None.
        """
        rows, ordered = ctx.saved_tensors
        width, channels, taps = ctx.shape
        length = gradient.shape[1]
        parts = gradient.new_empty(*gradient.shape[:2], taps, width)
        for tap, here, there in _shifts(length, taps, ctx.dilation):
            parts[:, here, tap] = gradient[:, there]
            # What was shifted out of the sequence.
            parts[:, : here.start, tap] = 0
            parts[:, here.stop :, tap] = 0
        parts = parts.view(len(rows), taps * width)
        of_x = of_weight = None
        if ctx.needs_input_grad[0]:
            of_x = (parts @ ordered).view(*gradient.shape[:2], channels)
        if ctx.needs_input_grad[1]:
            found = (parts.T @ rows).view(taps, width, channels)
            of_weight = found.new_empty(ctx.shape, dtype=ctx.dtype)
            of_weight.copy_(found.permute(1, 2, 0))
        return of_x, of_weight, None


def _shifts(
    length: int, taps: int, dilation: int
) -> Iterator[Tuple[int, slice, slice]]:
    """Which snippets of a tap's part go where: number, from, to."""
    for tap in range(taps):
        steps = (taps // 2 - tap) * dilation
        size = max(length - abs(steps), 0)
        early, late = slice(0, size), slice(length - size, length)
        yield (tap, early, late) if steps >= 0 else (tap, late, early)


def convolve_by_product(x: Tensor, weight: Tensor, dilation: int) -> Tensor:
    """Convolve by one matrix product of all taps, shifted and added.

    Args:
        x (Tensor): (M, T, C).
        weight (Tensor): (C', C, taps), taps odd.
        dilation (int): Snippets between two taps.

    Returns:
        Tensor: (M, T, C'), as ``x``; in bfloat16 where layers on a CPU run in
        it.
    """
    kind = x.device.type
    if torch.is_autocast_enabled(kind):
        x = x.to(torch.get_autocast_dtype(kind))
    with torch.autocast(kind, enabled=False):
        return ShiftedProduct.apply(x, weight, dilation)
