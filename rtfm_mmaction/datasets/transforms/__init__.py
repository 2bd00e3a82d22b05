from .formatting import PackAnomalyInputs
from .loading import LoadFeature
from .segmenting import SegmentFeature

__all__ = ['LoadFeature', 'PackAnomalyInputs', 'SegmentFeature']
