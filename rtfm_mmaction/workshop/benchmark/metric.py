"""Speed of the metric."""

from typing import Dict

import torch
from mmaction.registry import METRICS

from .timing import best_time


def measure_metric(
    frames: int = 2_400_000, videos: int = 800, repeats: int = 3
) -> Dict[str, float]:
    """Measure the metric on a test set of XD-Violence's size.

    Args:
        frames (int): Frames of all videos.
        videos (int): Number of videos, half of them abnormal.
        repeats (int): The fastest counts.

    Returns:
        dict[str, float]: Seconds.
    """
    length = frames // videos // 16
    samples = []
    for index in range(videos):
        label = index % 2
        samples.append(
            {
                'video': str(index),
                'label': label,
                'class': f'Kind{index % 6}' if label else 'Normal',
                'frames': 16 * length,
                'abnormal_intervals': [[5, 8 * length]] if label else [],
                'snippet_len': 16,
                'num_snippets': length,
                'snippet_scores': torch.rand(length),
                'snippet_magnitudes': torch.rand(length),
                'crop_scores': torch.rand(length, 1),
            }
        )

    def run() -> None:
        metric = METRICS.build(dict(type='AnomalyMetric'))
        metric.process(None, samples)
        metric.evaluate(videos)

    return {
        f'metric on {videos * length * 16} frames, s': best_time(run, repeats)
    }
