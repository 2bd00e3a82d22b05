"""Names of UR-DMU's released state dict."""

from typing import Optional

from .global_local import RULES as NECK
from .renaming import Rules, rename

RULES: Rules = [
    *NECK,
    (r'head\.abnormal_memory\.slots', 'Amemory.memory_block'),
    (r'head\.normal_memory\.slots', 'Nmemory.memory_block'),
    (r'head\.mean', 'encoder_mu.0'),
    (r'head\.log_variance', 'encoder_var.0'),
    (r'head\.classifier', 'cls_head.mlp'),
]


def released_name(name: str) -> Optional[str]:
    """Tell how UR-DMU's program names a parameter of ours.

    Args:
        name (str): Name in the state dict of ``AnomalyDetector`` with
            ``GlobalLocalTransformer`` and ``URDMUHead``.

    Returns:
        str or None: Name in the released state dict; None where it has no
        such parameter.

    Examples:
        >>> released_name('neck.layers.1.attention.out.bias')
        'selfatt.layers.1.0.fn.to_out.0.bias'
        >>> released_name('data_preprocessor.feature_mean') is None
        True
    """
    return rename(name, RULES)
