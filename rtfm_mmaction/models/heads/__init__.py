from .bn_wvad_head import BNWVADHead
from .linear_svm_head import LinearSVMHead
from .mgfn_head import MGFNHead
from .nearest_neighbor_head import NearestNeighborHead
from .one_class_svm_head import OneClassSVMHead
from .parallel_head import ParallelHead
from .rtfm_head import RTFMHead
from .s3r_head import S3RHead
from .ur_dmu_head import URDMUHead

__all__ = [
    'BNWVADHead',
    'LinearSVMHead',
    'MGFNHead',
    'NearestNeighborHead',
    'OneClassSVMHead',
    'ParallelHead',
    'RTFMHead',
    'S3RHead',
    'URDMUHead',
]
