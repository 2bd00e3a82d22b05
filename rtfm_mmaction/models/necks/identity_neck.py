"""No temporal network. Shapes: B videos, N crops, T snippets, C channels."""

from typing import Optional

from mmaction.registry import MODELS
from mmengine.model import BaseModule
from torch import Tensor


@MODELS.register_module()
class IdentityNeck(BaseModule):
    """Leaves the features as they are, for models that judge each snippet.

    Args:
        in_channels (int): C; the detector gives it to every neck.
        init_cfg (dict, optional): Initialisation config.
    """

    # As of MTN.
    reach = 0

    def __init__(self, in_channels: int, init_cfg=None) -> None:
        super().__init__(init_cfg)
        self.in_channels = in_channels

    def forward(self, x: Tensor, memory: Optional[Tensor] = None) -> Tensor:
        """Return F, (B, N, T, C), itself."""
        return x

    def summarize(self, x: Tensor) -> Tensor:
        """Return what a video's parts have to know of the rest: nothing."""
        return x.new_zeros(x.shape[0] * x.shape[1], 0, 0)
