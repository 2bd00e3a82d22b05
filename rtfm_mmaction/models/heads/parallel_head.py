"""The mean of several heads, on one scale.

Shapes: B videos, N crops, T snippets, C channels, M necks, H heads, D channels
of all necks' outputs on end.
"""

from typing import Any, Dict, Optional, Sequence

import torch
from mmaction.registry import MODELS
from mmengine.model import BaseModule
from torch import Tensor, nn

from ..contracts import whole_video

# Logits of scores that are all but 0 or 1 in float32.
SMALLEST = 1e-7


@MODELS.register_module()
class ParallelHead(BaseModule):
    """Means the logits of several heads behind a ``ParallelNeck``.

    Logits of different kinds of heads have different scales, so each head's
    are put to ``center`` 0 and ``spread`` 1 first: the median and the
    deviation of normal snippets that its model did not learn from. With z_h
    those of head h, the logit of a snippet is the weighted mean of all z_h
    less ``offset``, so that an ``offset`` that is a threshold makes 0.5 the
    score that reaches it.

    Args:
        in_channels (int): C.
        heads (Sequence[dict]): H configs of MIL heads, each with the key
            ``branch``, the number of its neck from 0.
        crop_mode (str): What the crops are to all heads, see
            :class:`~rtfm_mmaction.models.contracts.CropHead`. Defaults to
            'average'.
        widths (Sequence[int], optional): Channels of each neck's output.
            Defaults to None: C of all.
        init_cfg (dict, optional): Initialisation config.

    Attributes:
        needs_whole_video (bool): Whether one of the heads has to see all
            snippets at once.

    Raises:
        ValueError: If there is no head, or a branch is none.
    """

    def __init__(
        self,
        in_channels: int,
        heads: Sequence[dict],
        crop_mode: str = 'average',
        widths: Optional[Sequence[int]] = None,
        init_cfg: Optional[dict] = None,
    ) -> None:
        super().__init__(init_cfg)
        if not heads:
            raise ValueError('ParallelHead: expected at least one head')
        self.in_channels = in_channels
        self.crop_mode = crop_mode
        self.widths = None if widths is None else list(widths)
        self.branches = [_branch(head['branch']) for head in heads]
        parts = []
        for head in heads:
            head = {'in_channels': in_channels, **head}
            head.pop('branch')
            parts.append(MODELS.build(head))
        self.heads: Any = nn.ModuleList(parts)
        self.needs_whole_video = any(map(whole_video, self.heads))
        self.register_buffer('center', torch.zeros(len(parts)))
        self.register_buffer('spread', torch.ones(len(parts)))
        self.register_buffer(
            'weight', torch.full((len(parts),), 1 / len(parts))
        )
        self.register_buffer('offset', torch.zeros(()))

    def predict(self, x: Tensor) -> Dict[str, Tensor]:
        """Judge videos of one length.

        Args:
            x (Tensor): X of the ``ParallelNeck``, (B, N, T, D).

        Returns:
            dict[str, Tensor]: ``scores`` (B, T) in [0, 1], ``crop_scores``
            (B, T, N) where all heads give some, and ``logits`` (B, T),
            float32.

        Raises:
            ValueError: If a head's branch is beyond M, or D is not the sum
                of the widths.
        """
        if self.widths is not None and x.shape[-1] != sum(self.widths):
            raise ValueError(
                f'ParallelHead: expected X of {sum(self.widths)} channels, '
                f'the sum of widths = {self.widths}, found {x.shape[-1]}'
            )
        parts = x.split(self.widths or self.in_channels, -1)
        if max(self.branches) >= len(parts):
            raise ValueError(
                f'ParallelHead: expected branches below {len(parts)}, one for '
                f'each neck, found {max(self.branches)}'
            )
        logits, crops = [], []
        for branch, head in zip(self.branches, self.heads):
            # Without the checks of predict_snippets, which no graph can make;
            # what comes of all is checked.
            found = head.predict(parts[branch])
            logits.append(
                found['logits'].float()
                if 'logits' in found
                else _to_logits(found['scores'].float())
            )
            if 'crop_logits' in found:
                crops.append(found['crop_logits'].float())
            elif 'crop_scores' in found:
                crops.append(_to_logits(found['crop_scores'].float()))
        mean = self._mean(logits)
        result = dict(scores=mean.sigmoid(), logits=mean)
        if len(crops) == len(logits):
            result['crop_scores'] = self._mean(crops).sigmoid()
        return result

    def _mean(self, logits: Sequence[Tensor]) -> Tensor:
        scaled = [
            weight * (values - center) / spread
            for values, weight, center, spread in zip(
                logits, self.weight, self.center, self.spread
            )
        ]
        return torch.stack(scaled).sum(0) - self.offset

    def loss(self, x: Tensor, labels: Tensor) -> Dict[str, Tensor]:
        """Refuse: the heads were trained one by one.

        Args:
            x (Tensor): X, (B, N, T, D).
            labels (Tensor): (B,).

        Raises:
            NotImplementedError: Always.
        """
        raise NotImplementedError(
            'ParallelHead: expected to be scored by, since rtfm fit trains '
            'each of its models by itself; found a training of all'
        )


def _branch(number: Any) -> int:
    if not isinstance(number, int) or isinstance(number, bool) or number < 0:
        raise ValueError(
            'ParallelHead: branch: expected the number of a neck, from 0, '
            f'found {number!r}'
        )
    return number


def _to_logits(scores: Tensor) -> Tensor:
    return scores.clamp(SMALLEST, 1 - SMALLEST).logit()
