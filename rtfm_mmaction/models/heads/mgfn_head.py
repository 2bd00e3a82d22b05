"""Magnitude contrast on few snippets.

Shapes: B videos, N crops, T snippets, D channels of Z, K selected snippets, P
pairs, G as in :mod:`.selection`.
"""

from typing import Dict, Optional

from mmaction.registry import MODELS
from torch import Tensor

from .pairing import split_pairs
from .rtfm_head import RTFMHead

OVER = ('abnormal', 'normal', 'all')
CONTRAST = dict(type='MagnitudeContrastLoss')
CLUSTER = dict(type='MagnitudeClusterLoss')
CLS = dict(type='MILBCELoss')
# Within each video; RTFM's runs across the borders of videos.
SMOOTH = dict(type='SmoothnessLoss', scope='video')
SPARSE = dict(type='SparsityLoss')


@MODELS.register_module()
class MGFNHead(RTFMHead):
    """Head of MGFN: one linear layer, and contrast of magnitudes.

    Sec. 3.3 of `MGFN <https://arxiv.org/abs/2211.15098>`_ in the form of its
    release of April 2023. Snippets are selected as in RTFM, by magnitude with
    a dropout, and the K of a bag are scored and compared as there.

    The release trains with ten crops, K <= T and two pairs or more alone, and
    takes a batch's normal videos first; here N, T and P are any, and labels
    tell the videos apart. Its loaders never shuffle, ours do.

    Args:
        in_channels (int): D.
        select_dropout (float): Dropout of the magnitudes that the selection
            compares. Defaults to 0.7.
        num_selected (int): K. Defaults to 3.
        crop_mode (str): See :class:`RTFMHead`. Defaults to 'average'.
        loss_contrast (dict): Config of the term that parts both kinds; takes
            selected features of abnormal and normal videos, (P, G, K, D)
            each.
        loss_cluster (dict): Config of the term that draws one kind together;
            takes selected features (P, G, K, D), once of each kind.
        loss_cls (dict): Config of the classifier term; takes selected scores
            (B, K) and labels (B,).
        loss_smooth (dict): Config of the smoothness term; takes scores (V, T)
            of V videos.
        loss_sparse (dict): Config of the sparsity term; takes the same.
        smooth_over (str): Whose scores are to be smooth: 'abnormal', 'normal'
            or 'all'. Defaults to 'all'.
        sparse_over (str): Whose scores are to be few. Defaults to 'normal'.
        init_cfg (dict, optional): Initialisation config. Defaults to None:
            torch's own, as in the release.

    Raises:
        ValueError: If K is below 1, or an option is another.
    """

    def __init__(
        self,
        in_channels: int,
        select_dropout: float = 0.7,
        num_selected: int = 3,
        crop_mode: str = 'average',
        loss_contrast: dict = CONTRAST,
        loss_cluster: dict = CLUSTER,
        loss_cls: dict = CLS,
        loss_smooth: dict = SMOOTH,
        loss_sparse: dict = SPARSE,
        smooth_over: str = 'all',
        sparse_over: str = 'normal',
        init_cfg: Optional[dict] = None,
    ) -> None:
        super().__init__(
            in_channels,
            hidden_channels=(),
            feature_dropout=0.0,
            select_dropout=select_dropout,
            num_selected=num_selected,
            crop_mode=crop_mode,
            loss_magnitude=None,
            loss_cls=loss_cls,
            loss_smooth=loss_smooth,
            loss_sparse=loss_sparse,
            init_cfg=init_cfg,
        )
        for key, value in (
            ('smooth_over', smooth_over),
            ('sparse_over', sparse_over),
        ):
            if value not in OVER:
                raise ValueError(
                    f'MGFNHead: {key} must be one of {OVER}, found {value!r}'
                )
        self.loss_contrast = MODELS.build(loss_contrast)
        self.loss_cluster = MODELS.build(loss_cluster)
        self.smooth_over = smooth_over
        self.sparse_over = sparse_over

    def loss(self, x: Tensor, labels: Tensor) -> Dict[str, Tensor]:
        """Compute the terms of the loss.

        Args:
            x (Tensor): Z, (B, N, T, D), as many abnormal as normal videos;
                the i-th abnormal one is compared with the i-th normal one.
            labels (Tensor): (B,) of 0 (normal) and 1 (abnormal).

        Returns:
            dict[str, Tensor]: ``loss_contrast``, ``loss_cluster_abnormal``,
            ``loss_cluster_normal``, ``loss_cls``, ``loss_smooth``,
            ``loss_sparse``, and the mean selected magnitude of both kinds of
            video, which the loss does not use.

        Raises:
            ValueError: If the batch is not made of pairs.
        """
        abnormal, normal = split_pairs(labels, type(self).__name__)
        outputs = self(x)
        chosen = self.choose(outputs)
        features = self.chosen_features(outputs, chosen)
        scores = self.reduce_crops(outputs.scores)
        kinds = dict(
            abnormal=scores[abnormal], normal=scores[normal], all=scores
        )
        return dict(
            loss_contrast=self.loss_contrast(
                features[abnormal], features[normal]
            ),
            loss_cluster_abnormal=self.loss_cluster(features[abnormal]),
            loss_cluster_normal=self.loss_cluster(features[normal]),
            loss_cls=self.loss_cls(chosen.scores, labels),
            loss_smooth=self.loss_smooth(kinds[self.smooth_over]),
            loss_sparse=self.loss_sparse(kinds[self.sparse_over]),
            magnitude_abnormal=chosen.magnitudes[abnormal].mean(),
            magnitude_normal=chosen.magnitudes[normal].mean(),
        )
