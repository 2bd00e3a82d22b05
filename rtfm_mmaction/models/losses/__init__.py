from .magnitude_contrast_loss import (
    MagnitudeClusterLoss,
    MagnitudeContrastLoss,
)
from .magnitude_loss import MagnitudeLoss
from .mil_bce_loss import MILBCELoss
from .mil_ranking_loss import MILRankingLoss
from .regularizers import SmoothnessLoss, SparsityLoss

__all__ = [
    'MILBCELoss',
    'MILRankingLoss',
    'MagnitudeClusterLoss',
    'MagnitudeContrastLoss',
    'MagnitudeLoss',
    'SmoothnessLoss',
    'SparsityLoss',
]
