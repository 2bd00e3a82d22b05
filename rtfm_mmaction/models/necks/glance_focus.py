"""Glance-and-focus network.

Shapes: B videos, N crops, M = B x N sequences, T snippets, C channels, D
channels of the last stage.
"""

from typing import List, Optional, Sequence

from mmaction.registry import MODELS
from mmengine.model import BaseModule
from torch import Tensor, nn

from ..precision import at_least_float32
from .by_sequence import run_by_sequence
from .channel_norm import ChannelNorm
from .focus import Focus
from .glance import Glance
from .temporal_conv import TemporalConv1d

WIDENING = 4  # of the two layers that follow an attention


class GlanceFocusBlock(nn.Module):
    """Convolution, attention, and two layers for each snippet by itself.

    Each of the three is added to what goes in.

    Args:
        channels (int): C.
        attend (nn.Module): (M, T, C) -> (M, T, C), a glance or a focus.
    """

    def __init__(self, channels: int, attend: nn.Module) -> None:
        super().__init__()
        self.conv = TemporalConv1d(channels, channels, 3)
        self.attend = attend
        self.feed = nn.Sequential(
            ChannelNorm(channels),
            TemporalConv1d(channels, WIDENING * channels),
            nn.GELU(),
            TemporalConv1d(WIDENING * channels, channels),
        )

    def forward(self, x: Tensor) -> Tensor:
        """Run the three.

        Args:
            x (Tensor): (M, T, C).

        Returns:
            Tensor: (M, T, C).
        """
        x = x + self.conv(x)
        x = x + self.attend(x)
        return x + self.feed(x)


@MODELS.register_module()
class GlanceFocus(BaseModule):
    """Temporal network of MGFN: F -> Z, magnitudes beside the features.

    Sec. 3.1 and 3.2 of `MGFN <https://arxiv.org/abs/2211.15098>`_ in the form
    of its release. Features and their l2 norm are embedded apart and added
    up (feature amplification), then come three stages: the first with
    attention over the whole video (glance), the others with short temporal
    kernels (focus). Each crop is a sequence of its own.

    The release wants the norm as channel C + 1 of its inputs; here it is
    taken of the C channels that come in (standardised ones where that is on),
    so that features are the same files as for other methods. It scores one
    video at a time and fails at T = 1; here B, N, T >= 1 are any.

    Weights start as PyTorch's layers do, as in the release.

    Args:
        in_channels (int): C, at least 1.
        widths (Sequence[int]): Channels of the stages, divisible by
            ``head_channels``; the last is D. Defaults to (64, 128, 1024).
        depths (Sequence[int]): Blocks of the stages. Defaults to (3, 3, 2).
        head_channels (int): Channels of an attention's head. Defaults to 64.
        mag_ratio (float): What the embedded norm is multiplied by. Defaults
            to 0.1.
        init_cfg (dict, optional): Initialisation config.

    Raises:
        ValueError: If C is below 1, a width is not divisible, or there is not
            one depth for each of the widths, and one of these at least.
    """

    def __init__(
        self,
        in_channels: int,
        widths: Sequence[int] = (64, 128, 1024),
        depths: Sequence[int] = (3, 3, 2),
        head_channels: int = 64,
        mag_ratio: float = 0.1,
        init_cfg: Optional[dict] = None,
    ) -> None:
        super().__init__(init_cfg)
        if in_channels < 1:
            raise ValueError(
                'GlanceFocus: expected in_channels (C of the features) of at '
                f'least 1, found {in_channels}'
            )
        if len(widths) != len(depths) or not widths:
            raise ValueError(
                'GlanceFocus: expected a number of blocks (depths) for each '
                f'of the widths {tuple(widths)}, found {tuple(depths)}'
            )
        if any(width < 1 or width % head_channels for width in widths):
            raise ValueError(
                f'GlanceFocus: expected widths that head_channels = '
                f'{head_channels} divides, found {tuple(widths)}'
            )
        self.in_channels = in_channels
        self.widest = max(widths)
        self.mag_ratio = mag_ratio
        self.to_tokens = TemporalConv1d(in_channels, widths[0], 3)
        self.to_mag = TemporalConv1d(1, widths[0], 3)
        stages: List[nn.Module] = []
        widenings: List[nn.Module] = []
        for stage, (width, depth) in enumerate(zip(widths, depths)):
            heads = width // head_channels
            if stage:
                before = widths[stage - 1]
                widenings.append(
                    nn.Sequential(
                        ChannelNorm(before), TemporalConv1d(before, width)
                    )
                )
            blocks = [
                GlanceFocusBlock(
                    width,
                    Focus(width, heads)
                    if stage
                    else Glance(width, heads, head_channels),
                )
                for _ in range(depth)
            ]
            stages.append(nn.Sequential(*blocks))
        self.stages = nn.ModuleList(stages)
        self.widenings = nn.ModuleList(widenings)
        self.norm = nn.LayerNorm(widths[-1])

    def forward(self, x: Tensor) -> Tensor:
        """Add what the video tells to the features.

        Args:
            x (Tensor): F, (B, N, T, C).

        Returns:
            Tensor: Z, (B, N, T, D).

        Raises:
            ValueError: If C is not ``in_channels``.
        """
        return run_by_sequence(self, self._run, x, WIDENING * self.widest)

    def _run(self, x: Tensor) -> Tensor:
        """(M, T, C) -> (M, T, D)."""
        magnitude = at_least_float32(x).norm(dim=-1, keepdim=True)
        x = self.to_tokens(x) + self.mag_ratio * self.to_mag(magnitude)
        for stage, blocks in enumerate(self.stages):
            if stage:
                x = self.widenings[stage - 1](x)
            x = blocks(x)
        return self.norm(x)
