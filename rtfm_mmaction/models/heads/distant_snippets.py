"""Which snippets BN-WVAD compares.

Shapes: P pairs of an abnormal and a normal video, T snippets, Q snippets that
are chosen.
"""

import torch
from torch import Tensor


def choose_distant(
    distances: Tensor, video_share: float, batch_share: float
) -> Tensor:
    """Choose the most distant snippets of abnormal videos.

    In each video the floor(``video_share`` x T) most distant ones, and
    besides the floor(``batch_share`` x P x T) most distant of the batch. One
    at least, where the authors' program stops for want of any.

    Args:
        distances (Tensor): (P, T), >= 0.
        video_share (float): In [0, 1].
        batch_share (float): In [0, 1].

    Returns:
        Tensor: (P, T) bool, Q >= 1 of them True.

    Examples:
        >>> distances = torch.tensor([[5.0, 9.0, 8.0, 7.0], [1.0, 2, 3, 4]])
        >>> choose_distant(distances, 0.25, 0.25).int().tolist()
        [[0, 1, 1, 0], [0, 0, 0, 1]]
    """
    chosen = torch.zeros_like(distances, dtype=torch.bool)
    of_video = int(video_share * distances.shape[1])
    chosen.scatter_(1, distances.topk(of_video, dim=1).indices, True)
    of_batch = max(int(batch_share * distances.numel()), 1)
    chosen.view(-1)[distances.flatten().topk(of_batch).indices] = True
    return chosen


def match_normal(distances: Tensor, count: int) -> Tensor:
    """Take as many snippets of normal videos, the most distant ones.

    The most distant one of each video in the batch's order, then the second
    of each, and so on.

    Args:
        distances (Tensor): (P, T), >= 0.
        count (int): Q, in [1, P x T].

    Returns:
        Tensor: (Q,) distances, with their gradients.

    Examples:
        >>> distances = torch.tensor([[5.0, 9.0, 8.0], [1.0, 2.0, 3.0]])
        >>> match_normal(distances, 3).tolist()
        [9.0, 3.0, 8.0]
    """
    videos, length = distances.shape
    each = min(count // videos + 1, length)
    return distances.topk(each, dim=1).values.T.flatten()[:count]
