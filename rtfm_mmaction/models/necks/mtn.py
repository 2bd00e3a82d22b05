"""Multi-scale temporal network.

Shapes: B videos, N crops, T snippets, C channels.
"""

from typing import List, Optional, Union

import torch
from mmaction.registry import MODELS
from mmengine.model import BaseModule
from torch import Tensor, nn

from .pdc import DILATIONS, PDC, split_evenly
from .temporal_conv import (
    TemporalConv1d,
    conv_relu_norm,
    is_autocast_on_cpu,
)
from .tsa import TSA

XAVIER = dict(
    type='Xavier', distribution='uniform', layer=['Conv1d', 'Linear']
)


@MODELS.register_module()
class MTN(BaseModule):
    """Multi-scale temporal network of RTFM: F -> X, short and long range.

    Sec. 3.2 of `RTFM <https://arxiv.org/abs/2101.10030>`_. Each crop is a
    sequence of its own. In the released form a convolution with three taps
    fuses the parts before the skip connection; the paper's form adds the
    concatenated parts to F directly.

    For the ablation (Table 4) the parts can be switched off. One that is off
    while the other is on is replaced by a 1x1 convolution of the same width,
    so that just its temporal context goes; with both off one 1x1 convolution
    C -> C stands in and nothing fuses, so that no temporal context is left.

    The four parts (three dilations, attention) have C/4 channels each; where
    4 does not divide C, the last ones have one more, and where C is below 4
    the first ones are left out.

    Works in pieces, see
    :class:`~rtfm_mmaction.models.contracts.PiecewiseNeck`.

    Args:
        in_channels (int): C, at least 1.
        with_pdc (bool): Whether to use the pyramid of dilated convolutions.
            Defaults to True.
        with_tsa (bool): Whether to use temporal self-attention.
            Defaults to True.
        with_fusion (bool): True for the released form, False for the paper's.
            Defaults to True.
        init_cfg (dict): Initialisation; Xavier-uniform weights and zero
            biases by default, as in the release.
    """

    def __init__(
        self,
        in_channels: int,
        with_pdc: bool = True,
        with_tsa: bool = True,
        with_fusion: bool = True,
        init_cfg: dict = XAVIER,
    ) -> None:
        super().__init__(init_cfg)
        if in_channels < 1:
            raise ValueError(
                'MTN: expected in_channels (C of the features) of at least '
                f'1, found {in_channels}'
            )
        self.in_channels = in_channels
        *_, width = split_evenly(in_channels, len(DILATIONS) + 1)
        rest = in_channels - width
        parts: List[Union[PDC, TSA, TemporalConv1d]]
        if not (with_pdc or with_tsa):
            parts = [TemporalConv1d(in_channels, in_channels)]
            with_fusion = False
        else:
            short = PDC if with_pdc else TemporalConv1d
            long = TSA if with_tsa else TemporalConv1d
            parts = [
                part(in_channels, channels)
                for part, channels in ((short, rest), (long, width))
                if channels
            ]
        self.parts = nn.ModuleList(parts)
        # Snippets to either side that X depends on, beside the memory; the
        # fusion has three taps.
        self.reach = max(part.reach for part in parts) + with_fusion
        self.fusion = (
            conv_relu_norm(in_channels, in_channels, 3, bias=False)
            if with_fusion
            else nn.Identity()
        )

    @property
    def numbers_per_snippet(self) -> int:
        """Numbers held at once, for each snippet and crop, at the highest.

        F, the parts' outputs side by side, and the fusion's as it is, with
        its axes in order and normalised: C each.
        """
        return 5 * self.in_channels

    def forward(self, x: Tensor, memory: Optional[Tensor] = None) -> Tensor:
        """Add temporal context to the features.

        Args:
            x (Tensor): F, (B, N, T, C).
            memory (Tensor, optional): (B x N, D, D), the sum of
                :meth:`summarize` over all parts of the video, divided by its
                T, where ``x`` is a part of it; X is right but for ``reach``
                snippets at cut ends then. Defaults to None: ``x`` is the
                whole.

        Returns:
            Tensor: X, (B, N, T, C).

        Raises:
            ValueError: If C is not ``in_channels``.
        """
        if x.shape[-1] != self.in_channels:
            raise ValueError(
                f'MTN: found features of C = {x.shape[-1]}, but the config '
                f'says in_channels = {self.in_channels}'
            )
        sequences = x.flatten(0, 1)
        if self.training and is_autocast_on_cpu(x):
            # Once, in place of each layer's doing so; X and its gradient are
            # of half the size then.
            sequences = sequences.to(torch.bfloat16)
        context = torch.cat(
            [
                part(sequences, memory)
                if isinstance(part, TSA)
                else part(sequences)
                for part in self.parts
            ],
            dim=-1,
        )
        return (self.fusion(context) + sequences).view_as(x)

    def summarize(self, x: Tensor) -> Tensor:
        """Sum up what the attention of other parts of the video has to know.

        Args:
            x (Tensor): F of a part, (B, N, T, C).

        Returns:
            Tensor: (B x N, D, D), phi^T g; D = 0 where the attention is off.
        """
        sequences = x.flatten(0, 1)
        for part in self.parts:
            if isinstance(part, TSA):
                return part.summarize(sequences)
        return x.new_zeros(len(sequences), 0, 0)
