from .event_metrics import (
    detection_delay,
    event_level_metrics,
    false_alarms_per_hour,
    matching_metrics,
)
from .frame_level import (
    detection_metrics,
    false_alarm_rate,
    snippet_counts,
    video_level_metrics,
)
from .per_class import class_detection_metrics

__all__ = [
    'class_detection_metrics',
    'detection_delay',
    'detection_metrics',
    'event_level_metrics',
    'false_alarm_rate',
    'false_alarms_per_hour',
    'matching_metrics',
    'snippet_counts',
    'video_level_metrics',
]
