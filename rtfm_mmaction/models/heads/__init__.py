from .linear_head import LinearHead
from .neighbor_head import NeighborHead
from .one_class_head import OneClassHead
from .parallel_head import ParallelHead
from .rtfm_head import RTFMHead

__all__ = [
    'LinearHead',
    'NeighborHead',
    'OneClassHead',
    'ParallelHead',
    'RTFMHead',
]
