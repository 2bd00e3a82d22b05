"""What happens in the process of one run."""

import gc
import multiprocessing
import os
import signal
import time
from pathlib import Path
from threading import Thread
from typing import MutableSequence

import torch
from mmengine.hooks import Hook

from ..running import build_runner, set_channels, set_resume
from .cells import LOG, Cell, cell_config, finish_record


class TellHook(Hook):
    """Lets another process see how far a run is.

    Args:
        progress (MutableSequence[int]): Shared memory for two numbers:
            iterations done, and all there are.
    """

    priority = 'LOWEST'

    def __init__(self, progress: MutableSequence[int]) -> None:
        self.progress = progress

    def before_train(self, runner) -> None:
        """Tell where the run starts."""
        self.progress[:] = [runner.iter, runner.max_iters]

    def after_train_iter(
        self, runner, batch_idx, data_batch=None, outputs=None
    ) -> None:
        """Tell that one more is done."""
        self.progress[0] = runner.iter + 1


def train_cell(
    cell: Cell, out: Path, threads: int, progress: MutableSequence[int]
) -> None:
    """Train as ``tools/train.py --resume`` does; the process's only work.

    What is printed goes to ``log.txt`` of the cell, behind what is there.

    Args:
        cell (Cell): What to train.
        out (Path): Folder of the grid.
        threads (int): Of torch.
        progress (MutableSequence[int]): See :class:`TellHook`.
    """
    start = time.perf_counter()
    # mmengine looks for garbage with each data set, in all of torch.
    gc.freeze()
    # Ctrl-C reaches every process of a terminal; the first one ends the rest.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with_parent, daemon=True).start()
    folder = out / cell.name
    with open(folder / LOG, 'ab') as log:
        for stream in (1, 2):
            os.dup2(log.fileno(), stream)
    torch.set_num_threads(threads)
    config = cell_config(cell, out)
    set_channels(config)
    set_resume(config, 'auto')
    runner = build_runner(config)
    runner.register_hook(TellHook(progress))
    runner.train()
    finish_record(
        folder, None if config.resume else time.perf_counter() - start
    )


def _end_with_parent() -> None:
    """Leave no run behind that nobody waits for.

    The same command may be started again at once and must find the folder to
    itself; checkpoints are whole whenever a run is killed.
    """
    parent = multiprocessing.parent_process()
    assert parent is not None, 'a run is a process of its own'
    parent.join()
    os.kill(os.getpid(), signal.SIGKILL)
