"""A backbone, made ready to run over many clips.

Shapes: B clips of a pass, L frames of a snippet, C channels, H and W rows and
columns of pixels, t, h and w steps, rows and columns of the network's output.
"""

import copy
from typing import Sequence

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

DTYPES = ('fp32', 'bf16')
# Norms that are folded into convolutions may move the features by this much,
# relative: rounding. More says that the network does something else than its
# modules' order tells, and it is left as it was.
FOLDING_ERROR = 1e-5

_Conv = nn.modules.conv._ConvNd
_Norm = nn.modules.batchnorm._BatchNorm


class InferenceNetwork:
    """Clips of pixels in, one vector a clip out.

    Batch norms are folded into the convolutions before them, the channels
    stand last in memory, and with bf16 the weights are converted once.

    Args:
        model (nn.Module): Maps (B, 3, L, H, W) to (B, C, ...). It is taken
            over: its memory format and its weights' types change.
        mean (Sequence[float]): What is subtracted from R, G and B (0 to 255).
        std (Sequence[float]): What R, G and B are divided by after that.
        device (str): Where it runs. Defaults to 'cpu'.
        dtype (str): ``fp32``, or ``bf16`` for autocast. Defaults to 'fp32'.
        compiled (bool): Whether ``torch.compile`` translates the network,
            which takes a minute, needs a C++ compiler on a CPU, and makes
            all passes of the size of the first one. Defaults to False.

    Raises:
        ValueError: If ``dtype`` is unknown.
    """

    def __init__(
        self,
        model: nn.Module,
        mean: Sequence[float],
        std: Sequence[float],
        device: str = 'cpu',
        dtype: str = 'fp32',
        compiled: bool = False,
    ) -> None:
        if dtype not in DTYPES:
            raise ValueError(
                f'dtype: expected one of {DTYPES}, found {dtype!r}'
            )
        self.name = type(model).__name__
        self.device = torch.device(device)
        self.half = dtype == 'bf16'
        self.compiled = compiled
        self.mean = torch.tensor(mean, dtype=torch.float32, device=device)
        self.std = torch.tensor(std, dtype=torch.float32, device=device)
        model.eval()
        self.network = model.to(
            self.device, memory_format=memory_format(model)
        )
        self._pass_size = 0  # none yet

    def __call__(self, clips: Sequence[np.ndarray]) -> np.ndarray:
        """Run one pass.

        Args:
            clips (Sequence[np.ndarray]): B arrays (L, H, W, 3) of one size,
                uint8; views will do.

        Returns:
            np.ndarray: (B, C), float32: the mean of the network's output
            over time and place.

        Raises:
            ValueError: If the network's output is no (B, C, ...).
        """
        return average(self._run(clips)).cpu().numpy()

    def maps(self, clips: Sequence[np.ndarray]) -> np.ndarray:
        """Run one pass, and keep what :meth:`__call__` takes the mean of.

        Args:
            clips (Sequence[np.ndarray]): As there.

        Returns:
            np.ndarray: (B, C, t, h, w), float32; t = 1 of a network that
            averages over time itself.

        Raises:
            ValueError: If the network's output has no rows and columns.
        """
        outputs = self._run(clips)
        if outputs.ndim not in (4, 5):
            raise ValueError(
                f'{self.name}: expected an output of (B, C, t, h, w), which '
                'says where in the frame, found one of shape '
                f'{tuple(outputs.shape)}'
            )
        if outputs.ndim == 4:
            outputs = outputs.unsqueeze(2)
        return outputs.cpu().numpy()

    @torch.inference_mode()
    def _run(self, clips: Sequence[np.ndarray]) -> Tensor:
        """B clips (L, H, W, 3) -> (B, C, ...), float32."""
        inputs = torch.from_numpy(np.stack(clips)).to(self.device)
        # Row by row of W * 3 numbers: five times as fast as of three each.
        width = inputs.shape[-2]
        rows = inputs.flatten(-2).float()
        rows.sub_(self.mean.repeat(width)).div_(self.std.repeat(width))
        inputs = rows.unflatten(-1, (width, 3))
        # With the channels last in memory, this is channels_last_3d as it is.
        inputs = inputs.permute(0, 4, 1, 2, 3)
        if self._pass_size == 0:
            self._try(inputs)
            self._pass_size = len(inputs)
        if self.compiled and len(inputs) < self._pass_size:
            # Another size would be translated anew, for a minute.
            rest = inputs[:1].expand(
                self._pass_size - len(inputs), *inputs.shape[1:]
            )
            return self._forward(torch.cat([inputs, rest]))[: len(clips)]
        return self._forward(inputs)

    def _forward(self, inputs: Tensor) -> Tensor:
        """(B, 3, L, H, W) of normalised pixels -> (B, C, ...), float32."""
        if self.half:
            inputs = inputs.bfloat16()
        with torch.autocast(
            self.device.type, torch.bfloat16, enabled=self.half
        ):
            outputs = self.network(inputs)
        if not isinstance(outputs, Tensor) or outputs.ndim < 2:
            raise ValueError(
                f'{self.name}: expected an output of '
                f'(B, C, ...), found {type(outputs).__name__}'
            )
        return outputs.float()

    def _try(self, inputs: Tensor) -> None:
        """The first pass tells whether the network takes such clips."""
        try:
            self._prepare(inputs)
        except torch.OutOfMemoryError:
            raise
        except RuntimeError as error:
            raise ValueError(
                f'{self.name}: expected clips that it can take, found '
                f'{tuple(inputs.shape[1:])} (channels, frames, rows, '
                f'columns): {error}'
            ) from error

    def _prepare(self, inputs: Tensor) -> None:
        """Make the network faster, if that shows to change nothing."""
        folded = fold_norms(copy.deepcopy(self.network))
        half, self.half = self.half, False
        expected, plain = average(self._forward(inputs)), self.network
        self.network = folded
        error = (average(self._forward(inputs)) - expected).norm()
        if not error <= FOLDING_ERROR * expected.norm():
            self.network = plain
        self.half = half
        if half:
            for module in self.network.modules():
                if isinstance(module, (_Conv, nn.Linear)):
                    module.to(torch.bfloat16)
        if self.compiled:
            self.network = torch.compile(self.network, dynamic=False)


def average(outputs: Tensor) -> Tensor:
    """Mean of (B, C, ...) over all axes behind C, (B, C)."""
    return outputs.flatten(2).mean(2) if outputs.ndim > 2 else outputs


def fold_norms(network: nn.Module) -> nn.Module:
    """Fold each batch norm into the convolution that stands before it.

    Modules say in which order they are registered and not in which they run:
    whoever calls this compares the outputs.

    Args:
        network (nn.Module): In evaluation mode; changed in place.

    Returns:
        nn.Module: The same network.
    """
    before = None
    for name, module in list(network.named_children()):
        if isinstance(module, _Norm) and before is not None:
            setattr(
                network,
                before,
                fuse_conv_bn_eval(getattr(network, before), module),
            )
            setattr(network, name, nn.Identity())
            module = None
        elif module is not None:
            fold_norms(module)
        before = name if isinstance(module, _Conv) else None
    return network


def memory_format(model: nn.Module) -> torch.memory_format:
    """Channels last, in images or in volumes, as the convolutions are."""
    ranks = {parameter.ndim for parameter in model.parameters()} & {4, 5}
    if ranks == {5}:
        return torch.channels_last_3d
    # torch cannot convert a network that has both.
    return torch.channels_last if ranks == {4} else torch.preserve_format
