"""Where things run, unless somebody says it."""

from typing import Optional

import torch


def choose_device(device: Optional[str]) -> str:
    """Take a GPU where there is one, unless another device is asked for.

    Args:
        device (str, optional): What was asked for.

    Returns:
        str: Of torch.

    Examples:
        >>> choose_device('cpu')
        'cpu'
    """
    return device or ('cuda' if torch.cuda.is_available() else 'cpu')
