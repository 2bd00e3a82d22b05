"""From videos to features: (T, N, C) arrays with a side-car each."""
from .crops import crop_grid, cut_crops
from .extractor import FeatureExtractor, build_extractor
from .inputs import find_videos
from .running import Summary, extract_videos
from .sidecar import is_done, write_features
from .video import Video, VideoError, count_snippets
from .weights import load_weights

__all__ = [
    'FeatureExtractor', 'Summary', 'Video', 'VideoError', 'build_extractor',
    'count_snippets', 'crop_grid', 'cut_crops', 'extract_videos',
    'find_videos', 'is_done', 'load_weights', 'write_features'
]
