"""The transformer of UR-DMU and BN-WVAD.

Shapes: B videos, N crops, T snippets, C channels of the features, D channels
of the output, M = B x N sequences, H attention heads.
"""

from typing import Optional

import torch
import torch.nn.functional as F
from mmaction.registry import MODELS
from mmengine.model import BaseModule
from torch import Tensor, nn

from .by_sequence import run_by_sequence
from .nearness import spread_over_neighbours
from .temporal_conv import TemporalConv1d


class GlobalLocalAttention(nn.Module):
    """Attends to the whole video by content, and to what is near by place.

    Each head has a softmax attention over all snippets (q, k, v), and a sum
    whose weights know distances alone
    (:func:`~rtfm_mmaction.models.necks.nearness.spread_over_neighbours` of a
    fourth projection, t). Neither is ever there as a T x T matrix.

    Args:
        channels (int): D.
        num_heads (int): H.
        head_channels (int): Channels of each of a head's two branches.
        dropout (float): Of the output, in [0, 1].
    """

    def __init__(
        self, channels: int, num_heads: int, head_channels: int, dropout: float
    ) -> None:
        super().__init__()
        inner = num_heads * head_channels
        self.num_heads = num_heads
        self.qkvt = nn.Linear(channels, 4 * inner, bias=False)
        self.out = nn.Linear(2 * inner, channels)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x: Tensor) -> Tensor:
        """Attend.

        Args:
            x (Tensor): (M, T, D).

        Returns:
            Tensor: (M, T, D).
        """
        *parts, near = self.qkvt(x).chunk(4, -1)
        query, key, value = (
            part.unflatten(-1, (self.num_heads, -1)).transpose(1, 2)
            for part in parts
        )
        far = F.scaled_dot_product_attention(query, key, value)
        near = spread_over_neighbours(near)
        # Head by head, the global branch before the local one.
        joined = torch.cat(
            [
                far.transpose(1, 2),
                near.unflatten(-1, (self.num_heads, -1)).to(far.dtype),
            ],
            dim=-1,
        )
        return self.dropout(self.out(joined.flatten(2)))


class GlobalLocalLayer(nn.Module):
    """Attention and feed-forward network, each behind a layer norm.

    x + Attention(LN(x)), then x + FF(LN(x)).

    Args:
        channels (int): D.
        num_heads (int): H.
        head_channels (int): See :class:`GlobalLocalAttention`.
        feedforward_channels (int): Width between the two linear layers.
        dropout (float): Behind the attention and behind each linear layer.
    """

    def __init__(
        self,
        channels: int,
        num_heads: int,
        head_channels: int,
        feedforward_channels: int,
        dropout: float,
    ) -> None:
        super().__init__()
        self.attention_norm = nn.LayerNorm(channels)
        self.attention = GlobalLocalAttention(
            channels, num_heads, head_channels, dropout
        )
        self.feedforward_norm = nn.LayerNorm(channels)
        self.feedforward = nn.Sequential(
            nn.Linear(channels, feedforward_channels),
            nn.GELU(),
            nn.Dropout(dropout),
            nn.Linear(feedforward_channels, channels),
            nn.Dropout(dropout),
        )

    def forward(self, x: Tensor) -> Tensor:
        """Run the layer.

        Args:
            x (Tensor): (M, T, D).

        Returns:
            Tensor: (M, T, D).
        """
        x = x + self.attention(self.attention_norm(x))
        return x + self.feedforward(self.feedforward_norm(x))


@MODELS.register_module()
class GlobalLocalTransformer(BaseModule):
    """Embedding and transformer of UR-DMU and BN-WVAD: F -> X.

    The network of `UR-DMU <https://arxiv.org/abs/2302.05160>`_, which
    `BN-WVAD <https://arxiv.org/abs/2311.15367>`_ takes over without its
    dropout: a convolution over three snippets and ReLU, then layers with a
    global and a local branch. There is no norm behind the last layer. Each
    crop is a sequence of its own.

    A snippet depends on all others, so a video is scored as a whole, in
    memory ~ T: without gradients the crops go through in groups of no more
    than 0.5 GB, one by one where videos are long.

    Args:
        in_channels (int): C, at least 1.
        embed_channels (int): D. Defaults to 512.
        num_layers (int): Defaults to 2.
        num_heads (int): H. Defaults to 4.
        head_channels (int): Channels of each of a head's two branches.
            Defaults to 128.
        feedforward_channels (int): Width of the feed-forward network.
            Defaults to 512.
        dropout (float): Of attention outputs and feed-forward networks; 0 in
            BN-WVAD. Defaults to 0.5.
        init_cfg (dict, optional): Initialisation config. Defaults to None:
            torch's own, as in the releases.
    """

    def __init__(
        self,
        in_channels: int,
        embed_channels: int = 512,
        num_layers: int = 2,
        num_heads: int = 4,
        head_channels: int = 128,
        feedforward_channels: int = 512,
        dropout: float = 0.5,
        init_cfg: Optional[dict] = None,
    ) -> None:
        super().__init__(init_cfg)
        self.in_channels = in_channels
        self.embedding = TemporalConv1d(in_channels, embed_channels, 3)
        self.layers = nn.Sequential(
            *(
                GlobalLocalLayer(
                    embed_channels,
                    num_heads,
                    head_channels,
                    feedforward_channels,
                    dropout,
                )
                for _ in range(num_layers)
            )
        )
        # Of a layer at its highest: x and its norm, projections, branches.
        self.numbers = 2 * embed_channels + 6 * num_heads * head_channels

    def forward(self, x: Tensor) -> Tensor:
        """Add temporal context to the features.

        Args:
            x (Tensor): F, (B, N, T, C).

        Returns:
            Tensor: X, (B, N, T, D).

        Raises:
            ValueError: If C is not ``in_channels``.
        """
        return run_by_sequence(self, self.encode, x, self.numbers)

    def encode(self, sequences: Tensor) -> Tensor:
        """Run embedding and layers.

        Args:
            sequences (Tensor): (M, T, C).

        Returns:
            Tensor: (M, T, D).
        """
        return self.layers(F.relu(self.embedding(sequences)))
