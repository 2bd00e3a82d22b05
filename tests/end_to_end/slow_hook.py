"""A hook that holds a run at a point, for tests that kill it there."""

import time
from pathlib import Path

from mmaction.registry import HOOKS
from mmengine.hooks import Hook


@HOOKS.register_module()
class StopAtHook(Hook):
    """Leaves a flag before an iteration and waits to be killed."""

    def __init__(self, iteration: int, flag: str) -> None:
        self.iteration = iteration
        self.flag = flag

    def before_train_iter(self, runner, batch_idx, data_batch=None) -> None:
        if runner.iter == self.iteration:
            Path(self.flag).touch()
            time.sleep(600)
