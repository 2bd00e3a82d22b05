from .magnitude_loss import MagnitudeLoss
from .mil_bce_loss import MILBCELoss
from .regularizers import SmoothnessLoss, SparsityLoss

__all__ = ['MILBCELoss', 'MagnitudeLoss', 'SmoothnessLoss', 'SparsityLoss']
