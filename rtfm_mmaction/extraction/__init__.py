"""From videos to features: (T, N, C) arrays with a side-car each."""
from .crops import crop_grid, cut_crops
from .extractor import FeatureExtractor, build_extractor
from .inputs import find_videos
from .running import Summary, extract_videos
from .sharding import balanced_shares, gather_summaries, videos_of_rank
from .sidecar import is_done, write_features
from .video import Video, VideoError, count_snippets
from .weights import load_weights

__all__ = [
    'FeatureExtractor', 'Summary', 'Video', 'VideoError', 'balanced_shares',
    'build_extractor', 'count_snippets', 'crop_grid', 'cut_crops',
    'extract_videos', 'find_videos', 'gather_summaries', 'is_done',
    'load_weights', 'videos_of_rank', 'write_features'
]
