"""Distances from the mean of batch norms.

Shapes: B videos, P pairs, N crops, T snippets, D channels, H of a hidden
layer, L hidden layers (levels).
"""

from typing import Any, Dict, List, NamedTuple, Optional, Sequence, Tuple

import torch
import torch.nn.functional as F
from mmaction.registry import MODELS
from mmengine.model import BaseModule
from torch import Tensor, nn

from ..necks.temporal_conv import TemporalConv1d
from ..precision import at_least_float32
from ..ranks import rows_of_all_ranks
from .distant_snippets import choose_distant, match_normal
from .pairing import split_pairs

# The terms of the released loss; mmengine copies what it builds from.
NORMAL = dict(
    type='SparsityLoss', norm='l2', scope='video_mean', loss_weight=1.0
)
TRIPLET = dict(type='TripletLoss')


class Judged(NamedTuple):
    """What the head says of each crop of each snippet.

    Attributes:
        distances (Tensor): (L, B, N, T) float32 >= 0, of each level.
        logits (Tensor): (B, N, T) float32, of the classifier.
    """

    distances: Tensor
    logits: Tensor


@MODELS.register_module()
class BNWVADHead(BaseModule):
    """Head of BN-WVAD, behind a ``GlobalLocalTransformer`` without dropout.

    `BatchNorm-based Weakly Supervised Video Anomaly Detection
    <https://arxiv.org/abs/2311.15367>`_ in the form of its release. A small
    classifier gives p, and each of its batch norms a distance of what comes
    into it, f, from the running mean m, by the running variance v:
    d_l = sqrt(sum_c (f_c - m_c)^2 / v_c). A snippet's figure is
    s = (d_1 + ... + d_L) p, averaged over crops.

    **s is no probability and has no upper bound**, so ``scores`` is
    s / (1 + s) and ``logits`` is log s. Both rank as s does. A threshold of
    0.5 means s = 1 and nothing else; thresholds are learned from normal
    videos. s itself is ``logits.exp()``.

    In training, distances are by the statistics that include the batch. No
    loss is on p of abnormal videos: the most distant of their snippets are
    pushed away from m, and as many of normal videos are pulled to it.

    Beyond the release, any N can be trained on, with p and distances averaged
    over crops (it stops unless N = 1), and a batch so small that no snippet
    would be chosen (it stops there, too) has one. Crops that come in one
    sequence of (B, N, ...) are judged as the published figures are, by the
    mean of the products; the release has the product of means there.

    Args:
        in_channels (int): D of the neck.
        hidden_channels (Sequence[int]): H of each level. Defaults to
            (32, 16).
        video_share (float): Share of each abnormal video's snippets that is
            chosen, in [0, 1]. Defaults to 0.2.
        batch_share (float): Share of the abnormal snippets of the batch that
            is chosen besides, in [0, 1]. Defaults to 0.4.
        level_weights (Sequence[float]): Factor of each level's triplets.
            Defaults to (5, 20).
        loss_normal (dict): Config of the term on p of normal videos, (P, T).
        loss_triplet (dict): Config of the term on distances of chosen normal
            and abnormal snippets, (Q,) each.
        init_cfg (dict, optional): Initialisation config. Defaults to None:
            torch's own, as in the release.

    Attributes:
        scores_only_rank (bool): True, see
            :class:`~rtfm_mmaction.models.contracts.RankingHead`.

    Raises:
        ValueError: If a share is out of its range, or there is not one weight
            for each level, and one level at least.
    """

    scores_only_rank = True

    def __init__(
        self,
        in_channels: int,
        hidden_channels: Sequence[int] = (32, 16),
        video_share: float = 0.2,
        batch_share: float = 0.4,
        level_weights: Sequence[float] = (5.0, 20.0),
        loss_normal: dict = NORMAL,
        loss_triplet: dict = TRIPLET,
        init_cfg: Optional[dict] = None,
    ) -> None:
        super().__init__(init_cfg)
        for name, share in (
            ('video_share', video_share),
            ('batch_share', batch_share),
        ):
            if not 0 <= share <= 1:
                raise ValueError(
                    f'BNWVADHead: {name} must be in [0, 1], got {share}'
                )
        if not len(level_weights) == len(hidden_channels) > 0:
            raise ValueError(
                'BNWVADHead: expected a weight for each of the hidden layers, '
                f'found level_weights={tuple(level_weights)} for '
                f'hidden_channels={tuple(hidden_channels)}'
            )
        self.video_share = video_share
        self.batch_share = batch_share
        self.level_weights = tuple(level_weights)
        widths = [in_channels, *hidden_channels]
        self.projections = nn.ModuleList(
            TemporalConv1d(before, after)
            for before, after in zip(widths, hidden_channels)
        )
        self.norms: Any = nn.ModuleList(map(nn.BatchNorm1d, hidden_channels))
        self.classifier = TemporalConv1d(widths[-1], 1)
        self.loss_normal = MODELS.build(loss_normal)
        self.loss_triplet = MODELS.build(loss_triplet)

    def forward(self, x: Tensor) -> Judged:
        """Judge each crop of each snippet.

        In training the running statistics move first.

        Args:
            x (Tensor): (B, N, T, D).

        Returns:
            Judged: Distances and logits.
        """
        distances: List[Tensor] = []
        for projection, norm in zip(self.projections, self.norms):
            x = projection(x)
            normed = norm(x.flatten(0, -2)).view_as(x)
            distances.append(_distance(x, norm))
            x = F.relu(normed)
        logits = at_least_float32(self.classifier(x).squeeze(-1))
        return Judged(torch.stack(distances), logits)

    def pair_up(
        self, abnormal: Tensor, normal: Tensor
    ) -> Tuple[Tensor, Tensor]:
        """Choose the snippets that are compared on a level.

        Args:
            abnormal (Tensor): (P, T) distances of abnormal videos.
            normal (Tensor): (P, T), of normal ones.

        Returns:
            tuple[Tensor, Tensor]: Distances (Q,) of normal and of abnormal
            snippets, the i-th to be compared with the i-th.
        """
        chosen = choose_distant(
            abnormal.detach(), self.video_share, self.batch_share
        )
        far = abnormal[chosen]
        return match_normal(normal, len(far)), far

    def loss(self, x: Tensor, labels: Tensor) -> Dict[str, Tensor]:
        """Compute the terms of the loss.

        What is chosen of a batch is chosen of all processes' videos together.

        Args:
            x (Tensor): (B, N, T, D), as many abnormal as normal videos.
            labels (Tensor): (B,) of 0 (normal) and 1 (abnormal).

        Returns:
            dict[str, Tensor]: ``loss_normal``, and ``loss_triplet_1`` and so
            on, one a level.

        Raises:
            ValueError: If the batch is not made of pairs.
        """
        is_abnormal, is_normal = split_pairs(labels, 'BNWVADHead')
        judged = self(x)
        scores = judged.logits.sigmoid().mean(1)
        terms = dict(loss_normal=self.loss_normal(scores[is_normal]))
        for level, (distances, weight) in enumerate(
            zip(judged.distances.mean(2), self.level_weights), start=1
        ):
            near, far = self.pair_up(
                rows_of_all_ranks(distances[is_abnormal]),
                rows_of_all_ranks(distances[is_normal]),
            )
            terms[f'loss_triplet_{level}'] = weight * self.loss_triplet(
                near, far
            )
        return terms

    def predict(self, x: Tensor) -> Dict[str, Tensor]:
        """Score videos of one length.

        Args:
            x (Tensor): (B, N, T, D).

        Returns:
            dict[str, Tensor]: ``scores`` (B, T) in [0, 1], s / (1 + s);
            ``crop_scores`` (B, T, N), the same of each crop; ``logits``
            (B, T) and ``crop_logits`` (B, T, N), log s; all float32.
        """
        judged = self(x)
        distances = judged.distances.sum(0)
        tiny = torch.finfo(distances.dtype).tiny
        # log p = -softplus(-z), where p rounds to 0, too.
        crops = distances.clamp(min=tiny).log() - F.softplus(-judged.logits)
        highest = crops.amax(1, keepdim=True)
        logits = (crops - highest).exp().mean(1).log() + highest.squeeze(1)
        return dict(
            scores=logits.sigmoid(),
            crop_scores=crops.sigmoid().transpose(1, 2),
            logits=logits,
            crop_logits=crops.transpose(1, 2),
        )


def _distance(x: Tensor, norm: Any) -> Tensor:
    """Distance (B, N, T) of (B, N, T, H) from a batch norm's running mean."""
    x = at_least_float32(x)
    # Without an eps, as released; only a variance of 0 is none to divide by.
    tiny = torch.finfo(x.dtype).tiny
    deviation = norm.running_var.clamp(min=tiny).sqrt()
    return ((x - norm.running_mean) / deviation).norm(dim=-1)
