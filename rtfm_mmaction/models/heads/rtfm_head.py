"""Magnitude ranking and snippet classifier.

Shapes: B videos, N crops, T snippets, C channels, K selected snippets; G and I
as in :mod:`.selection`.
"""

from typing import Dict, List, NamedTuple, Optional, Sequence

import torch
import torch.nn.functional as F
from mmaction.registry import MODELS
from mmengine.model import BaseModule
from torch import Tensor, nn

from ..precision import at_least_float32
from ..sparing_dropout import SparingDropout
from .pairing import split_pairs
from .selection import (
    crops_as_groups,
    crops_as_instances,
    gather_instances,
    top_k_indices,
)

XAVIER = dict(type='Xavier', distribution='uniform', layer='Linear')
# The terms of the released loss; mmengine copies what it builds from.
MAGNITUDE = dict(type='MagnitudeLoss')
CLS = dict(type='MILBCELoss')
SMOOTH = dict(type='SmoothnessLoss')
SPARSE = dict(type='SparsityLoss')
CROP_MODES = ('average', 'instance')
SELECTIONS = ('magnitude', 'score')


class SnippetOutputs(NamedTuple):
    """What the head says of each crop of each snippet.

    Attributes:
        features (Tensor): (B, N, T, C), after dropout.
        scores (Tensor): (B, N, T) float32 in [0, 1].
        magnitudes (Tensor): (B, N, T) float32 >= 0, the features' l2 norms.
        logits (Tensor): (B, N, T) float32, of which ``scores`` are the
            sigmoids.
    """

    features: Tensor
    scores: Tensor
    magnitudes: Tensor
    logits: Tensor


class ChosenInstances(NamedTuple):
    """The K instances that stand for each video.

    Attributes:
        indices (Tensor): (B, K) int64 into the I instances.
        scores (Tensor): (B, K), the mean over groups.
        magnitudes (Tensor): (B,), the mean over groups and instances, for
            logs, without a gradient.
    """

    indices: Tensor
    scores: Tensor
    magnitudes: Tensor


def build_classifier(
    in_channels: int,
    hidden_channels: Sequence[int],
    dropout: float,
    num_relu: Optional[int] = None,
) -> nn.Sequential:
    """Build linear layers down to one logit.

    Args:
        in_channels (int): C.
        hidden_channels (Sequence[int]): Widths of the hidden layers.
        dropout (float): Behind each hidden layer, in [0, 1].
        num_relu (int, optional): So many of them, the first ones, have a
            ReLU. Defaults to None: all.

    Returns:
        nn.Sequential: (..., C) -> (..., 1).
    """
    if num_relu is None:
        num_relu = len(hidden_channels)
    layers: List[nn.Module] = []
    width = in_channels
    for index, hidden in enumerate(hidden_channels):
        layers += [
            nn.Linear(width, hidden),
            nn.ReLU(inplace=True) if index < num_relu else nn.Identity(),
            SparingDropout(dropout),
        ]
        width = hidden
    return nn.Sequential(*layers, nn.Linear(width, 1))


@MODELS.register_module()
class RTFMHead(BaseModule):
    """Head of RTFM: feature magnitude learning and MIL classifier.

    Sec. 3.3 and 3.4 of `RTFM <https://arxiv.org/abs/2101.10030>`_. The
    defaults are the released form; ``configs/rtfm_i3d_ucf_paper.py`` sets the
    paper's, ``configs/_base_/models/sultani.py`` those of deep MIL ranking.

    Args:
        in_channels (int): C.
        hidden_channels (Sequence[int]): Widths of the classifier's hidden
            layers. Defaults to (512, 128).
        num_relu (int, optional): So many of the hidden layers, the first
            ones, have a ReLU, and the others no activation. Defaults to None:
            all.
        dropout (float): Dropout in the classifier. Defaults to 0.7.
        feature_dropout (float): Dropout of X before classifier and magnitude.
            Defaults to 0.7.
        select_dropout (float): Dropout of the values that the selection
            compares. Defaults to 0.7.
        select_by (str): 'magnitude', or 'score' for the top-K MIL that the
            paper compares with. Defaults to 'magnitude'.
        num_selected (int): K, parameter ``k`` in the paper. Defaults to 3.
        crop_mode (str): 'average' takes the crops as views of one snippet and
            averages their scores and magnitudes (released). 'instance' takes
            each (crop, snippet) as an instance of the bag, for tiles of which
            one holds the anomaly; a snippet then scores as its highest
            instance. Defaults to 'average'.
        loss_magnitude (dict, optional): Config of the magnitude term; takes
            selected features of abnormal and normal videos, (P, G, K, C)
            each. None trains without one.
        loss_cls (dict): Config of the classifier term; takes selected scores
            (B, K) and labels (B,).
        loss_smooth (dict): Config of the smoothness term; takes the abnormal
            videos' scores (P, T).
        loss_sparse (dict): Config of the sparsity term; takes the same.
        init_cfg (dict, optional): Xavier-uniform weights and zero biases by
            default.
    """

    def __init__(
        self,
        in_channels: int,
        hidden_channels: Sequence[int] = (512, 128),
        num_relu: Optional[int] = None,
        dropout: float = 0.7,
        feature_dropout: float = 0.7,
        select_dropout: float = 0.7,
        select_by: str = 'magnitude',
        num_selected: int = 3,
        crop_mode: str = 'average',
        loss_magnitude: Optional[dict] = MAGNITUDE,
        loss_cls: dict = CLS,
        loss_smooth: dict = SMOOTH,
        loss_sparse: dict = SPARSE,
        init_cfg: Optional[dict] = XAVIER,
    ) -> None:
        super().__init__(init_cfg)
        if num_selected < 1:
            raise ValueError(
                'RTFMHead: num_selected (K) must be at least 1, '
                f'got {num_selected}'
            )
        if crop_mode not in CROP_MODES:
            raise ValueError(
                f'RTFMHead: crop_mode must be one of {CROP_MODES}'
                f', got {crop_mode!r}'
            )
        if select_by not in SELECTIONS:
            raise ValueError(
                f'RTFMHead: select_by must be one of {SELECTIONS}'
                f', got {select_by!r}'
            )
        if num_relu is not None and not 0 <= num_relu <= len(hidden_channels):
            raise ValueError(
                'RTFMHead: num_relu must be between 0 and the '
                f'{len(hidden_channels)} hidden layers, got '
                f'{num_relu}'
            )
        self.classifier = build_classifier(
            in_channels, hidden_channels, dropout, num_relu
        )
        self.feature_dropout = SparingDropout(feature_dropout)
        self.select_dropout = select_dropout
        self.select_by = select_by
        self.num_selected = num_selected
        self.crop_mode = crop_mode
        self.to_instances = (
            crops_as_groups if crop_mode == 'average' else crops_as_instances
        )
        self.loss_magnitude = (
            None if loss_magnitude is None else MODELS.build(loss_magnitude)
        )
        self.loss_cls = MODELS.build(loss_cls)
        self.loss_smooth = MODELS.build(loss_smooth)
        self.loss_sparse = MODELS.build(loss_sparse)

    def forward(self, x: Tensor) -> SnippetOutputs:
        """Score each crop of each snippet.

        Args:
            x (Tensor): X of the neck, (B, N, T, C).

        Returns:
            SnippetOutputs: Features, scores, magnitudes and logits.
        """
        features = self.feature_dropout(x)
        logits = at_least_float32(self.classifier(features).squeeze(-1))
        return SnippetOutputs(
            features,
            logits.sigmoid(),
            at_least_float32(features).norm(dim=-1),
            logits,
        )

    def crop_magnitudes(self, x: Tensor) -> Tensor:
        """Tell the magnitude of each crop, with gradients.

        Args:
            x (Tensor): (B, N, T, C).

        Returns:
            Tensor: (B, N, T) float32 >= 0.
        """
        return self(x).magnitudes

    def reduce_crops(self, values: Tensor) -> Tensor:
        """Make one value a snippet from those of its crops.

        Args:
            values (Tensor): (B, N, T).

        Returns:
            Tensor: (B, T), the mean, or in mode 'instance' the maximum.
        """
        average = self.crop_mode == 'average'
        return values.mean(1) if average else values.amax(1)

    def select(self, values: Tensor) -> Tensor:
        """Choose the K instances that stand for each video.

        Args:
            values (Tensor): (B, G, I) magnitudes, or scores, >= 0.

        Returns:
            Tensor: (B, K) indices into the I instances, one set for all
            groups.
        """
        mask = F.dropout(
            torch.ones_like(values[:, 0]), self.select_dropout, self.training
        )
        return top_k_indices(values.mean(1) * mask, self.num_selected)

    def choose(self, outputs: SnippetOutputs) -> ChosenInstances:
        """Choose what stands for each video, by magnitude or by score.

        Args:
            outputs (SnippetOutputs): Of B videos.

        Returns:
            ChosenInstances: Indices without a gradient, scores with one.
        """
        magnitudes = self.to_instances(outputs.magnitudes.detach())
        scores = self.to_instances(outputs.scores)
        compared = magnitudes if self.select_by == 'magnitude' else scores
        indices = self.select(compared.detach())
        return ChosenInstances(
            indices,
            scores.mean(1).gather(1, indices),
            magnitudes.mean(1).gather(1, indices).mean(1),
        )

    def chosen_features(
        self, outputs: SnippetOutputs, chosen: ChosenInstances
    ) -> Tensor:
        """Gather the features of what stands for each video.

        Args:
            outputs (SnippetOutputs): Of B videos.
            chosen (ChosenInstances): Of the same.

        Returns:
            Tensor: (B, G, K, C).
        """
        return gather_instances(
            self.to_instances(outputs.features), chosen.indices
        )

    def loss(self, x: Tensor, labels: Tensor) -> Dict[str, Tensor]:
        """Compute the terms of the loss.

        Args:
            x (Tensor): (B, N, T, C), as many abnormal as normal videos; the
                i-th abnormal one is compared with the i-th normal one.
            labels (Tensor): (B,) of 0 (normal) and 1 (abnormal).

        Returns:
            dict[str, Tensor]: ``loss_magnitude`` if there is one,
            ``loss_cls``, ``loss_smooth``, ``loss_sparse``, and the mean
            selected magnitude of both kinds of video, which the loss does
            not use.

        Raises:
            ValueError: If the batch is not made of pairs.
        """
        abnormal, normal = split_pairs(labels, type(self).__name__)
        outputs = self(x)
        chosen = self.choose(outputs)
        abnormal_scores = self.reduce_crops(outputs.scores[abnormal])
        terms = {}
        if self.loss_magnitude is not None:
            features = self.chosen_features(outputs, chosen)
            terms['loss_magnitude'] = self.loss_magnitude(
                features[abnormal], features[normal]
            )
        return dict(
            terms,
            loss_cls=self.loss_cls(chosen.scores, labels),
            loss_smooth=self.loss_smooth(abnormal_scores),
            loss_sparse=self.loss_sparse(abnormal_scores),
            magnitude_abnormal=chosen.magnitudes[abnormal].mean(),
            magnitude_normal=chosen.magnitudes[normal].mean(),
        )

    def predict(self, x: Tensor) -> Dict[str, Tensor]:
        """Score videos of one length.

        Args:
            x (Tensor): (B, N, T, C).

        Returns:
            dict[str, Tensor]: ``scores`` (B, T) in [0, 1], ``magnitudes``
            (B, T) >= 0, ``crop_scores`` (B, T, N) and ``logits`` (B, T), of
            which ``scores`` are the sigmoids but for rounding, all float32.
        """
        outputs = self(x)
        average = self.crop_mode == 'average'
        return dict(
            scores=self.reduce_crops(outputs.scores),
            magnitudes=self.reduce_crops(outputs.magnitudes),
            crop_scores=outputs.scores.transpose(1, 2),
            logits=logit_of_mean(outputs.logits)
            if average
            else outputs.logits.amax(1),
        )


def logit_of_mean(logits: Tensor) -> Tensor:
    """Tell the logit of a mean of sigmoids, where these round to 0 or 1, too.

    With s = mean of sigmoid(z), logit(s) = log(s / (1 - s)); 1 - sigmoid(z)
    is sigmoid(-z), and logarithms of sums are taken without the sums.

    Args:
        logits (Tensor): z, (B, N, T).

    Returns:
        Tensor: (B, T).
    """
    # log(sigmoid(z)) = -softplus(-z), which graphs of ONNX do not take apart
    # into what they round.
    positive = (-F.softplus(-logits)).logsumexp(1)
    return positive - (-F.softplus(logits)).logsumexp(1)
