"""Pyramid of dilated convolutions.

Shapes: M sequences, T snippets, C channels.
"""

import torch
from mmaction.registry import MODELS
from mmengine.model import BaseModule
from torch import Tensor, nn

from .temporal_conv import conv_relu_norm

# Snippets between two taps: the paper's PDC_1 to PDC_3.
DILATIONS = (1, 2, 4)


@MODELS.register_module()
class PDC(BaseModule):
    """Pyramid of dilated convolutions: short-range context at three scales.

    Eq. 4 and Sec. 3.2 of `RTFM <https://arxiv.org/abs/2101.10030>`_. Each
    branch is a convolution with three taps, ReLU, batch normalisation.

    Args:
        in_channels (int): C of the features.
        branch_channels (int): Channels of one branch; C/4 in the paper.
        init_cfg (dict, optional): Initialisation config.
    """

    def __init__(
        self,
        in_channels: int,
        branch_channels: int,
        init_cfg=None,
    ) -> None:
        super().__init__(init_cfg)
        self.branches = nn.ModuleList(
            conv_relu_norm(in_channels, branch_channels, 3, dilation)
            for dilation in DILATIONS
        )

    @property
    def reach(self) -> int:
        """Snippets to either side that an output depends on."""
        return max(branch[0].reach for branch in self.branches)

    def forward(self, x: Tensor) -> Tensor:
        """Run the branches side by side.

        Args:
            x (Tensor): (M, T, C).

        Returns:
            Tensor: (M, T, branches x branch_channels).
        """
        return torch.cat([branch(x) for branch in self.branches], dim=-1)
