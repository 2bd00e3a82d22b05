"""Multi-scale temporal network that normalises each video by itself.

Shapes: M sequences, T snippets, C channels.
"""

import torch
from torch import Tensor, nn

from .pdc import DILATIONS, split_evenly
from .temporal_conv import TemporalConv1d
from .tsa import TSA

NUM_GROUPS = 8


class GroupNormOverTime(nn.GroupNorm):
    """Group norm of (M, T, C): over the channels of a group and all T.

    Args:
        channels (int): C. There are eight groups; of a C that 8 does not
            divide as many of the divisors of 8 as do.
    """

    def __init__(self, channels: int) -> None:
        groups = NUM_GROUPS
        while channels % groups:
            groups //= 2
        super().__init__(groups, channels)

    def forward(self, x: Tensor) -> Tensor:
        """Normalise.

        Args:
            x (Tensor): (M, T, C). One number a group (T = 1) becomes 0 before
                weight and bias.

        Returns:
            Tensor: (M, T, C).
        """
        # torch's kernel for channels-last images of one row, without
        # nn.functional's refusal of one number.
        image = x.unsqueeze(1).permute(0, 3, 1, 2)
        out = torch.group_norm(
            image, self.num_groups, self.weight, self.bias, self.eps
        )
        return out.permute(0, 2, 3, 1).squeeze(1)


def conv_norm_relu(
    in_channels: int, out_channels: int, dilation: int = 1, bias: bool = True
) -> nn.Sequential:
    """Build a convolution of three taps, group norm and ReLU, in this order.

    Args:
        in_channels (int): C of the input.
        out_channels (int): C of the output.
        dilation (int): Snippets between two taps. Defaults to 1.
        bias (bool): Whether the convolution has one. Defaults to True.

    Returns:
        nn.Sequential: (M, T, C) -> (M, T, C').
    """
    return nn.Sequential(
        TemporalConv1d(in_channels, out_channels, 3, dilation, bias),
        GroupNormOverTime(out_channels),
        nn.ReLU(inplace=True),
    )


class GroupMTN(nn.Module):
    """RTFM's temporal network with group norms before its ReLUs.

    S3R's program has it so; attention, widths and fusion are those of
    :class:`~rtfm_mmaction.models.necks.MTN`.

    Args:
        in_channels (int): C, at least 1.
    """

    def __init__(self, in_channels: int) -> None:
        super().__init__()
        *widths, width = split_evenly(in_channels, len(DILATIONS) + 1)
        self.branches = nn.ModuleList(
            conv_norm_relu(in_channels, channels, dilation)
            for channels, dilation in zip(widths, DILATIONS)
            if channels
        )
        self.attention = TSA(in_channels, width)
        self.fusion = conv_norm_relu(in_channels, in_channels, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        """Add temporal context to the features.

        Args:
            x (Tensor): (M, T, C).

        Returns:
            Tensor: (M, T, C).

        Raises:
            ValueError: In training with M x T = 1, which has no variance.
        """
        parts = [branch(x) for branch in self.branches]
        context = torch.cat([*parts, self.attention(x)], dim=-1)
        return self.fusion(context) + x
