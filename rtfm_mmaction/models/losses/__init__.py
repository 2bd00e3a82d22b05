from .gaussian_kl_loss import GaussianKLLoss
from .magnitude_contrast_loss import (
    MagnitudeClusterLoss,
    MagnitudeContrastLoss,
)
from .magnitude_loss import MagnitudeLoss
from .memory_bce_loss import MemoryBCELoss
from .mil_bce_loss import MILBCELoss
from .mil_ranking_loss import MILRankingLoss
from .regularizers import SmoothnessLoss, SparsityLoss
from .triplet_loss import TripletLoss

__all__ = [
    'GaussianKLLoss',
    'MILBCELoss',
    'MILRankingLoss',
    'MagnitudeClusterLoss',
    'MagnitudeContrastLoss',
    'MagnitudeLoss',
    'MemoryBCELoss',
    'SmoothnessLoss',
    'SparsityLoss',
    'TripletLoss',
]
