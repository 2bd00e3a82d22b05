"""Batch normalisation over all processes (ranks), without a GPU.

torch has kernels for ``SyncBatchNorm`` on GPUs alone; ``sync_bn='torch'`` of a
config takes this one where there is none. Shapes: B rows, C channels.
"""

import torch
from mmengine.dist import get_world_size
from mmengine.model import convert_sync_batchnorm
from mmengine.runner import runner
from torch import Tensor, nn
from torch.distributed.nn.functional import all_reduce

from .precision import at_least_float32


class RankBatchNorm(nn.modules.batchnorm._BatchNorm):
    """Batch norm whose statistics are those of all ranks' rows together.

    Two ranks of four rows each do what one process does with the eight:
    forward, backward and running statistics, but for rounding. In a single
    process, and in evaluation, it is torch's own.
    """

    def _check_input_dim(self, input: Tensor) -> None:
        """Take any number of axes behind C."""

    def forward(self, input: Tensor) -> Tensor:
        """Normalise.

        Args:
            input (Tensor): (B, C, ...) of this rank, floating.

        Returns:
            Tensor: The same shape and dtype.

        Raises:
            ValueError: If all ranks together have one value a channel, which
                has no variance.
        """
        if not self.training or get_world_size() == 1:
            return super().forward(input)
        x = at_least_float32(input)
        axes = [axis for axis in range(x.ndim) if axis != 1]
        shape = [-1 if axis == 1 else 1 for axis in range(x.ndim)]
        count = x.new_tensor([x.numel() // x.shape[1]])
        sums = all_reduce(torch.cat([x.sum(axes), count]))
        count = sums[-1].detach()
        if count <= 1:
            raise ValueError(
                'Expected more than 1 value per channel when training, got '
                f'input size {tuple(input.shape)} on each rank'
            )
        mean = sums[:-1] / count
        x = x - mean.view(shape)
        variance = all_reduce(x.square().sum(axes)) / count
        x = x * torch.rsqrt(variance + self.eps).view(shape)
        if self.affine:
            x = x * self.weight.view(shape) + self.bias.view(shape)
        if self.track_running_stats:
            self._note(mean.detach(), variance.detach() * count / (count - 1))
        return x.to(input.dtype)

    @torch.no_grad()
    def _note(self, mean: Tensor, variance: Tensor) -> None:
        """Move the running statistics, as torch's batch norms do."""
        assert self.running_mean is not None  # with track_running_stats
        assert self.running_var is not None
        assert self.num_batches_tracked is not None
        self.num_batches_tracked += 1
        share = self.momentum
        if share is None:  # the plain average of all batches
            share = 1 / float(self.num_batches_tracked)
        self.running_mean.lerp_(mean.to(self.running_mean.dtype), share)
        self.running_var.lerp_(variance.to(self.running_var.dtype), share)


def convert_to_rank_batch_norms(module: nn.Module) -> nn.Module:
    """Replace the batch norms of a model, keeping parameters and buffers.

    Args:
        module (nn.Module): The model, changed in place; or a batch norm.

    Returns:
        nn.Module: The model, or what takes the batch norm's place.
    """
    if isinstance(module, nn.modules.batchnorm._BatchNorm):
        converted = RankBatchNorm(
            module.num_features,
            module.eps,
            module.momentum,
            module.affine,
            module.track_running_stats,
        )
        converted._parameters.update(module._parameters)
        converted._buffers.update(module._buffers)
        converted.training = module.training
        return converted
    for name, child in module.named_children():
        setattr(module, name, convert_to_rank_batch_norms(child))
    return module


def synchronize_without_gpu() -> None:
    """Let ``sync_bn='torch'`` of a config work on machines without a GPU.

    mmengine's runner converts to ``SyncBatchNorm``, which refuses inputs that
    are not on a GPU. With one nothing changes. Can go when torch has a kernel
    for CPUs.
    """
    if (
        torch.cuda.is_available()
        or runner.convert_sync_batchnorm is not convert_sync_batchnorm
    ):
        return

    def convert(module: nn.Module, implementation: str = 'torch') -> nn.Module:
        if implementation == 'torch':
            return convert_to_rank_batch_norms(module)
        return convert_sync_batchnorm(module, implementation)

    runner.convert_sync_batchnorm = convert
