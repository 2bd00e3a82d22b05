"""Which snippets stand for a bag.

Shapes: B videos, N crops, T snippets, C channels, K selected; G crops that are
averaged and I instances that compete: (G, I) = (N, T) where crops are
averaged, (1, N x T) where each crop of a snippet is an instance of its own.
"""

import torch
from torch import Tensor


def crops_as_groups(x: Tensor) -> Tensor:
    """Keep crops as views of one snippet: (B, N, T, ...) -> (B, G, I, ...).

    Examples:
        >>> crops_as_groups(torch.zeros(2, 10, 32)).shape
        torch.Size([2, 10, 32])
    """
    return x


def crops_as_instances(x: Tensor) -> Tensor:
    """Let (crop, snippet) pairs compete: (B, N, T, ...) -> (B, 1, I, ...).

    Examples:
        >>> crops_as_instances(torch.zeros(2, 10, 32)).shape
        torch.Size([2, 1, 320])
    """
    return x.flatten(1, 2).unsqueeze(1)


def top_k_indices(values: Tensor, k: int) -> Tensor:
    """Indices of the K largest magnitudes, Eq. 2 of the paper, or scores.

    Args:
        values (Tensor): (B, I), >= 0.
        k (int): K >= 1; all instances where I < K.

    Returns:
        Tensor: (B, min(K, I)) int64.

    Examples:
        >>> top_k_indices(torch.tensor([[1.0, 5.0, 3.0]]), k=2).tolist()
        [[1, 2]]
    """
    return values.topk(min(k, values.shape[-1]), dim=-1).indices


def gather_instances(x: Tensor, indices: Tensor) -> Tensor:
    """Take the same instances from each group of a video.

    Args:
        x (Tensor): (B, G, I, C).
        indices (Tensor): (B, K) int64.

    Returns:
        Tensor: (B, G, K, C).

    Examples:
        >>> x = torch.tensor([[[[0.0], [1.0], [2.0]]]])
        >>> gather_instances(x, torch.tensor([[2, 0]])).tolist()
        [[[[2.0], [0.0]]]]
    """
    videos = torch.arange(len(x), device=x.device)[:, None]
    return x[videos, :, indices].transpose(1, 2)
