"""What heads have in common that judge each crop of each snippet by itself.

Shapes: B videos, N crops, T snippets, C channels, S rows.
"""

from abc import ABC, abstractmethod
from typing import Dict, Optional

from mmengine.model import BaseModule
from torch import Tensor

from .rtfm_head import CROP_MODES


class JudgingHead(BaseModule, ABC):
    """Base of heads that are fitted by scikit-learn and not by gradients.

    Args:
        crop_mode (str): 'average' to judge the mean feature of the crops,
            'instance' to judge each crop and take the highest. Defaults to
            'average'.
        init_cfg (dict, optional): Initialisation config.

    Attributes:
        scores_only_rank (bool): True, see
            :class:`~rtfm_mmaction.models.contracts.RankingHead`.

    Raises:
        ValueError: If ``crop_mode`` is another.
    """

    scores_only_rank = True

    def __init__(
        self, crop_mode: str = 'average', init_cfg: Optional[dict] = None
    ) -> None:
        super().__init__(init_cfg)
        if crop_mode not in CROP_MODES:
            raise ValueError(
                f'{type(self).__name__}: crop_mode must be one of '
                f'{CROP_MODES}, got {crop_mode!r}'
            )
        self.crop_mode = crop_mode

    @abstractmethod
    def judge(self, rows: Tensor) -> Tensor:
        """Say how abnormal features are.

        Args:
            rows (Tensor): (S, C).

        Returns:
            Tensor: (S,), higher where more abnormal.
        """

    def predict(self, x: Tensor) -> Dict[str, Tensor]:
        """Judge videos of one length.

        Args:
            x (Tensor): X, (B, N, T, C).

        Returns:
            dict[str, Tensor]: ``scores`` (B, T) in [0, 1], ``crop_scores``
            (B, T, N) and ``logits`` (B, T), float32. The scores rank, and
            mean nothing beyond that. Distances are so large that their
            scores round to 1; ``crop_logits`` (B, T, N) tell crops apart
            all the same.
        """
        average = self.crop_mode == 'average'
        crops = self._judge_all(x)
        logits = self._judge_all(x.mean(1)) if average else crops.amax(1)
        return dict(
            scores=logits.sigmoid(),
            crop_scores=crops.sigmoid().transpose(1, 2),
            logits=logits,
            crop_logits=crops.transpose(1, 2),
        )

    def _judge_all(self, x: Tensor) -> Tensor:
        return self.judge(x.flatten(0, -2).float()).view(x.shape[:-1])

    def loss(self, x: Tensor, labels: Tensor) -> Dict[str, Tensor]:
        """Refuse: there is nothing to learn by gradients.

        Args:
            x (Tensor): X, (B, N, T, C).
            labels (Tensor): (B,).

        Raises:
            NotImplementedError: Always.
        """
        raise NotImplementedError(
            f'{type(self).__name__}: expected to be scored by, since rtfm fit '
            'fits it by scikit-learn; found a training by gradients'
        )
