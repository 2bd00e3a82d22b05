"""Hooks, loop and storage around mmengine's runner."""

from .atomic_backend import AtomicLocalBackend
from .exact_resume_hook import ExactResumeHook
from .feature_statistics_hook import FeatureStatisticsHook
from .final_test_hook import FinalTestHook
from .latest_best_hook import LatestBestCheckpointHook
from .paired_epoch_loop import PairedEpochTrainLoop
from .result_hook import ResultHook
from .runner import AnomalyRunner

__all__ = [
    'AnomalyRunner',
    'AtomicLocalBackend',
    'ExactResumeHook',
    'FeatureStatisticsHook',
    'FinalTestHook',
    'LatestBestCheckpointHook',
    'PairedEpochTrainLoop',
    'ResultHook',
]
