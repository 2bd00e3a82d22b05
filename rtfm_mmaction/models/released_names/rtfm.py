"""Names of RTFM's released state dict.

``Aggregate`` is the MTN, ``fc1`` to ``fc3`` the classifier.
"""

from typing import Optional

from .renaming import Rules, rename

_BRANCH = r'neck\.parts\.0\.branches'
_ATTENTION = r'neck\.parts\.1'
RULES: Rules = (
    (rf'{_BRANCH}\.0', 'Aggregate.conv_1'),
    (rf'{_BRANCH}\.1', 'Aggregate.conv_2'),
    (rf'{_BRANCH}\.2', 'Aggregate.conv_3'),
    (rf'{_ATTENTION}\.reduce', 'Aggregate.conv_4'),
    (rf'{_ATTENTION}\.(theta|phi|g)', r'Aggregate.non_local.\1'),
    (rf'{_ATTENTION}\.project', 'Aggregate.non_local.W'),
    (r'neck\.fusion', 'Aggregate.conv_5'),
    # Between two linear layers stand a ReLU and a dropout.
    (r'head\.classifier\.0', 'fc1'),
    (r'head\.classifier\.3', 'fc2'),
    (r'head\.classifier\.6', 'fc3'),
)


def released_name(ours: str) -> Optional[str]:
    """Name a parameter of ``AnomalyDetector(MTN, RTFMHead)``.

    Args:
        ours (str): Name in its state dict.

    Returns:
        str or None: Name in the released one; None where that has none.

    Examples:
        >>> released_name('neck.parts.1.project.1.running_mean')
        'Aggregate.non_local.W.1.running_mean'
    """
    return rename(ours, RULES)
