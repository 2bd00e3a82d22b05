"""Several necks side by side, for the mean of several models.

Shapes: B videos, N crops, T snippets, n of a piece, C channels, M necks, D
channels of all necks' outputs on end.
"""

from math import prod
from typing import Any, List, Optional, Sequence

import torch
from mmaction.registry import MODELS
from mmengine.model import BaseModule
from torch import Tensor, nn

from ..contracts import whole_video


@MODELS.register_module()
class ParallelNeck(BaseModule):
    """Gives the same features to several necks, standardised for each.

    Models that were trained on other videos each standardise in a way of
    their own, so the statistics are kept here, a row a neck, and not by the
    detector. A :class:`~rtfm_mmaction.models.heads.ParallelHead` takes the
    outputs apart again. Works in pieces where all of its necks do.

    Args:
        in_channels (int): C.
        necks (Sequence[dict]): M configs of temporal necks, at least one.
        init_cfg (dict, optional): Initialisation config.

    Attributes:
        needs_whole_video (bool): Whether one of the necks has to see all
            snippets at once.

    Raises:
        ValueError: If there is no neck.
    """

    def __init__(
        self,
        in_channels: int,
        necks: Sequence[dict],
        init_cfg: Optional[dict] = None,
    ) -> None:
        super().__init__(init_cfg)
        if not necks:
            raise ValueError('ParallelNeck: expected at least one neck')
        self.necks: Any = nn.ModuleList(
            [
                MODELS.build({'in_channels': in_channels, **neck})
                for neck in necks
            ]
        )
        self.in_channels = in_channels
        self.needs_whole_video = any(map(whole_video, self.necks))
        self.register_buffer('mean', torch.zeros(len(necks), in_channels))
        self.register_buffer('std', torch.ones(len(necks), in_channels))

    @property
    def reach(self) -> int:
        """Snippets to either side that an output depends on."""
        return max(neck.reach for neck in self.necks)

    @property
    def numbers_per_snippet(self) -> int:
        """Numbers held at once, for each snippet and crop.

        One neck's at a time, and the outputs of all.
        """
        return (len(self.necks) + 1) * self.in_channels + max(
            neck.numbers_per_snippet for neck in self.necks
        )

    def summarize(self, x: Tensor) -> Tensor:
        """Sum up what each neck has to know of the rest of a video.

        Args:
            x (Tensor): F of a piece, (1, N, n, C).

        Returns:
            Tensor: 1-d, the necks' own sums on end.
        """
        return torch.cat([part.flatten() for part in self._sums(x)])

    def _sums(self, x: Tensor) -> List[Tensor]:
        return [
            neck.summarize((x - mean) / std)
            for neck, mean, std in zip(self.necks, self.mean, self.std)
        ]

    def forward(self, x: Tensor, memory: Optional[Tensor] = None) -> Tensor:
        """Run all necks.

        Args:
            x (Tensor): F, (B, N, T, C), as extracted.
            memory (Tensor, optional): See
                :class:`~rtfm_mmaction.models.contracts.PiecewiseNeck`.
                Defaults to None: ``x`` is the whole.

        Returns:
            Tensor: (B, N, T, D).
        """
        memories: List[Optional[Tensor]] = [None] * len(self.necks)
        if memory is not None:
            # Their shapes depend on the crops and not on the snippets.
            shapes = [part.shape for part in self._sums(x[:1, :, :1])]
            parts = memory.split([prod(shape) for shape in shapes])
            memories = [part.view(shape) for part, shape in zip(parts, shapes)]
        outputs = []
        for neck, known, mean, std in zip(
            self.necks, memories, self.mean, self.std
        ):
            rows = (x - mean) / std
            outputs.append(neck(rows) if known is None else neck(rows, known))
        return torch.cat(outputs, -1)
