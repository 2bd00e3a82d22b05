"""Events and verdicts in the files of other tools."""

from .activitynet import activitynet_database, activitynet_results
from .label_studio import LABELING_CONFIG, label_studio_tasks
from .marks import Mark, MarkedVideo, marks_of_result, marks_of_verdicts
from .verdict_files import write_verdict_files
from .webvtt import webvtt_chapters

__all__ = [
    'LABELING_CONFIG',
    'Mark',
    'MarkedVideo',
    'activitynet_database',
    'activitynet_results',
    'label_studio_tasks',
    'marks_of_result',
    'marks_of_verdicts',
    'webvtt_chapters',
    'write_verdict_files',
]
