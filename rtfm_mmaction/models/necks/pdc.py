"""Pyramid of dilated convolutions.

Shapes: M sequences, T snippets, C channels.
"""

from typing import List, Optional

import torch
from mmaction.registry import MODELS
from mmengine.model import BaseModule
from torch import Tensor, nn

from .temporal_conv import conv_relu_norm

# Snippets between two taps: the paper's PDC_1 to PDC_3.
DILATIONS = (1, 2, 4)


def split_evenly(channels: int, parts: int) -> List[int]:
    """Share out channels, the larger shares last.

    Args:
        channels (int): At least 0.
        parts (int): At least 1.

    Returns:
        list[int]: Their widths, which differ by 1 at most and add up.
    """
    return [(channels + part) // parts for part in range(parts)]


@MODELS.register_module()
class PDC(BaseModule):
    """Pyramid of dilated convolutions: short-range context at three scales.

    Eq. 4 and Sec. 3.2 of `RTFM <https://arxiv.org/abs/2101.10030>`_. Each
    branch is a convolution with three taps, ReLU, batch normalisation; their
    dilations are 1, 2 and 4.

    Args:
        in_channels (int): C of the features.
        out_channels (int): Channels of all branches together, 3/4 of C in the
            paper; a branch that gets none is left out.
        init_cfg (dict, optional): Initialisation config.
    """

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        init_cfg: Optional[dict] = None,
    ) -> None:
        super().__init__(init_cfg)
        widths = split_evenly(out_channels, len(DILATIONS))
        branches = [
            (width, dilation)
            for width, dilation in zip(widths, DILATIONS)
            if width
        ]
        self.branches = nn.ModuleList(
            conv_relu_norm(in_channels, width, 3, dilation)
            for width, dilation in branches
        )
        # Snippets to either side that an output depends on.
        self.reach = max(dilation for _, dilation in branches)

    def forward(self, x: Tensor) -> Tensor:
        """Run the branches side by side.

        Args:
            x (Tensor): (M, T, C).

        Returns:
            Tensor: (M, T, out_channels).
        """
        return torch.cat([branch(x) for branch in self.branches], dim=-1)
