"""BN-WVAD's released state dict: GlobalLocalTransformer, BNWVADHead."""

from .global_local import RULES as NECK
from .renaming import Rules

RULES: Rules = (
    *NECK,
    (r'head\.projections\.0', 'normal_head.conv1'),
    (r'head\.norms\.0', 'normal_head.bn1'),
    (r'head\.projections\.1', 'normal_head.conv2'),
    (r'head\.norms\.1', 'normal_head.bn2'),
    (r'head\.classifier', 'normal_head.conv3'),
)
