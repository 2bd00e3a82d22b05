"""Inception I3D, the backbone of the field's 1024-d features.

Shapes: B clips, C channels, T frames, H and W rows and columns of pixels.
"""

from typing import Optional, Sequence, Tuple

import torch
import torch.nn as nn
import torch.nn.functional as F
from mmaction.registry import MODELS
from mmengine.model import BaseModule
from torch import Tensor

# Channels of a block's convolutions: (b0, b1a, b1b, b2a, b2b, b3), where b1a
# is the first convolution of branch 1 and b1b the second.
BLOCKS = dict(
    Mixed_3b=(64, 96, 128, 16, 32, 32),
    Mixed_3c=(128, 128, 192, 32, 96, 64),
    Mixed_4b=(192, 96, 208, 16, 48, 64),
    Mixed_4c=(160, 112, 224, 24, 64, 64),
    Mixed_4d=(128, 128, 256, 24, 64, 64),
    Mixed_4e=(112, 144, 288, 32, 64, 64),
    Mixed_4f=(256, 160, 320, 32, 128, 128),
    Mixed_5b=(256, 160, 320, 32, 128, 128),
    Mixed_5c=(384, 192, 384, 48, 128, 128),
)


# Beginnings of the layers' names by stage; the first is the stem.
STAGES = ('Conv3d', 'Mixed_3', 'Mixed_4', 'Mixed_5')


def same_padding(
    size: Sequence[int], kernel: Sequence[int], stride: Sequence[int]
) -> Tuple[Tuple[int, int], ...]:
    """Padding that TensorFlow calls SAME: ``ceil(size / stride)`` outputs.

    Args:
        size (Sequence[int]): Length of each axis.
        kernel (Sequence[int]): Window's length along each axis.
        stride (Sequence[int]): Window's step along each axis.

    Returns:
        tuple[tuple[int, int], ...]: Elements to put before and behind each
        axis. Where their sum is odd, the larger part stands behind.
    """
    pads = []
    for length, window, step in zip(size, kernel, stride):
        outputs = -(-length // step)
        total = max((outputs - 1) * step + window - length, 0)
        pads.append((total // 2, total - total // 2))
    return tuple(pads)


def _pad_rest(
    inputs: Tensor, pads: Sequence[Tuple[int, int]], value: float
) -> Tuple[Tensor, Tuple[int, ...]]:
    """Pad what an operator's own, symmetric padding cannot.

    Args:
        inputs (Tensor): (B, C, T, H, W).
        pads (Sequence[tuple[int, int]]): Before and behind of T, H, W.
        value (float): What to pad with.

    Returns:
        tuple: The input, padded only if an axis is asymmetric, and the
        symmetric padding that is left to the operator.
    """
    if all(before == behind for before, behind in pads):
        return inputs, tuple(before for before, _ in pads)
    flat = [amount for pair in reversed(pads) for amount in pair]
    return F.pad(inputs, flat, value=value), (0,) * len(pads)


class SameConv3d(nn.Conv3d):
    """3-D convolution with SAME padding; no argument ``padding``."""

    def forward(self, inputs: Tensor) -> Tensor:
        """Convolve (B, C, T, H, W); zeros stand outside the input."""
        pads = same_padding(inputs.shape[2:], self.kernel_size, self.stride)
        inputs, padding = _pad_rest(inputs, pads, 0.0)
        return F.conv3d(inputs, self.weight, self.bias, self.stride, padding)


class SameMaxPool3d(nn.Module):
    """3-D max pooling with SAME padding, which never wins a maximum.

    Args:
        kernel_size (tuple[int, int, int]): Window along T, H, W.
        stride (tuple[int, int, int]): Step along T, H, W.
    """

    def __init__(
        self, kernel_size: Tuple[int, int, int], stride: Tuple[int, int, int]
    ) -> None:
        super().__init__()
        self.kernel_size = kernel_size
        self.stride = stride

    def forward(self, inputs: Tensor) -> Tensor:
        """Pool (B, C, T, H, W)."""
        pads = same_padding(inputs.shape[2:], self.kernel_size, self.stride)
        padding: Tuple[int, ...] = (0, 0, 0)
        ceil_mode = True
        # A window that reaches beyond the end needs no copy of the input.
        if not all(
            before == 0 and behind < step
            for (before, behind), step in zip(pads, self.stride)
        ):
            inputs, padding = _pad_rest(inputs, pads, float('-inf'))
            ceil_mode = False
        # A maximum is exact in any type; autocast would pool in float32.
        with torch.autocast(inputs.device.type, enabled=False):
            if self.kernel_size[0] == self.stride[0] == 1:
                return self._pool_images(inputs, padding[1:], ceil_mode)
            return F.max_pool3d(
                inputs,
                self.kernel_size,
                self.stride,
                padding,
                ceil_mode=ceil_mode,
            )

    def _pool_images(
        self, inputs: Tensor, padding: Tuple[int, ...], ceil_mode: bool
    ) -> Tensor:
        """The same, frame by frame, for which torch is faster."""
        frames = inputs.transpose(1, 2)
        pooled = F.max_pool2d(
            frames.flatten(0, 1),
            self.kernel_size[1:],
            self.stride[1:],
            padding,
            ceil_mode=ceil_mode,
        )
        return pooled.unflatten(0, frames.shape[:2]).transpose(1, 2)


class ConvUnit(nn.Module):
    """Convolution without bias, batch norm without scale, ReLU.

    The norm's weight is there, because every tool that handles batch norms
    expects one, but stays 1 and is not trained.

    Args:
        in_channels (int): Channels of the input.
        out_channels (int): Channels of the output.
        kernel_size (int): Edge of the cubic window.
        stride (int): Step along T, H and W. Defaults to 1.
    """

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: int,
        stride: int = 1,
    ) -> None:
        super().__init__()
        self.conv = SameConv3d(
            in_channels, out_channels, kernel_size, stride, bias=False
        )
        self.bn = nn.BatchNorm3d(out_channels, eps=1e-3, momentum=1e-3)
        self.bn.weight.requires_grad_(False)

    def forward(self, inputs: Tensor) -> Tensor:
        """(B, in_channels, T, H, W) -> (B, out_channels, T', H', W')."""
        return F.relu(self.bn(self.conv(inputs)), inplace=True)


class InceptionBlock(nn.Module):
    """Four branches side by side, joined along the channels.

    Args:
        in_channels (int): Channels of the input.
        channels (Sequence[int]): (b0, b1a, b1b, b2a, b2b, b3) as in
            :data:`BLOCKS`.
    """

    def __init__(self, in_channels: int, channels: Sequence[int]) -> None:
        super().__init__()
        b0, b1a, b1b, b2a, b2b, b3 = channels
        self.out_channels = b0 + b1b + b2b + b3

        def branch(**layers: nn.Module) -> nn.Sequential:
            named = nn.Sequential()
            for name, layer in layers.items():
                named.add_module(name, layer)
            return named

        self.Branch_0 = branch(Conv3d_0a_1x1=ConvUnit(in_channels, b0, 1))
        self.Branch_1 = branch(
            Conv3d_0a_1x1=ConvUnit(in_channels, b1a, 1),
            Conv3d_0b_3x3=ConvUnit(b1a, b1b, 3),
        )
        self.Branch_2 = branch(
            Conv3d_0a_1x1=ConvUnit(in_channels, b2a, 1),
            Conv3d_0b_3x3=ConvUnit(b2a, b2b, 3),
        )
        self.Branch_3 = branch(
            MaxPool3d_0a_3x3=SameMaxPool3d((3, 3, 3), (1, 1, 1)),
            Conv3d_0b_1x1=ConvUnit(in_channels, b3, 1),
        )

    def forward(self, inputs: Tensor) -> Tensor:
        """(B, in_channels, T, H, W) -> (B, out_channels, T, H, W)."""
        return torch.cat(
            [
                self.Branch_0(inputs),
                self.Branch_1(inputs),
                self.Branch_2(inputs),
                self.Branch_3(inputs),
            ],
            1,
        )


@MODELS.register_module()
class InceptionI3D(BaseModule):
    """Inception I3D, RGB stream, up to ``Mixed_5c``.

    `Quo Vadis, Action Recognition? <https://arxiv.org/abs/1705.07750>`_. The
    layers bear the paper's names (its figure 3), so do the weights.

    Args:
        frozen_stages (int): The last stage that is not trained, as in
            mmaction2's networks: 0 is the stem, 1, 2 and 3 are ``Mixed_3``,
            ``Mixed_4`` and ``Mixed_5``. Defaults to -1: all are trained.
        init_cfg (dict, optional): Initialisation, for instance
            ``dict(type='Pretrained', checkpoint=FILE)`` with a file that
            ``tools/convert/i3d_kinetics.py`` wrote. Defaults to None.
    """

    def __init__(
        self,
        frozen_stages: int = -1,
        init_cfg: Optional[dict] = None,
    ) -> None:
        super().__init__(init_cfg=init_cfg)
        self.Conv3d_1a_7x7 = ConvUnit(3, 64, 7, stride=2)
        self.MaxPool3d_2a_3x3 = SameMaxPool3d((1, 3, 3), (1, 2, 2))
        self.Conv3d_2b_1x1 = ConvUnit(64, 64, 1)
        self.Conv3d_2c_3x3 = ConvUnit(64, 192, 3)
        self.MaxPool3d_3a_3x3 = SameMaxPool3d((1, 3, 3), (1, 2, 2))
        channels = 192
        for name, block_channels in BLOCKS.items():
            if name == 'Mixed_4b':
                self.MaxPool3d_4a_3x3 = SameMaxPool3d((3, 3, 3), (2, 2, 2))
            elif name == 'Mixed_5b':
                self.MaxPool3d_5a_2x2 = SameMaxPool3d((2, 2, 2), (2, 2, 2))
            block = InceptionBlock(channels, block_channels)
            self.add_module(name, block)
            channels = block.out_channels
        self._stages = [name for name, _ in self.named_children()]
        if not -1 <= frozen_stages < len(STAGES):
            raise ValueError(
                'InceptionI3D: frozen_stages must be -1 to '
                f'{len(STAGES) - 1}, found {frozen_stages}'
            )
        self.frozen_stages = frozen_stages
        self._freeze_stages()

    def _freeze_stages(self) -> None:
        for name in self._stages:
            if name.startswith(STAGES[: self.frozen_stages + 1]):
                getattr(self, name).eval().requires_grad_(False)

    def train(self, mode: bool = True) -> 'InceptionI3D':
        """Switch to training, but for the batch norms of frozen stages."""
        super().train(mode)
        self._freeze_stages()
        return self

    def forward(self, inputs: Tensor) -> Tensor:
        """Feature maps of clips.

        Args:
            inputs (Tensor): (B, 3, T, H, W) RGB in [-1, 1]; the weights of
                Kinetics expect H = W = 224.

        Returns:
            Tensor: (B, 1024, T / 8, H / 32, W / 32), each axis rounded up.
        """
        for name in self._stages:
            inputs = getattr(self, name)(inputs)
        return inputs
