from .frame_level import (detection_metrics, false_alarm_rate, snippet_counts,
                          video_level_metrics)

__all__ = [
    'detection_metrics', 'false_alarm_rate', 'snippet_counts',
    'video_level_metrics'
]
