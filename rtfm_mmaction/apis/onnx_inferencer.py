"""From videos to scores and events by exported files, without torch."""

from typing import Any, Dict, Mapping, Optional, Union

import numpy as np

from ..evaluation.functional.events import EventRule
from ..export.onnx_runtime import OnnxDetector
from ..export.onnx_session import best_device
from ..io.file_digest import file_digest
from .video_scorer import VideoScorer


class OnnxInferencer(VideoScorer):
    """:class:`.AnomalyInferencer` of exported files, which needs no torch.

    Args:
        model (str): ``.onnx`` file of ``rtfm export``.
        extractor (str, optional): The same of ``rtfm export --extractor``;
            what else there can be takes torch. Defaults to None: what the
            detector says, once there are videos.
        device (str, optional): 'cpu' or 'cuda'. Defaults to None: a GPU, if
            this onnxruntime can use one, else 'cpu'.
        dtype (str, optional): See :class:`.AnomalyInferencer`.
        rule (dict or EventRule, optional): As there.
        fps (float, optional): As there.
        layout (str or dict, optional): As there.
        annotations (str, optional): As there.
        show_progress (bool): As there.
        other_features (bool): As there.
        still (float, optional): As there.

    Raises:
        FileNotFoundError: If a file is missing.
        RuntimeError: If onnxruntime is not installed.
        ValueError: If a setting is out of its range, or a file another.
    """

    def __init__(
        self,
        model: str,
        extractor: Union[str, Dict[str, Any], None] = None,
        device: Optional[str] = None,
        dtype: Optional[str] = None,
        rule: Union[Dict[str, Any], EventRule, None] = None,
        fps: Optional[float] = None,
        layout: Union[str, Mapping, None] = None,
        annotations: Optional[str] = None,
        show_progress: bool = True,
        other_features: bool = False,
        still: Optional[float] = None,
    ) -> None:
        super().__init__(
            extractor,
            device or best_device(),
            dtype,
            rule,
            fps,
            layout,
            annotations,
            other_features,
            still,
        )
        self.show_progress = show_progress
        self._onnx = model
        self.model = OnnxDetector(model, self._device)
        self._know_detector(file_digest(model))
        if extractor is not None:
            self.pipeline = self._choose_extractor(model)

    @property
    def _file(self) -> str:
        """The detector's."""
        return self._onnx

    @property
    def scores_only_rank(self) -> bool:
        """See :class:`.VideoScorer`."""
        return self.model.scores_only_rank

    def _score_features(self, features: Any) -> Dict[str, np.ndarray]:
        """Score (T, N, C) at once."""
        return self.model.score(features[:])
