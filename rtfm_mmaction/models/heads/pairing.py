"""Abnormal and normal videos of a training batch.

Shapes: B videos, P pairs of an abnormal and a normal one.
"""

from typing import Tuple

from torch import Tensor


def split_pairs(labels: Tensor, where: str) -> Tuple[Tensor, Tensor]:
    """Tell the abnormal from the normal videos of a batch of pairs.

    The i-th abnormal video belongs to the i-th normal one, wherever they
    stand in the batch.

    Args:
        labels (Tensor): (B,) of 0 (normal) and 1 (abnormal).
        where (str): Who asks, for errors.

    Returns:
        tuple[Tensor, Tensor]: Masks (B,) bool of the abnormal and of the
        normal videos, P each.

    Raises:
        ValueError: If the batch is not made of pairs.

    Examples:
        >>> import torch
        >>> abnormal, normal = split_pairs(torch.tensor([1, 0]), 'a head')
        >>> abnormal.tolist(), normal.tolist()
        ([True, False], [False, True])
    """
    abnormal, normal = labels == 1, labels == 0
    if not abnormal.sum() == normal.sum() > 0:
        raise ValueError(
            f'{where}: a training batch needs as many abnormal as normal '
            f'videos, found {int(abnormal.sum())} and {int(normal.sum())};'
            ' use PairedWeakLabelDataset with PairedInfiniteSampler'
        )
    return abnormal, normal
