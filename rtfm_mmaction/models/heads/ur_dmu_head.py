"""Dual memory units with uncertainty regulation.

Shapes: B videos, P pairs, N crops, T snippets, D channels, K selected
snippets.
"""

from typing import Dict, NamedTuple, Optional

import torch
import torch.nn.functional as F
from mmaction.registry import MODELS
from mmengine.model import BaseModule
from torch import Tensor, nn

from ..necks.temporal_conv import is_traced
from ..precision import at_least_float32
from .memory_bank import MemoryBank
from .pairing import split_pairs
from .rtfm_head import logit_of_mean
from .selection import top_k_indices

# The terms of the released loss; mmengine copies what it builds from.
CLS = dict(type='MILBCELoss')
MEMORY = dict(type='MemoryBCELoss')
TRIPLET = dict(type='TripletLoss', loss_weight=0.1)
KL = dict(type='GaussianKLLoss')
DISTANCE = dict(type='MagnitudeLoss', form='hinge')
PLACES = ('normal', 'abnormal')


class Recalled(NamedTuple):
    """What the two memories say of snippets.

    Attributes:
        abnormal_likeness (Tensor): (..., T) in [0, 1], to the abnormal one.
        normal_likeness (Tensor): (..., T), to the normal one.
        abnormal (Tensor): (..., T, D), called up from the abnormal one.
        normal (Tensor): (..., T, D), called up from the normal one.
    """

    abnormal_likeness: Tensor
    normal_likeness: Tensor
    abnormal: Tensor
    normal: Tensor


@MODELS.register_module()
class URDMUHead(BaseModule):
    """Head of UR-DMU, behind a ``GlobalLocalTransformer``.

    `Dual Memory Units with Uncertainty Regulation
    <https://arxiv.org/abs/2302.05160>`_ in the form of its release. A snippet
    is judged by X and by what an abnormal and a normal memory call up for it:
    score = MLP([x | mu(u_A) + mu(u_N)]), averaged over crops. In training
    what the normal memory calls up in normal videos is drawn from
    N(mu(u_N), exp v(u_N)).

    Beyond the release, the videos of a pair may stand anywhere in the batch,
    and a vector of length 0 has no direction, where the release divides by
    its length.

    Args:
        in_channels (int): D of the neck.
        num_slots (int): Slots of each memory. Defaults to 60.
        hidden_channels (int): Width of the classifier's hidden layer.
            Defaults to 128.
        snippets_per_selected (int): K = floor(T / this) + 1 snippets stand
            for a video, or all of fewer. Defaults to 16.
        distance_at (str): Where the distance term looks at normal videos: at
            the snippets that are most like the normal memory ('normal'), or
            at the numbers of those that are most abnormal in the abnormal
            video of the pair ('abnormal'): so did the program until March
            2023, by which the released weights were trained. Defaults to
            'normal'.
        loss_cls (dict): Config of the classifier term; takes the K highest
            scores (B, K) and labels (B,).
        loss_memory (dict): Config of the memories' terms; see
            :class:`~rtfm_mmaction.models.losses.MemoryBCELoss`.
        loss_triplet (dict): Config of the triplet term; takes distances (P,)
            of unit vectors.
        loss_kl (dict): Config of the term on mean and log-variance,
            (P x N, T, D) each.
        loss_distance (dict): Config of the term that parts what is called up
            in abnormal and in normal videos, (P, 1, 1, D) each.
        init_cfg (dict, optional): Initialisation config. Defaults to None:
            torch's own, as in the release.

    Raises:
        ValueError: If a number is below 1 or ``distance_at`` is another.
    """

    def __init__(
        self,
        in_channels: int,
        num_slots: int = 60,
        hidden_channels: int = 128,
        snippets_per_selected: int = 16,
        distance_at: str = 'normal',
        loss_cls: dict = CLS,
        loss_memory: dict = MEMORY,
        loss_triplet: dict = TRIPLET,
        loss_kl: dict = KL,
        loss_distance: dict = DISTANCE,
        init_cfg: Optional[dict] = None,
    ) -> None:
        super().__init__(init_cfg)
        if snippets_per_selected < 1:
            raise ValueError(
                'URDMUHead: snippets_per_selected must be at least 1, got '
                f'{snippets_per_selected}'
            )
        if distance_at not in PLACES:
            raise ValueError(
                f'URDMUHead: distance_at must be one of {PLACES}, got '
                f'{distance_at!r}'
            )
        self.snippets_per_selected = snippets_per_selected
        self.distance_at = distance_at
        self.abnormal_memory = MemoryBank(in_channels, num_slots)
        self.normal_memory = MemoryBank(in_channels, num_slots)
        self.mean = nn.Linear(in_channels, in_channels)
        self.log_variance = nn.Linear(in_channels, in_channels)
        self.classifier = nn.Sequential(
            nn.Linear(2 * in_channels, hidden_channels),
            nn.ReLU(inplace=True),
            nn.Linear(hidden_channels, 1),
        )
        self.loss_cls = MODELS.build(loss_cls)
        self.loss_memory = MODELS.build(loss_memory)
        self.loss_triplet = MODELS.build(loss_triplet)
        self.loss_kl = MODELS.build(loss_kl)
        self.loss_distance = MODELS.build(loss_distance)

    def recall(self, x: Tensor) -> Recalled:
        """Ask both memories.

        Args:
            x (Tensor): (B, N, T, D).

        Returns:
            Recalled: Likenesses (B, N, T), called up (B, N, T, D).
        """
        abnormal_likeness, abnormal = self.abnormal_memory(x)
        normal_likeness, normal = self.normal_memory(x)
        return Recalled(abnormal_likeness, normal_likeness, abnormal, normal)

    def classify(self, x: Tensor, called: Tensor) -> Tensor:
        """Judge each crop of each snippet.

        Args:
            x (Tensor): (B, N, T, D).
            called (Tensor): (B, N, T, D), of both memories.

        Returns:
            Tensor: (B, N, T) float32, logits.
        """
        logits = self.classifier(torch.cat([x, called], -1)).squeeze(-1)
        return at_least_float32(logits)

    def draw_noise(self, like: Tensor) -> Tensor:
        """Draw standard normal numbers.

        Args:
            like (Tensor): (P, N, T, D).

        Returns:
            Tensor: The same shape, dtype and device.
        """
        return torch.randn_like(like)

    def loss(self, x: Tensor, labels: Tensor) -> Dict[str, Tensor]:
        """Compute the terms of the loss.

        Args:
            x (Tensor): (B, N, T, D), as many abnormal as normal videos; the
                i-th abnormal one is compared with the i-th normal one.
            labels (Tensor): (B,) of 0 (normal) and 1 (abnormal).

        Returns:
            dict[str, Tensor]: ``loss_cls``, the four of ``loss_memory``,
            ``loss_triplet``, ``loss_kl`` and ``loss_distance``.

        Raises:
            ValueError: If the batch is not made of pairs.
        """
        is_abnormal, is_normal = split_pairs(labels, 'URDMUHead')
        abnormal, normal = x[is_abnormal], x[is_normal]
        of_abnormal, of_normal = self.recall(abnormal), self.recall(normal)
        anomalous = self.mean(of_abnormal.abnormal)
        mean = self.mean(of_normal.normal)
        log_variance = self.log_variance(of_normal.normal)
        drawn = mean + self.draw_noise(mean) * (log_variance / 2).exp()
        logits = torch.cat(
            [
                self.classify(
                    abnormal, anomalous + self.mean(of_abnormal.normal)
                ),
                self.classify(normal, self.mean(of_normal.abnormal) + drawn),
            ]
        )
        scores = logits.sigmoid().mean(1)
        length = x.shape[2]
        k = min(length // self.snippets_per_selected + 1, length)
        highest = scores.topk(k, dim=-1).values
        at_anomalies = top_k_indices(of_abnormal.abnormal_likeness, k)
        at_usual = top_k_indices(of_abnormal.normal_likeness, k)
        at_normal = top_k_indices(of_normal.normal_likeness, k)
        anchor, near, far = (
            F.normalize(_mean_of(part, indices), dim=-1)
            for part, indices in (
                (normal, at_normal),
                (abnormal, at_usual),
                (abnormal, at_anomalies),
            )
        )
        compared = at_normal if self.distance_at == 'normal' else at_anomalies
        return dict(
            loss_cls=self.loss_cls(
                highest, torch.cat([labels[is_abnormal], labels[is_normal]])
            ),
            **self.loss_memory(
                of_abnormal.abnormal_likeness.mean(1),
                of_abnormal.normal_likeness.mean(1),
                of_normal.abnormal_likeness.mean(1),
                of_normal.normal_likeness.mean(1),
                k,
            ),
            loss_triplet=self.loss_triplet(
                # With 1e-6 added to each difference, as in the release.
                F.pairwise_distance(anchor, near, eps=1e-6),
                F.pairwise_distance(anchor, far, eps=1e-6),
            ),
            loss_kl=self.loss_kl(
                mean.flatten(0, 1), log_variance.flatten(0, 1)
            ),
            loss_distance=self.loss_distance(
                _mean_of(anomalous, at_anomalies)[:, None, None],
                _mean_of(drawn, compared)[:, None, None],
            ),
        )

    def predict(self, x: Tensor) -> Dict[str, Tensor]:
        """Score videos of one length.

        Args:
            x (Tensor): (B, N, T, D).

        Returns:
            dict[str, Tensor]: ``scores`` (B, T) in [0, 1], ``crop_scores``
            (B, T, N) and ``logits`` (B, T), of which ``scores`` are the
            sigmoids but for rounding, all float32.
        """
        # Crop by crop: a long video needs several times its X. A graph serves
        # any N, and has no such loop.
        parts = (x,) if is_traced() else x.split(1, 1)
        logits = torch.cat([self._judge(part) for part in parts], 1)
        crop_scores = logits.sigmoid()
        return dict(
            scores=crop_scores.mean(1),
            crop_scores=crop_scores.transpose(1, 2),
            logits=logit_of_mean(logits),
        )

    def _judge(self, x: Tensor) -> Tensor:
        recalled = self.recall(x)
        called = self.mean(recalled.abnormal) + self.mean(recalled.normal)
        return self.classify(x, called)


def _mean_of(x: Tensor, indices: Tensor) -> Tensor:
    """Mean of chosen snippets of each crop, then of the crops.

    Of (P, N, T, D) and indices (P, N, K) it is (P, D).
    """
    x = at_least_float32(x)
    wanted = indices[..., None].expand(*indices.shape, x.shape[-1])
    return x.gather(2, wanted).mean(2).mean(1)
