"""RTFM's released state dict: MTN, RTFMHead.

``Aggregate`` is the MTN, ``fc1`` to ``fc3`` the classifier.
"""

from .renaming import Rules

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
