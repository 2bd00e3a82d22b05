"""What to make a scorer of, in this process or in another."""

from typing import Any, Dict, NamedTuple, Optional

from .chosen_extractor import ONNX
from .video_scorer import VideoScorer


class ScorerRecipe(NamedTuple):
    """Files and settings of a scorer, as a command line has them.

    Attributes:
        model (str, optional): Config of the detector, or ``.onnx`` file; None
            for what the checkpoint says.
        weights (str, optional): Checkpoint.
        cfg_options (dict, optional): Keys of the config to override.
        options (dict): Other arguments of :class:`.AnomalyInferencer`.
    """

    model: Optional[str]
    weights: Optional[str]
    cfg_options: Optional[Dict[str, Any]]
    options: Dict[str, Any]

    def with_options(self, **changes: Any) -> 'ScorerRecipe':
        """Give the same with other options.

        Args:
            **changes: Of ``options``.
        """
        return self._replace(options={**self.options, **changes})

    def build(self) -> VideoScorer:
        """Make the scorer; one of exported files alone needs no torch.

        Raises:
            FileNotFoundError, RuntimeError, ValueError: See
                :class:`.AnomalyInferencer` and :class:`.OnnxInferencer`.
        """
        is_exported = (self.model or '').endswith(ONNX)
        if is_exported and not (self.weights or self.cfg_options):
            from .onnx_inferencer import OnnxInferencer

            return OnnxInferencer(str(self.model), **self.options)
        from .inferencer import AnomalyInferencer

        return AnomalyInferencer(
            self.model,
            self.weights,
            cfg_options=self.cfg_options,
            **self.options,
        )
