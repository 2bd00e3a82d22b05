"""Temporal self-attention.

Shapes: M sequences, T snippets, C channels, D channels of queries, keys and
values.
"""

from typing import Optional

from mmaction.registry import MODELS
from mmengine.model import BaseModule
from torch import Tensor, nn

from .temporal_conv import NormOverSnippets, TemporalConv1d, is_traced


def dot_product_attention(theta: Tensor, phi: Tensor, g: Tensor) -> Tensor:
    """Attend by dot products divided by T, without a softmax.

    Without the softmax (theta phi^T) g = theta (phi^T g): the first order
    costs T^2 D, the second T D^2. The cheaper one is taken, so that the cost
    is linear in T for long videos; a recorded graph, which has no T to ask,
    keeps to the second.

    Args:
        theta (Tensor): Queries (M, T, D).
        phi (Tensor): Keys (M, T, D).
        g (Tensor): Values (M, T, D).

    Returns:
        Tensor: (M, T, D), (theta phi^T / T) g.
    """
    length, width = theta.shape[1:]
    phi = phi.transpose(1, 2) / length
    if is_traced() or length > width:
        return theta @ (phi @ g)
    return (theta @ phi) @ g


@MODELS.register_module()
class TSA(BaseModule):
    """Temporal self-attention: context from the whole video.

    Eq. 5 and Sec. 3.2 of `RTFM <https://arxiv.org/abs/2101.10030>`_ in the
    form of its release: a 1x1 convolution and ReLU, then a non-local block
    whose last batch normalisation starts at zero, so that the block starts as
    the identity.

    Args:
        in_channels (int): C of the features.
        out_channels (int): Channels of the output; C/4 in the paper.
        init_cfg (dict, optional): Initialisation config.
    """

    # Snippets to either side that an output depends on, beside the memory.
    reach = 0

    def __init__(
        self, in_channels: int, out_channels: int, init_cfg=None
    ) -> None:
        super().__init__(init_cfg)
        inner = max(out_channels // 2, 1)
        self.reduce = nn.Sequential(
            TemporalConv1d(in_channels, out_channels, bias=False),
            nn.ReLU(inplace=True),
        )
        self.theta = TemporalConv1d(out_channels, inner)
        self.phi = TemporalConv1d(out_channels, inner)
        self.g = TemporalConv1d(out_channels, inner)
        norm = nn.BatchNorm1d(out_channels)
        nn.init.zeros_(norm.weight)
        self.project = NormOverSnippets(
            TemporalConv1d(inner, out_channels), norm
        )

    def forward(self, x: Tensor, memory: Optional[Tensor] = None) -> Tensor:
        """Attend.

        Args:
            x (Tensor): (M, T, C).
            memory (Tensor, optional): (M, D, D), the sum of
                :meth:`summarize` over all parts of the video, divided by its
                T, where ``x`` is only one of these parts. Defaults to None:
                ``x`` is the whole.

        Returns:
            Tensor: (M, T, out_channels).
        """
        x = self.reduce(x)
        theta = self.theta(x)
        if memory is None:
            y = dot_product_attention(theta, self.phi(x), self.g(x))
        else:
            y = theta @ memory
        return x + self.project(y)

    def summarize(self, x: Tensor) -> Tensor:
        """Sum up what others attend to.

        Args:
            x (Tensor): (M, T, C).

        Returns:
            Tensor: (M, D, D), phi^T g.
        """
        x = self.reduce(x)
        return self.phi(x).transpose(1, 2) @ self.g(x)
