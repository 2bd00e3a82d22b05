"""From videos to features: (T, N, C) arrays with a side-car each."""

from .extractor import FeatureExtractor, build_extractor
from .many_videos import Summary, extract_videos
from .presence import Presence, look_for_features
from .sidecar import is_done, write_features

__all__ = [
    'FeatureExtractor',
    'Presence',
    'Summary',
    'build_extractor',
    'extract_videos',
    'is_done',
    'look_for_features',
    'write_features',
]
