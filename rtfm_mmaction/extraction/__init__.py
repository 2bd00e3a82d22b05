"""From videos to features: (T, N, C) arrays with a side-car each."""

from ..lazy import lazily

NAMES = {
    'FeatureExtractor': 'extractor',
    'Presence': 'presence',
    'Summary': 'many_videos',
    'build_extractor': 'extractor',
    'extract_videos': 'many_videos',
    'is_done': 'sidecar',
    'look_for_features': 'presence',
    'write_features': 'sidecar',
}

__all__ = list(NAMES)

__getattr__ = lazily(__name__, NAMES)
