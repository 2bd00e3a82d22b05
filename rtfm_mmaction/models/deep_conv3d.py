"""A repair of 3-D convolutions that are trained in bfloat16 on a CPU.

oneDNN as of torch 2.13 (jit_bf16 of AVX-512) gives a kernel that is deeper
than its input gradients that hold memory which nobody has written to, or
writes where it should not: a kernel of three frames over two, as in the last
stage of I3D on snippets of 16 frames. Such convolutions run in float32 here.
Can go when gradients of ``nn.Conv3d(32, 32, 3, padding=1)`` on two frames
agree in both precisions.
"""

import torch
from torch.overrides import TorchFunctionMode


class DeepConv3dInFloat32(TorchFunctionMode):
    """Within it, these convolutions pass over autocast on a CPU."""

    def __torch_function__(self, func, types, args=(), kwargs=None):
        """Run ``func`` as it is, or in float32."""
        if func is torch.conv3d and self._is_affected(*args[:2]):
            with torch.autocast('cpu', enabled=False):
                return func(args[0].float(), *args[1:], **(kwargs or {}))
        return func(*args, **(kwargs or {}))

    @staticmethod
    def _is_affected(inputs: torch.Tensor, weight: torch.Tensor) -> bool:
        return (
            inputs.device.type == 'cpu'
            and weight.requires_grad
            and torch.is_autocast_enabled('cpu')
            and weight.shape[2] > inputs.shape[2]
        )
