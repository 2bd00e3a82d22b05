"""Names of BN-WVAD's released state dict."""

from typing import Optional

from .global_local import RULES as NECK
from .renaming import Rules, rename

RULES: Rules = [
    *NECK,
    (r'head\.projections\.0', 'normal_head.conv1'),
    (r'head\.norms\.0', 'normal_head.bn1'),
    (r'head\.projections\.1', 'normal_head.conv2'),
    (r'head\.norms\.1', 'normal_head.bn2'),
    (r'head\.classifier', 'normal_head.conv3'),
]


def released_name(name: str) -> Optional[str]:
    """Tell how BN-WVAD's program names a parameter or buffer of ours.

    Args:
        name (str): Name in the state dict of ``AnomalyDetector`` with
            ``GlobalLocalTransformer`` and ``BNWVADHead``.

    Returns:
        str or None: Name in the released state dict; None where it has no
        such parameter.

    Examples:
        >>> released_name('head.norms.1.running_mean')
        'normal_head.bn2.running_mean'
        >>> released_name('data_preprocessor.feature_mean') is None
        True
    """
    return rename(name, RULES)
