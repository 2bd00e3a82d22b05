"""The outside of what is normal. Shapes: S rows, C channels, R vectors."""

import torch
from mmaction.registry import MODELS
from torch import Tensor

from .judging_head import JudgingHead
from .nearest_neighbor_head import squared_distances


@MODELS.register_module()
class OneClassSVMHead(JudgingHead):
    """Judges a snippet by how far it is outside of the normal ones.

    Of scikit-learn's ``OneClassSVM`` with a Gaussian kernel.

    Args:
        in_channels (int): C.
        num_vectors (int): R, its support vectors, at least 1.
        gamma (float): Of the kernel ``exp(-gamma |x - v|^2)``, > 0.
        **kwargs: See :class:`JudgingHead`.
    """

    def __init__(
        self, in_channels: int, num_vectors: int, gamma: float, **kwargs
    ) -> None:
        super().__init__(**kwargs)
        if num_vectors < 1 or not gamma > 0:
            raise ValueError(
                'OneClassSVMHead: expected num_vectors >= 1 and gamma > 0, '
                f'found {num_vectors} and {gamma}'
            )
        self.gamma = gamma
        self.register_buffer('vectors', torch.zeros(num_vectors, in_channels))
        self.register_buffer('coefficients', torch.zeros(num_vectors))
        self.register_buffer('intercept', torch.zeros(()))

    def judge(self, rows: Tensor) -> Tensor:
        """Say how far features are outside.

        Args:
            rows (Tensor): (S, C).

        Returns:
            Tensor: (S,), the machine's decision with the other sign.
        """
        kernel = (-self.gamma * squared_distances(rows, self.vectors)).exp()
        return -(kernel @ self.coefficients + self.intercept)
