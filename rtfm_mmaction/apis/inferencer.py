"""From videos to scores and events, in one go.

Shapes: T snippets, N crops, C channels.
"""

from typing import Any, Dict, Mapping, Optional, Union

import numpy as np
from mmaction.registry import INFERENCERS
from mmengine.config import Config
from mmengine.infer import BaseInferencer
from mmengine.registry import init_default_scope

from ..datasets.feature_layouts import FeatureLayout, get_layout
from ..evaluation.functional.events import EventRule
from ..io.file_digest import file_digest
from ..models.contracts import scores_only_rank
from ..models.long_video import score_in_chunks
from .chosen_extractor import ONNX
from .config_names import read_config
from .detector_folder import rule_of_folder
from .devices import choose_device
from .digests import digest_of
from .loading import load_detector
from .video_scorer import VideoScorer


@INFERENCERS.register_module()
class AnomalyInferencer(VideoScorer, BaseInferencer):
    """Scores videos, features or arrays by a trained detector.

    Backbone and detector are chained in memory. Videos are read one after
    another, and passes of the backbone reach across their borders.

    Args:
        model (str or Config, optional): The config that the detector was
            trained by, by path or shipped name; or an ``.onnx`` file of
            ``tools/export.py``. Defaults to None: what the checkpoint says.
        weights (str, optional): Checkpoint; not needed with ``.onnx``.
        extractor (str or dict, optional): Config out of ``configs/features``
            that the training's features were made by, by path, shipped name
            or itself; or an ``.onnx`` file of ``tools/export.py``. Defaults
            to None: what the checkpoint says, once there are videos.
        device (str, optional): Where both run. Defaults to None: a GPU, or
            'cpu' where there is none.
        dtype (str, optional): Of the backbone, 'fp32' or 'bf16'. Defaults to
            None: that of the training's features, where the device is made
            for it; else 'fp32'.
        rule (dict or EventRule, optional): What makes events of scores.
            Defaults to None: what a folder of ``rtfm fit`` says, else a
            threshold of 0.5 and gaps of up to 2 s.
        fps (float, optional): Frames per second of all inputs, whatever they
            say. Defaults to None: what each says, unless the times of its
            frames contradict it; 25 where nothing says it.
        layout (str or dict, optional): Layout of feature files, see
            ``FeatureLayout``. Defaults to None: the config's, else that of
            the training's features as the checkpoint has it, else 'packed'.
        annotations (str, optional): JSON annotation file; what it knows of a
            video of the same name is shown beside the scores.
            Defaults to None.
        cfg_options (dict, optional): Keys of the config to override.
        show_progress (bool): Defaults to True.
        other_features (bool): Whether features are scored that were made in
            another way than those of the training. Defaults to False: they
            are refused, where both are known.
        still (float, optional): Bound below which clips take the features of
            an earlier one, see :meth:`.ClipExtractor.reuse_still`. Defaults
            to None: each is scored.

    Attributes:
        layout (FeatureLayout): How feature files are read.
        pipeline (ClipExtractor, optional): None until it is needed.
        extractor_name (str): What to call it; empty until then.

    Raises:
        FileNotFoundError: If a file is missing.
        ValueError: If a setting is out of its range, weights do not fit, or
            the extractor is not that of the training's features.
    """

    def __init__(
        self,
        model: Union[str, Config, None] = None,
        weights: Optional[str] = None,
        extractor: Union[str, Dict[str, Any], None] = None,
        device: Optional[str] = None,
        dtype: Optional[str] = None,
        rule: Union[Dict[str, Any], EventRule, None] = None,
        fps: Optional[float] = None,
        layout: Union[str, Mapping, None] = None,
        annotations: Optional[str] = None,
        cfg_options: Optional[dict] = None,
        show_progress: bool = True,
        other_features: bool = False,
        still: Optional[float] = None,
    ) -> None:
        init_default_scope('mmaction')
        if rule is None and model is None:
            rule = rule_of_folder(weights)
        VideoScorer.__init__(
            self,
            extractor,
            choose_device(device),
            dtype,
            rule,
            fps,
            layout,
            annotations,
            other_features,
            still,
        )
        self._cfg_options = cfg_options
        self._weights = weights
        self._onnx = None
        self._from_checkpoint = model is None
        if model is None:
            model = {}
        if isinstance(model, str):
            if model.endswith(ONNX):
                self._onnx, model = model, {}
            else:
                model = read_config(model, 'model')
        BaseInferencer.__init__(
            self,
            model,
            weights,
            device=self._device,
            scope='mmaction',
            show_progress=show_progress,
        )
        self._know_detector(
            digest_of(self.model)
            if self._onnx is None
            else file_digest(self._onnx),
            _layout_of_config(model),
        )

    @property
    def _file(self) -> str:
        """The detector's."""
        return self._onnx or str(self._weights)

    @property
    def scores_only_rank(self) -> bool:
        """See :class:`.VideoScorer`."""
        if self._onnx is not None:
            return self.model.scores_only_rank
        return scores_only_rank(self.model.head)

    def _score_features(self, features: Any) -> Dict[str, np.ndarray]:
        """Score (T, N, C), piece by piece where that can be."""
        if self._onnx is not None:
            return self.model.score(features[:])
        return score_in_chunks(self.model, features)

    def _init_model(
        self, cfg: Config, weights: Optional[str], device: str
    ) -> Any:
        if self._onnx is not None:
            from ..export.onnx_runtime import OnnxDetector

            for key, value in (
                ('weights', weights),
                ('cfg_options', self._cfg_options),
            ):
                if value:
                    raise ValueError(
                        f'{key}: expected none beside '
                        f'{self._onnx}, found {value}'
                    )
            return OnnxDetector(self._onnx, device)
        name: Optional[str] = (
            weights if self._from_checkpoint else cfg.filename
        )
        if weights is None:
            raise ValueError(
                'weights, --checkpoint: expected a checkpoint'
                + (f' of {name}' if name else '')
                + ', found none'
            )
        detector = load_detector(
            None if self._from_checkpoint else cfg,
            weights,
            device,
            self._cfg_options,
        )
        if detector.backbone is not None:
            raise ValueError(
                f'{name}: expected a detector on features'
                ', found one with a backbone of its own, which '
                'rtfm test scores'
            )
        return detector

    def _init_pipeline(self, cfg: Config) -> Any:
        """The extractor, or None."""
        if self._extractor is None:
            return None
        return self._choose_extractor(self._file)

    def _init_collate(self, cfg: Config) -> None:
        """Passes are made up by the extractor."""

    def _init_visualizer(self, cfg: Config) -> None:
        """Pictures are made from results, see ``ResultWriter``."""


def _layout_of_config(config: Any) -> Optional[FeatureLayout]:
    """The layout of a config's training features, where it names one."""
    loader = config.get('train_dataloader') or config.get('test_dataloader')
    if not loader:
        return None
    dataset = loader['dataset']
    layout = dataset.get('dataset', dataset).get('layout')
    if isinstance(layout, Mapping) and 'features' in layout:
        layout = layout['features']
    return None if layout in (None, 'auto') else get_layout(layout)
