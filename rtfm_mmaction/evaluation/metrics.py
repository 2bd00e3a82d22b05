"""Metric of weakly supervised video anomaly detection."""

from typing import Dict, List, Optional, Sequence

import numpy as np
from mmaction.registry import METRICS
from mmengine.evaluator import BaseMetric
from mmengine.logging import MMLogger

from ..datasets.ground_truth import labels_alone
from ..datasets.weak_label_dataset import file_of, labels_of
from ..io.atomic import check_writable
from .functional import (
    detection_metrics,
    false_alarm_rate,
    snippet_counts,
    video_level_metrics,
)
from .predictions import write_predictions

LEVELS = ('auto', 'frame', 'video')
DESCRIPTION = ('video', 'label', 'class', 'frames', 'abnormal_intervals')
# Key of a file of predictions -> field of a data sample, of what not every
# head gives.
OPTIONAL = dict(
    magnitudes='snippet_magnitudes',
    crop_scores='crop_scores',
    logits='snippet_logits',
)


@METRICS.register_module()
class AnomalyMetric(BaseMetric):
    """Frame-level AUC and AP, and what goes with them.

    Ground truth is built video by video from the annotated intervals and T,
    but for the figures of whole videos, which need the labels alone.
    All figures are in [0, 1]; NaN, with a warning, where one is not defined:

    - ``AUC``, ``AP``, ``PR_AUC`` of all frames (see
      :func:`~.functional.detection_metrics` for the two precision figures);
    - ``AUC_abnormal``, … of the frames of abnormal videos alone;
    - ``AUC/<class>``, … of the frames of one class's videos alone;
    - ``FAR``, share of normal videos' frames that score 0.5 or more;
    - ``video_AUC``, ``video_AP``, of telling videos apart by their highest
      score.

    Args:
        level (str): 'frame' for all figures, or 'video' for those alone that
            weak labels allow: of held-out training videos, say, whose
            abnormal intervals are not known. Defaults to 'auto': 'video' if
            the intervals of no abnormal video are known, else 'frame'.
        per_class (bool): Whether to report the classes, where the
            annotations have more than one; at frame level only. Defaults to
            True.
        out_file (str, optional): JSON file to write the predictions to, for
            ``tools/analysis/plot_scores.py``. Defaults to None.
        run_info (dict, optional): What to note of the run in that file, such
            as config and checkpoint.
        collect_device (str): As of ``BaseMetric``. Defaults to 'cpu'.
        prefix (str, optional): As of ``BaseMetric``. Defaults to 'anomaly'.

    Raises:
        OSError: If ``out_file`` cannot be written, before anything is scored.
        ValueError: If ``level`` is another.
    """

    default_prefix = 'anomaly'

    def __init__(
        self,
        level: str = 'auto',
        per_class: bool = True,
        out_file: Optional[str] = None,
        run_info: Optional[dict] = None,
        collect_device: str = 'cpu',
        prefix: Optional[str] = None,
    ) -> None:
        super().__init__(collect_device=collect_device, prefix=prefix)
        if level not in LEVELS:
            raise ValueError(
                f'AnomalyMetric: level must be one of {LEVELS}, found '
                f'{level!r}'
            )
        if out_file:
            check_writable(out_file)
        self.level = level
        self.per_class = per_class
        self.out_file = out_file
        self.run_info = run_info or {}
        self._said = False

    def process(
        self, data_batch: Optional[dict], data_samples: Sequence[dict]
    ) -> None:
        """Keep what one batch of videos says.

        Args:
            data_batch (dict, optional): Not used.
            data_samples (Sequence[dict]): Predicted data samples as dicts.

        Raises:
            ValueError: If scores are not finite, or a video's ground truth
                does not fit its T; names the video.
        """
        for sample in data_samples:
            scores = sample['snippet_scores'].float().cpu().numpy()
            _check_scores(scores, sample)
            self.results.append(
                dict(
                    **{key: sample[key] for key in DESCRIPTION},
                    snippet_len=sample['snippet_len'],
                    **self._frames(sample, len(scores)),
                    scores=scores,
                    **{
                        key: sample[field].float().cpu().numpy()
                        for key, field in OPTIONAL.items()
                        if field in sample
                    },
                )
            )

    def _frames(self, sample: dict, snippets: int) -> dict:
        """Abnormal and normal frames of each snippet, if they are counted."""
        unknown = sample['label'] == 1 and sample['abnormal_intervals'] is None
        if self.level == 'video' or (self.level == 'auto' and unknown):
            return {}
        abnormal, normal = snippet_counts(
            labels_of({**sample, 'num_snippets': snippets}),
            sample['snippet_len'],
        )
        return dict(abnormal_frames=abnormal, normal_frames=normal)

    def _has_frames(self, abnormal: List[dict]) -> bool:
        """Whether figures are of frames, by what is known of videos."""
        if self.level != 'auto':
            return self.level == 'frame'
        if labels_alone(abnormal):
            if not self._said:
                self._said = True
                MMLogger.get_current_instance().info(
                    f'{len(abnormal)} abnormal videos: found labels of whole '
                    'videos and no intervals: figures are of videos by their '
                    f'highest score ({self.prefix}/video_AUC, '
                    f'{self.prefix}/video_AP), none of frames'
                )
            return False
        for video in abnormal:
            if video['abnormal_intervals'] is None:
                raise ValueError(
                    f'video {video["video"]!r}: expected its abnormal '
                    'intervals, as of others, found none'
                )
        return True

    def compute_metrics(self, results: List[dict]) -> Dict[str, float]:
        """Compute all figures of the collected videos.

        Args:
            results (list[dict]): Entries that :meth:`process` kept.

        Returns:
            dict[str, float]: The figures.
        """
        abnormal = [video for video in results if video['label'] == 1]
        normal = [video for video in results if video['label'] == 0]
        figures = {}
        has_frames = self._has_frames(abnormal)
        if has_frames:
            figures.update(self._frame_figures(results, ''))
            figures.update(self._frame_figures(abnormal, '_abnormal'))
            figures['FAR'] = false_alarm_rate(_pool(normal, 'scores'))
        figures.update(
            video_level_metrics(
                [video['scores'] for video in results],
                [video['label'] for video in results],
            )
        )
        if has_frames and self.per_class:
            figures.update(self._class_figures(abnormal))
        undefined = [
            name for name, value in figures.items() if np.isnan(value)
        ]
        if undefined:
            MMLogger.get_current_instance().warning(
                f'{len(abnormal)} abnormal and {len(normal)} normal videos: '
                f'not defined are {", ".join(undefined)} (a curve needs '
                'abnormal and normal frames or videos, FAR normal videos)'
            )
        if self.out_file:
            self._dump(results, figures)
        return figures

    @staticmethod
    def _frame_figures(videos: List[dict], suffix: str) -> Dict[str, float]:
        figures = detection_metrics(
            _pool(videos, 'scores'),
            _pool(videos, 'abnormal_frames'),
            _pool(videos, 'normal_frames'),
        )
        return {f'{name}{suffix}': value for name, value in figures.items()}

    def _class_figures(self, abnormal: List[dict]) -> Dict[str, float]:
        classes = sorted({video['class'] for video in abnormal})
        figures = {}
        for name in classes if len(classes) > 1 else ():
            videos = [v for v in abnormal if v['class'] == name]
            figures.update(self._frame_figures(videos, f'/{name}'))
        return figures

    def _dump(self, results: List[dict], figures: Dict[str, float]) -> None:
        keys = (*DESCRIPTION, 'scores', *OPTIONAL)
        metainfo = dict(self.dataset_meta or {})
        metainfo.update(self.run_info, snippet_len=results[0]['snippet_len'])
        write_predictions(
            self.out_file,
            metainfo,
            {
                f'{self.prefix}/{name}': value
                for name, value in figures.items()
            },
            [
                {key: video[key] for key in keys if key in video}
                for video in results
            ],
        )


def _check_scores(scores: np.ndarray, sample: dict) -> None:
    """Refuse NaN while the video is still known."""
    odd = ~np.isfinite(scores)
    if odd.any():
        raise ValueError(
            f'{file_of(sample)}, video {sample["video"]!r}: expected finite '
            f'scores, found {np.count_nonzero(odd)} NaN or infinite ones in '
            f'{len(scores)} snippets, the first in snippet {odd.argmax()}: '
            'the weights are not finite, or the features too large'
        )


def _pool(videos: List[dict], key: str) -> np.ndarray:
    """Concatenate one array of each video."""
    return (
        np.concatenate([video[key] for video in videos])
        if videos
        else (np.zeros(0))
    )
