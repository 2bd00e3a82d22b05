"""A plane between abnormal and normal. Shapes: S rows, C channels."""

import torch
from mmaction.registry import MODELS
from torch import Tensor

from .judging_head import JudgingHead


@MODELS.register_module()
class LinearSVMHead(JudgingHead):
    """Judges a snippet by its distance from a plane.

    Of a linear support vector machine that was fitted to the mean features of
    videos, the baseline that needs the fewest videos.

    Args:
        in_channels (int): C.
        **kwargs: See :class:`JudgingHead`.
    """

    def __init__(self, in_channels: int, **kwargs) -> None:
        super().__init__(**kwargs)
        self.register_buffer('weight', torch.zeros(in_channels))
        self.register_buffer('bias', torch.zeros(()))

    def judge(self, rows: Tensor) -> Tensor:
        """Say how far features are on the abnormal side.

        Args:
            rows (Tensor): (S, C).

        Returns:
            Tensor: (S,), w x + b.
        """
        return rows @ self.weight + self.bias
