"""RTFM's head on a video, and one that wants what is rebuilt to be normal.

Shapes: B videos, N crops, T snippets, C channels of the features.
"""

from typing import Dict, Optional

import torch
from mmaction.registry import MODELS
from torch import Tensor

from .rtfm_head import (
    CLS,
    MAGNITUDE,
    SMOOTH,
    SPARSE,
    XAVIER,
    RTFMHead,
    SnippetOutputs,
    build_classifier,
)


@MODELS.register_module()
class S3RHead(RTFMHead):
    """Head of S3R: scores snippets by X, and calls all of Y normal.

    Wu et al., *Self-Supervised Sparse Representation for Video Anomaly
    Detection*, ECCV 2022, in the form of its release
    (https://github.com/louisYen/S3R). Selection and terms of X are those of
    RTFM; one more classifier, of the mean of Y over T, learns that what the
    dictionary rebuilds is normal, in abnormal videos as well. Scoring does
    not use it.

    The release trains with T = 32 and two pairs or more alone, and takes a
    batch's normal videos first; here N, T and the number of pairs are any,
    and labels tell the videos apart.

    Args:
        in_channels (int): C of X, and as many of Y.
        dropout (float): Dropout in both classifiers, whose hidden layers have
            C/4 and C/16 channels. Defaults to 0.7.
        select_dropout (float): Dropout of the magnitudes that the selection
            compares. Defaults to 0.7.
        num_selected (int): K. Defaults to 3.
        crop_mode (str): See :class:`RTFMHead`. Defaults to 'average'.
        loss_magnitude (dict): See :class:`RTFMHead`.
        loss_cls (dict): See :class:`RTFMHead`.
        loss_smooth (dict): See :class:`RTFMHead`.
        loss_sparse (dict): See :class:`RTFMHead`.
        loss_macro (dict): Config of the term of Y; takes scores (B, 1) and
            labels (B,), all 0.
        init_cfg (dict, optional): Xavier-uniform weights and zero biases by
            default.
    """

    def __init__(
        self,
        in_channels: int,
        dropout: float = 0.7,
        select_dropout: float = 0.7,
        num_selected: int = 3,
        crop_mode: str = 'average',
        loss_magnitude: dict = MAGNITUDE,
        loss_cls: dict = CLS,
        loss_smooth: dict = SMOOTH,
        loss_sparse: dict = SPARSE,
        loss_macro: dict = CLS,
        init_cfg: Optional[dict] = XAVIER,
    ) -> None:
        widths = [max(in_channels // 4, 1), max(in_channels // 16, 1)]
        super().__init__(
            in_channels,
            hidden_channels=widths,
            dropout=dropout,
            feature_dropout=0.0,  # the neck has dropped out of X
            select_dropout=select_dropout,
            num_selected=num_selected,
            crop_mode=crop_mode,
            loss_magnitude=loss_magnitude,
            loss_cls=loss_cls,
            loss_smooth=loss_smooth,
            loss_sparse=loss_sparse,
            init_cfg=init_cfg,
        )
        self.in_channels = in_channels
        self.macro_classifier = build_classifier(in_channels, widths, dropout)
        self.loss_macro = MODELS.build(loss_macro)

    def forward(self, x: Tensor) -> SnippetOutputs:
        """Score each crop of each snippet by X.

        Args:
            x (Tensor): [X | Y] of the neck, (B, N, T, 2C).

        Returns:
            SnippetOutputs: Of X.
        """
        return super().forward(x[..., : self.in_channels])

    def macro_scores(self, x: Tensor) -> Tensor:
        """Score whole videos by Y.

        Args:
            x (Tensor): [X | Y] of the neck, (B, N, T, 2C).

        Returns:
            Tensor: (B,) in [0, 1], the mean over crops.
        """
        rebuilt = x[..., self.in_channels :].mean(2)
        return self.macro_classifier(rebuilt).sigmoid().mean((1, 2))

    def loss(self, x: Tensor, labels: Tensor) -> Dict[str, Tensor]:
        """Compute the terms of the loss.

        Args:
            x (Tensor): [X | Y], (B, N, T, 2C), as many abnormal as normal
                videos.
            labels (Tensor): (B,) of 0 (normal) and 1 (abnormal).

        Returns:
            dict[str, Tensor]: Those of :class:`RTFMHead`, and ``loss_macro``.

        Raises:
            ValueError: If the batch is not made of pairs.
        """
        terms = super().loss(x, labels)
        scores = self.macro_scores(x)[:, None]
        terms['loss_macro'] = self.loss_macro(scores, torch.zeros_like(labels))
        return terms
