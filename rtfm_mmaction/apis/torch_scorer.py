"""A detector in torch as the scorer of a stream.

Shapes: N crops, n snippets of a piece, C channels.
"""

from typing import Dict, Optional

import numpy as np
import torch

from ..models import AnomalyDetector
from ..models.contracts import piecewise_neck, whole_video
from ..models.long_video import score_piece, to_sequences


class TorchScorer:
    """See :class:`.StreamScorer`.

    Args:
        detector (AnomalyDetector): Taken into evaluation mode.
    """

    def __init__(self, detector: AnomalyDetector) -> None:
        self._detector = detector.eval()
        self._neck = piecewise_neck(detector.neck, detector.head)
        part = detector.neck
        if self._neck is None and not whole_video(part):
            part = detector.head
        self.part = type(part).__name__
        self.reach = None if self._neck is None else self._neck.reach
        self.in_channels: int = detector.in_channels

    @torch.no_grad()
    def summarize(self, features: np.ndarray) -> np.ndarray:
        """Sum up (n, N, C)."""
        if self._neck is None:
            return np.zeros(0, np.float32)
        rows = to_sequences(self._detector, features)
        summary = self._neck.summarize(rows[None]).float().cpu().numpy()
        # Nothing to know has one shape, an exported detector's, too.
        return summary if summary.size else np.zeros(0, np.float32)

    @torch.no_grad()
    def score_piece(
        self, features: np.ndarray, memory: Optional[np.ndarray], wanted: slice
    ) -> Dict[str, np.ndarray]:
        """Score some of (n, N, C)."""
        rows = to_sequences(self._detector, features)
        known = None
        if memory is not None and self._neck is not None:
            known = (
                torch.from_numpy(memory).to(rows.device)
                if memory.size
                else self._neck.summarize(rows[None])
            )
        scores = score_piece(self._detector, rows, known, wanted)
        return {key: values.cpu().numpy() for key, values in scores.items()}
