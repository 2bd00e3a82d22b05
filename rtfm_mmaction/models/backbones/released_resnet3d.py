"""I3D ResNet-50 as in the features that RTFM's authors released."""

from typing import Sequence

from mmaction.models.backbones import ResNet3d
from mmaction.registry import MODELS
from torch import nn

# Blocks whose first convolution looks at three snippets' frames, by stage.
INFLATE = ((1, 1, 1), (1, 0, 1, 0), (1, 0, 1, 0, 1, 0), (0, 1, 0))


@MODELS.register_module()
class ReleasedResNet3d(ResNet3d):
    """I3D ResNet-50 of the video-nonlocal-net release, without its non-local
    blocks.

    mmaction2's ``ResNet3d`` in every weight, but for the pooling of the stem:
    kernel (2, 3, 3), stride (2, 2, 2), no padding, where mmaction2 pools
    (1, 3, 3) with padding (0, 1, 1). Without it features differ by 15%.
    Maps (B, 3, L, H, W) in [-1, 1] to (B, 2048, L / 8, H / 32, W / 32) for
    L, H, W of 16, 224, 224.

    Args:
        depth (int): 50 in the release. Defaults to 50.
        conv1_kernel (Sequence[int]): Of the stem. Defaults to (5, 7, 7).
        conv1_stride_t (int): Defaults to 2.
        pool1_stride_t (int): Defaults to 2.
        inflate (Sequence[Sequence[int]]): Defaults to that of the release.
        norm_eval (bool): Whether batch normalisation keeps its statistics in
            training. Defaults to True.
        **kwargs: Of mmaction2's ``ResNet3d``.
    """

    def __init__(
        self,
        depth: int = 50,
        conv1_kernel: Sequence[int] = (5, 7, 7),
        conv1_stride_t: int = 2,
        pool1_stride_t: int = 2,
        inflate: Sequence[Sequence[int]] = INFLATE,
        norm_eval: bool = True,
        **kwargs,
    ) -> None:
        super().__init__(
            depth=depth,
            pretrained=None,
            pretrained2d=False,
            conv1_kernel=conv1_kernel,
            conv1_stride_t=conv1_stride_t,
            pool1_stride_t=pool1_stride_t,
            inflate=inflate,
            norm_eval=norm_eval,
            zero_init_residual=False,
            **kwargs,
        )

    def _make_stem_layer(self) -> None:
        super()._make_stem_layer()
        self.maxpool = nn.MaxPool3d(
            kernel_size=(2, 3, 3),
            stride=(
                self.pool1_stride_t,
                self.pool1_stride_s,
                self.pool1_stride_s,
            ),
        )
