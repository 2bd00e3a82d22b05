"""Convolution over time on channels-last sequences.

Shapes: M sequences (B videos x N crops), T snippets, C channels.
"""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .shifted_product import convolve_by_product

# Rows up to which the weights' way through memory is what a convolution costs:
# in scoring, and in training, whose gradients pass them twice more.
FEW_ROWS, FEW_ROWS_OF_TRAINING = 64, 512


def shift_time(x: Tensor, steps: int) -> Tensor:
    """Move a sequence in time and fill with zeros.

    Args:
        x (Tensor): (M, T, C).
        steps (int): By how many snippets; positive moves to later ones.
            Any size, beyond T too.

    Returns:
        Tensor: (M, T, C), row t holds row t - steps of ``x`` or zeros.
    """
    length = x.shape[1]
    size = min(abs(steps), length)
    if steps > 0:
        return F.pad(x[:, : length - size], (0, 0, size, 0))
    if steps < 0:
        return F.pad(x[:, size:], (0, 0, 0, size))
    return x


def convolve_by_kernel(x: Tensor, weight: Tensor, dilation: int) -> Tensor:
    """Convolve with torch's kernel for channels-last images of one row.

    Args:
        x (Tensor): (M, T, C).
        weight (Tensor): (C', C, taps), taps odd.
        dilation (int): Snippets between two taps.

    Returns:
        Tensor: (M, T, C').
    """
    image = x.unsqueeze(1).permute(0, 3, 1, 2)
    padding = dilation * (weight.shape[-1] // 2)
    out = F.conv2d(
        image,
        weight.unsqueeze(2),
        padding=(0, padding),
        dilation=(1, dilation),
    )
    return out.permute(0, 2, 3, 1).squeeze(1)


def convolve_by_rows(x: Tensor, weight: Tensor, dilation: int) -> Tensor:
    """Convolve by one matrix product of all taps side by side.

    The weights are used as they lie in memory, where the other ways rearrange
    them first.

    Args:
        x (Tensor): (M, T, C).
        weight (Tensor): (C', C, taps), taps odd.
        dilation (int): Snippets between two taps.

    Returns:
        Tensor: (M, T, C').
    """
    taps = weight.shape[-1]
    neighbours = torch.stack(
        [shift_time(x, (taps // 2 - tap) * dilation) for tap in range(taps)],
        dim=-1,
    )
    return F.linear(neighbours.flatten(2), weight.flatten(1))


class TemporalConv1d(nn.Conv1d):
    """``nn.Conv1d`` for (M, T, C) sequences, its length kept.

    Parameters are those of ``nn.Conv1d``, so that checkpoints of either
    layout load; the channels stay last, as the linear layers of the head want
    them. On a CPU torch's convolution is faster than a matrix product in
    float32 and takes twice its time in bfloat16, and a few snippets, as live
    streams and trainings on small sets have, go a way of their own, so the
    way depends on that.

    Args:
        in_channels (int): C of the input.
        out_channels (int): C of the output.
        kernel_size (int): Odd number of taps. Defaults to 1.
        dilation (int): Snippets between two taps. Defaults to 1.
        bias (bool): Whether to add a bias. Defaults to True.
    """

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: int = 1,
        dilation: int = 1,
        bias: bool = True,
    ) -> None:
        if kernel_size % 2 == 0:
            raise ValueError(
                'TemporalConv1d: kernel_size must be odd to keep '
                f'the length, got {kernel_size}'
            )
        super().__init__(
            in_channels,
            out_channels,
            kernel_size,
            padding=dilation * (kernel_size // 2),
            dilation=dilation,
            bias=bias,
        )

    @property
    def reach(self) -> int:
        """Snippets to either side that an output depends on."""
        return int(self.padding[0])

    def forward(self, x: Tensor) -> Tensor:
        """Convolve.

        Args:
            x (Tensor): (M, T, in_channels), floating.

        Returns:
            Tensor: (M, T, out_channels).
        """
        if self.kernel_size[0] == 1:
            return F.linear(x, self.weight[..., 0], self.bias)
        convolve = convolve_by_kernel
        if x.device.type == 'cpu':
            if is_autocast_on_cpu(x) or x.dtype is torch.bfloat16:
                convolve = convolve_by_product
            elif is_short(x):
                convolve = convolve_by_rows
        out = convolve(x, self.weight, self.dilation[0])
        return out if self.bias is None else out + self.bias.to(out.dtype)


def is_autocast_on_cpu(x: Tensor) -> bool:
    """Whether layers on a CPU run in bfloat16, whatever ``x`` is of."""
    return x.device.type == 'cpu' and torch.is_autocast_enabled('cpu')


def is_traced() -> bool:
    """Whether a graph is being recorded, which has to serve any M and T."""
    return torch.compiler.is_compiling() or torch.jit.is_tracing()


def is_short(x: Tensor) -> bool:
    """Whether (M, T, C) are a few rows to score or to learn from."""
    if is_traced():
        return False
    training = torch.is_grad_enabled()
    most = FEW_ROWS_OF_TRAINING if training else FEW_ROWS
    return x.shape[0] * x.shape[1] <= most


class NormOverSnippets(nn.Sequential):
    """Layers for (M, T, C), the last a batch norm: statistics over M x T.

    The norm is any that takes (B, C), and sees the snippets of all sequences
    as its rows. It is not told of T, so that it can be converted to one that
    is synchronised over processes (``sync_bn`` of a config).
    """

    def forward(self, x: Tensor) -> Tensor:
        """Run all layers.

        Args:
            x (Tensor): (M, T, C).

        Returns:
            Tensor: (M, T, C').

        Raises:
            ValueError: In training with M x T = 1, which has no variance.
        """
        *layers, norm = self
        for layer in layers:
            x = layer(x)
        normed = norm(x.flatten(0, 1))
        if normed.requires_grad and normed.dtype is torch.bfloat16:
            # Of several side by side each gets a view, of which torch's batch
            # norm takes twenty times as long. Float32 sums in another order
            # then, and is left as it always was.
            normed.register_hook(Tensor.contiguous)
        return normed.view_as(x)


def conv_relu_norm(
    in_channels: int,
    out_channels: int,
    kernel_size: int = 1,
    dilation: int = 1,
    bias: bool = True,
) -> NormOverSnippets:
    """Build convolution, ReLU and batch normalisation, in this order.

    The order of RTFM's release; see :class:`TemporalConv1d` for the Args.
    """
    return NormOverSnippets(
        TemporalConv1d(in_channels, out_channels, kernel_size, dilation, bias),
        nn.ReLU(inplace=True),
        nn.BatchNorm1d(out_channels),
    )
