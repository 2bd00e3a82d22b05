from .frame_level import (detection_metrics, false_alarm_rate, snippet_counts,
                          video_level_metrics)
from .per_class import class_detection_metrics

__all__ = [
    'class_detection_metrics', 'detection_metrics', 'false_alarm_rate',
    'snippet_counts', 'video_level_metrics'
]
