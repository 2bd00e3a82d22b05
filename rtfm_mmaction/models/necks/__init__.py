from .glance_focus import GlanceFocus
from .global_local_transformer import GlobalLocalTransformer
from .identity_neck import IdentityNeck
from .mtn import MTN
from .parallel_neck import ParallelNeck
from .pdc import PDC
from .s3r_neck import S3RNeck
from .temporal_conv import TemporalConv1d
from .tsa import TSA

__all__ = [
    'GlanceFocus',
    'GlobalLocalTransformer',
    'IdentityNeck',
    'MTN',
    'PDC',
    'ParallelNeck',
    'S3RNeck',
    'TSA',
    'TemporalConv1d',
]
