from .formatting import PackAnomalyInputs
from .load_feature import LoadFeature
from .segmenting import SegmentFeature
from .snippets import LoadSnippets, PackSnippetInputs

__all__ = [
    'LoadFeature',
    'LoadSnippets',
    'PackAnomalyInputs',
    'PackSnippetInputs',
    'SegmentFeature',
]
