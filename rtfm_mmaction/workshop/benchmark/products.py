"""How near a network comes to what the machine's products can do.

Shapes: B clips of a pass, L frames of a snippet, H and W rows and columns.
"""

from typing import Callable, Sequence

import numpy as np
import torch
from torch.utils.flop_counter import FlopCounterMode

from .timing import best_time

# Rows and columns: the operands are far beyond the caches, as are those of
# large layers, and the product takes a good second.
SIZE = 4096
TYPES = dict(fp32=torch.float32, bf16=torch.bfloat16)


def flops_of(
    network: Callable[[Sequence[np.ndarray]], np.ndarray],
    clips: Sequence[np.ndarray],
) -> int:
    """Count the operations of a pass.

    Args:
        network (Callable): Runs it.
        clips (Sequence[np.ndarray]): B arrays (L, H, W, 3) uint8.

    Returns:
        int: Multiplications and additions of all products and convolutions,
        two for each multiply-add, by ``torch.utils.flop_counter``.
    """
    with FlopCounterMode(display=False) as counter:
        network(clips)
    return counter.get_total_flops()


def product_speed(dtype: str, size: int = SIZE, repeats: int = 3) -> float:
    """Measure a bare matrix product.

    Args:
        dtype (str): A key of :data:`TYPES`.
        size (int): Rows and columns of both operands. Defaults to
            :data:`SIZE`.
        repeats (int): The fastest of them counts. Defaults to 3.

    Returns:
        float: Operations a second, counted as :func:`flops_of` does.
    """
    left, right = (torch.randn(size, size).to(TYPES[dtype]) for _ in 'ab')
    return 2 * size**3 / best_time(lambda: left @ right, repeats)
