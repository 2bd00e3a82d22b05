"""I3D ResNet-50 of the video-nonlocal-net release with non-local blocks."""

from typing import Sequence

from mmaction.registry import MODELS
from mmcv.cnn import NonLocal3d
from torch import Tensor, nn

from .released_resnet3d import ReleasedResNet3d

# Blocks that a non-local block follows, by stage.
NON_LOCAL = ((0, 0, 0), (0, 1, 0, 1), (0, 1, 0, 1, 0, 1), (0, 0, 0))


class PoolFirst(nn.Sequential):
    """A convolution and a pooling, by these names, in the other order."""

    def forward(self, x: Tensor) -> Tensor:
        """(B, C, T, H, W) -> (B, C', T, H / 2, W / 2)."""
        convolution, pooling = self
        return convolution(pooling(x))


@MODELS.register_module()
class ReleasedNonLocalResNet3d(ReleasedResNet3d):
    """:class:`ReleasedResNet3d` with the release's non-local blocks.

    They are mmaction2's, embedded Gaussian, scaled and sub-sampled, but for
    the pooling, which comes before phi and g and not behind; see
    ``nonlocal_weights``. Paper: https://arxiv.org/abs/1711.07971

    Args:
        non_local (Sequence[Sequence[int]]): Whether a non-local block follows
            a block, by stage. Defaults to that of the release.
        **kwargs: Of :class:`ReleasedResNet3d`.
    """

    def __init__(
        self, non_local: Sequence[Sequence[int]] = NON_LOCAL, **kwargs
    ) -> None:
        super().__init__(
            non_local=non_local,
            non_local_cfg=dict(
                sub_sample=True,
                use_scale=True,
                norm_cfg=dict(type='BN3d', requires_grad=True),
                mode='embedded_gaussian',
            ),
            **kwargs,
        )
        blocks = [
            block for block in self.modules() if isinstance(block, NonLocal3d)
        ]
        for block in blocks:
            block.phi = PoolFirst(*block.phi)
            block.g = PoolFirst(*block.g)
