"""From videos to features: (T, N, C) arrays with a side-car each."""

from .extractor import FeatureExtractor, build_extractor
from .many_videos import Summary, extract_videos
from .sharding import balanced_shares, gather_summaries, videos_of_rank
from .sidecar import is_done, write_features

__all__ = [
    'FeatureExtractor',
    'Summary',
    'balanced_shares',
    'build_extractor',
    'extract_videos',
    'gather_summaries',
    'is_done',
    'videos_of_rank',
    'write_features',
]
