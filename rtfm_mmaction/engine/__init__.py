"""Hooks, storage and wrappers around mmengine's runner."""

from .atomic_backend import AtomicLocalBackend
from .ddp import CPUDistributedDataParallel
from .exact_resume_hook import ExactResumeHook
from .feature_statistics_hook import FeatureStatisticsHook
from .final_test_hook import FinalTestHook
from .latest_best_hook import LatestBestCheckpointHook
from .result_hook import ResultHook

__all__ = [
    'AtomicLocalBackend',
    'CPUDistributedDataParallel',
    'ExactResumeHook',
    'FeatureStatisticsHook',
    'FinalTestHook',
    'LatestBestCheckpointHook',
    'ResultHook',
]
