"""Float32 at the least for what is summed up or compared."""

import torch
from torch import Tensor


def at_least_float32(x: Tensor) -> Tensor:
    """Widen half precision, and leave what is wider as it is.

    Losses and norms want float32 under autocast; models in float64, as tests
    of gradients build them, stay in float64.

    Args:
        x (Tensor): Of any shape, floating.

    Returns:
        Tensor: float64 as it is, all else as float32.

    Examples:
        >>> at_least_float32(torch.zeros(1, dtype=torch.bfloat16)).dtype
        torch.float32
        >>> at_least_float32(torch.zeros(1, dtype=torch.float64)).dtype
        torch.float64
    """
    return x if x.dtype is torch.float64 else x.float()
