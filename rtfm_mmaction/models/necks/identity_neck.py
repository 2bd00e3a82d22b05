"""No temporal network. Shapes: B videos, N crops, T snippets, C channels."""

from typing import Optional

from mmaction.registry import MODELS
from mmengine.model import BaseModule
from torch import Tensor


@MODELS.register_module()
class IdentityNeck(BaseModule):
    """Leaves the features as they are, for models that judge each snippet.

    Works in pieces, see
    :class:`~rtfm_mmaction.models.contracts.PiecewiseNeck`.

    Args:
        in_channels (int): C; the detector gives it to every neck.
        init_cfg (dict, optional): Initialisation config.

    Attributes:
        reach (int): 0: no snippet depends on another.
        numbers_per_snippet (int): C: the output is the input.
    """

    reach = 0

    def __init__(
        self, in_channels: int, init_cfg: Optional[dict] = None
    ) -> None:
        super().__init__(init_cfg)
        self.in_channels = in_channels
        self.numbers_per_snippet = in_channels

    def forward(self, x: Tensor, memory: Optional[Tensor] = None) -> Tensor:
        """Return F itself.

        Args:
            x (Tensor): F, (B, N, T, C).
            memory (Tensor, optional): Not used: nothing has to be known.

        Returns:
            Tensor: F, (B, N, T, C).
        """
        return x

    def summarize(self, x: Tensor) -> Tensor:
        """Return what a video's parts have to know of the rest: nothing.

        Args:
            x (Tensor): F of a part, (B, N, T, C).

        Returns:
            Tensor: (B x N, 0, 0).
        """
        return x.new_zeros(x.shape[0] * x.shape[1], 0, 0)
