"""What scores the snippets of a stream: a detector in torch, or a file.

Nothing here imports torch before a detector in torch is given.

Shapes: N crops, n snippets of a piece, C channels.
"""

from typing import TYPE_CHECKING, Dict, Optional, Protocol, Union

import numpy as np

from ..export.onnx_runtime import OnnxDetector

if TYPE_CHECKING:
    from ..models import AnomalyDetector


class StreamScorer(Protocol):
    """Sums up and scores pieces of a video; see ``models.contracts``."""

    @property
    def in_channels(self) -> int:
        """C."""

    @property
    def reach(self) -> Optional[int]:
        """Snippets to either side that a score depends on, beside the sum;
        None where the video has to be there as a whole.
        """

    @property
    def part(self) -> str:
        """Name of the neck, or of the part that asks for the whole."""

    def summarize(self, features: np.ndarray) -> np.ndarray:
        """Sum up a piece for those that cannot see it.

        Args:
            features (np.ndarray): (n, N, C) float32, as extracted.

        Returns:
            np.ndarray: float32, of a shape that does not depend on n; of size
            0 where nothing has to be known.
        """

    def score_piece(
        self, features: np.ndarray, memory: Optional[np.ndarray], wanted: slice
    ) -> Dict[str, np.ndarray]:
        """Score some snippets of a piece.

        Args:
            features (np.ndarray): (n, N, C) float32, as extracted: what is
                wanted and :attr:`reach` around it, or the whole video.
            memory (np.ndarray, optional): The sum over the whole video,
                divided by its snippets, float32; None of the whole video.
            wanted (slice): Of the n snippets.

        Returns:
            dict[str, np.ndarray]: As ``predict_snippets`` gives them, without
            the first axis.
        """


def scorer_of(
    detector: Union['AnomalyDetector', OnnxDetector],
) -> StreamScorer:
    """Take a detector for streams.

    Args:
        detector (AnomalyDetector or OnnxDetector): One in torch is taken into
            evaluation mode.
    """
    if isinstance(detector, OnnxDetector):
        return detector
    from .torch_scorer import TorchScorer

    return TorchScorer(detector)
