"""UR-DMU's released state dict: GlobalLocalTransformer, URDMUHead."""

from .global_local import RULES as NECK
from .renaming import Rules

RULES: Rules = (
    *NECK,
    (r'head\.abnormal_memory\.slots', 'Amemory.memory_block'),
    (r'head\.normal_memory\.slots', 'Nmemory.memory_block'),
    (r'head\.mean', 'encoder_mu.0'),
    (r'head\.log_variance', 'encoder_var.0'),
    (r'head\.classifier', 'cls_head.mlp'),
)
