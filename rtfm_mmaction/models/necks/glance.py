"""Attention over the whole video.

Shapes: M sequences, T snippets, C channels, H heads of D channels.
"""

import torch.nn.functional as F
from torch import Tensor, nn

from .channel_norm import ChannelNorm
from .temporal_conv import TemporalConv1d


class Glance(nn.Module):
    """What the snippets of a video tell each other, by softmax attention.

    The glance block of `MGFN <https://arxiv.org/abs/2211.15098>`_, Sec. 3.2:
    each snippet attends to all, without mask or position. Memory grows with
    T, since the T x T weights are not held.

    Args:
        channels (int): C.
        num_heads (int): H, C divided by the channels of a head, at least 1.
        head_channels (int): D.
    """

    def __init__(
        self, channels: int, num_heads: int, head_channels: int
    ) -> None:
        super().__init__()
        inner = num_heads * head_channels
        self.num_heads = num_heads
        self.norm = ChannelNorm(channels)
        self.to_qkv = TemporalConv1d(channels, 3 * inner, bias=False)
        self.to_out = TemporalConv1d(inner, channels)

    def forward(self, x: Tensor) -> Tensor:
        """Attend.

        Args:
            x (Tensor): (M, T, C).

        Returns:
            Tensor: (M, T, C), without ``x`` itself.
        """
        # (M, T, 3 H D) -> query, key and value, (M, H, T, D) each
        query, key, value = (
            part.unflatten(-1, (self.num_heads, -1)).transpose(1, 2)
            for part in self.to_qkv(self.norm(x)).chunk(3, dim=-1)
        )
        heard = F.scaled_dot_product_attention(query, key, value)
        return self.to_out(heard.transpose(1, 2).flatten(2))
