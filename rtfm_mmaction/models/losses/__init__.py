from .magnitude_loss import MagnitudeLoss
from .mil_bce_loss import MILBCELoss
from .mil_ranking_loss import MILRankingLoss
from .regularizers import SmoothnessLoss, SparsityLoss

__all__ = [
    'MILBCELoss',
    'MILRankingLoss',
    'MagnitudeLoss',
    'SmoothnessLoss',
    'SparsityLoss',
]
