"""Detector and its parts: backbones, necks, heads, losses."""

from . import backbones, heads, losses, necks  # noqa: F401
from .data_preprocessor import (
    AnomalyDataPreprocessor,
    AnomalyVideoPreprocessor,
)
from .detector import AnomalyDetector

__all__ = [
    'AnomalyDataPreprocessor',
    'AnomalyDetector',
    'AnomalyVideoPreprocessor',
]
