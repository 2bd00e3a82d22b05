"""What the tools do, as functions."""

from .fitting.fit import FitResult, fit
from .inferencer import AnomalyInferencer
from .online_events import OnlineEvents
from .result import AnomalyResult
from .running import build_runner, load_config
from .streaming import FrameStream, StreamingDetector

__all__ = [
    'AnomalyInferencer',
    'AnomalyResult',
    'FitResult',
    'FrameStream',
    'OnlineEvents',
    'StreamingDetector',
    'build_runner',
    'fit',
    'load_config',
]
