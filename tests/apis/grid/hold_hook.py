"""A hook that holds a run once, for a test that kills it meanwhile."""

import os
import time
from pathlib import Path

from mmaction.registry import HOOKS
from mmengine.hooks import Hook


@HOOKS.register_module()
class HoldOnceHook(Hook):
    """Writes its process's number before an iteration, and waits.

    Args:
        iteration (int): Where.
        flag (str): File to write; where it is there, nothing is done.
    """

    def __init__(self, iteration: int, flag: str) -> None:
        self.iteration = iteration
        self.flag = Path(flag)

    def before_train_iter(self, runner, batch_idx, data_batch=None) -> None:
        if runner.iter == self.iteration and not self.flag.exists():
            self.flag.write_text(str(os.getpid()))
            time.sleep(600)
