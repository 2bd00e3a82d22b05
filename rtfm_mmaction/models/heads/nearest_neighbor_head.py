"""Distance to what is normal. Shapes: S rows, C channels, R known rows."""

import torch
from mmaction.registry import MODELS
from torch import Tensor

from .judging_head import JudgingHead


def squared_distances(rows: Tensor, others: Tensor) -> Tensor:
    """Squared distances between all rows and all others, by one product.

    Args:
        rows (Tensor): (S, C).
        others (Tensor): (R, C).

    Returns:
        Tensor: (S, R) >= 0.

    Examples:
        >>> squared_distances(torch.zeros(1, 2), torch.tensor([[3.0, 4.0]]))
        tensor([[25.]])
    """
    products = rows @ others.T
    own = rows.square().sum(1, keepdim=True)
    return (own + others.square().sum(1) - 2 * products).clamp(min=0)


@MODELS.register_module()
class NearestNeighborHead(JudgingHead):
    """Judges a snippet by its distance to the nearest normal snippets.

    The mean of the distances to the ``num_neighbors`` nearest of the kept
    rows, as scikit-learn's ``NearestNeighbors`` gives them.

    Args:
        in_channels (int): C.
        num_rows (int): R, normal snippets that are kept, at least 1.
        num_neighbors (int): Nearest ones that count; all where fewer are
            kept. Defaults to 5.
        **kwargs: See :class:`JudgingHead`.
    """

    def __init__(
        self,
        in_channels: int,
        num_rows: int,
        num_neighbors: int = 5,
        **kwargs,
    ) -> None:
        super().__init__(**kwargs)
        if min(num_rows, num_neighbors) < 1:
            raise ValueError(
                'NearestNeighborHead: expected num_rows and num_neighbors of '
                f'at least 1, found {num_rows} and {num_neighbors}'
            )
        self.num_neighbors = min(num_neighbors, num_rows)
        self.register_buffer('rows', torch.zeros(num_rows, in_channels))

    def judge(self, rows: Tensor) -> Tensor:
        """Say how far the nearest normal features are.

        Args:
            rows (Tensor): (S, C).

        Returns:
            Tensor: (S,) >= 0.
        """
        near = squared_distances(rows, self.rows).topk(
            self.num_neighbors, 1, largest=False
        )
        return near.values.sqrt().mean(1)
