"""Short temporal kernels that channels share.

Shapes: M sequences, T snippets, C channels, H heads.
"""

import torch.nn.functional as F
from torch import Tensor, nn

from .temporal_conv import NormOverSnippets, TemporalConv1d

TAPS = 5


class Focus(nn.Module):
    """What the nearest snippets tell, by one kernel of five taps a head.

    The focus block of `MGFN <https://arxiv.org/abs/2211.15098>`_, Sec. 3.2:
    batch normalisation, a 1x1 convolution, then each channel is convolved
    over time by the kernel of its head, and mixed with the others by a 1x1
    convolution. As in the release channel j is of head j mod H.

    Args:
        channels (int): C, divisible by H.
        num_heads (int): H.
    """

    def __init__(self, channels: int, num_heads: int) -> None:
        super().__init__()
        self.norm = NormOverSnippets(nn.BatchNorm1d(channels))
        self.to_v = TemporalConv1d(channels, channels, bias=False)
        # Holds the kernels (H, 1, 5) and biases (H,).
        self.rel_pos = nn.Conv1d(num_heads, num_heads, TAPS, groups=num_heads)
        self.to_out = TemporalConv1d(channels, channels)

    def forward(self, x: Tensor) -> Tensor:
        """Look around each snippet.

        Args:
            x (Tensor): (M, T, C).

        Returns:
            Tensor: (M, T, C), without ``x`` itself.

        Raises:
            ValueError: In training with M x T = 1, which has no variance.
        """
        value = self.to_v(self.norm(x))
        copies = value.shape[-1] // len(self.rel_pos.weight)
        # A depthwise convolution of channels-last images of one row.
        image = value.unsqueeze(1).permute(0, 3, 1, 2)
        weight = self.rel_pos.weight.repeat(copies, 1, 1)
        bias = self.rel_pos.bias
        assert bias is not None  # as Conv1d has one by default
        out = F.conv2d(
            image,
            weight.unsqueeze(2),
            bias.repeat(copies),
            padding=(0, TAPS // 2),
            groups=value.shape[-1],
        )
        return self.to_out(out.permute(0, 2, 3, 1).squeeze(1))
