"""An image network as a backbone of snippets.

Shapes: B clips, L frames of a clip, C channels, H and W pixels, h and w cells.
"""

from typing import Optional

from mmaction.registry import MODELS
from mmengine.model import BaseModule
from torch import Tensor


@MODELS.register_module()
class FrameAverage(BaseModule):
    """Runs a 2-D backbone on each frame and averages over the snippet.

    Args:
        backbone (dict): Config of the image network, such as mmaction2's
            ``ResNet``; maps (B, 3, H, W) to (B, C, h, w).
        init_cfg (dict, optional): Initialisation config.
    """

    def __init__(self, backbone: dict, init_cfg: Optional[dict] = None):
        super().__init__(init_cfg)
        self.backbone = MODELS.build(backbone)

    def forward(self, inputs: Tensor) -> Tensor:
        """Average.

        Args:
            inputs (Tensor): (B, 3, L, H, W) float.

        Returns:
            Tensor: (B, C, h, w), the mean over the L frames.
        """
        frames = inputs.transpose(1, 2)
        cells = self.backbone(frames.flatten(0, 1))
        return cells.unflatten(0, frames.shape[:2]).mean(1)
