"""Hook that keeps the latest of checkpoints that are equally good."""

import operator

from mmaction.registry import HOOKS
from mmengine.hooks import CheckpointHook


@HOOKS.register_module()
class LatestBestCheckpointHook(CheckpointHook):
    """mmengine's ``CheckpointHook``, whose best is the latest of equals.

    Few held-out videos tie often: three of them have an AUC of 0, 0.5 or 1.
    Where they cannot tell checkpoints apart, the one that has trained longer
    is taken, as it would be without any selection; mmengine takes the first.
    """

    rule_map = {'greater': operator.ge, 'less': operator.le}
