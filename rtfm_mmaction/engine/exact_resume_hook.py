"""A resumed run does what the run before it would have done."""

import random
from typing import Iterator, Optional

import numpy as np
import torch
from mmaction.registry import HOOKS
from mmengine.dist import get_rank
from mmengine.hooks import Hook
from mmengine.runner.loops import _InfiniteDataloaderIterator


def seed_iteration(seed: int, rank: int, iteration: int) -> None:
    """Seed all random generators for one training iteration.

    Args:
        seed (int): Seed of the run, >= 0.
        rank (int): Rank of the process.
        iteration (int): Number of the iteration, from 0.
    """
    words = np.random.SeedSequence([seed, rank, iteration]).generate_state(3)
    torch.manual_seed(int(words[0]))
    np.random.seed(words[1])
    random.seed(int(words[2]))


class _AfterSkipping:
    """Answers the loop's calls that skip trained batches without loading."""

    def __init__(self, batches: Iterator, skip: int) -> None:
        self.batches = batches
        self.skip = skip

    def __next__(self) -> Optional[dict]:
        if self.skip > 0:
            self.skip -= 1
            return None
        return next(self.batches)


@HOOKS.register_module()
class ExactResumeHook(Hook):
    """Makes a resumed run equal, bit by bit, to one that was never stopped.

    mmengine restores parameters, optimizer and iteration. This hook adds what
    it leaves out:

    - randomness (dropout): the generators are seeded by run, rank and
      iteration, so their states need not be kept, for no rank, and neither
      validation nor a loader can move them;
    - the position in the sampler: mmengine loads and discards every batch
      that was trained before, which takes hours on real data;
    - the validation that was due at the checkpoint's own iteration, which may
      not have ended before the kill.
    """

    # After CheckpointHook is ready to keep what the repeated validation finds
    # to be the best.
    priority = 'LOWEST'

    def before_train(self, runner) -> None:
        """Skip what was trained, repeat the validation that was due."""
        loop = runner.train_loop
        if loop.iter == 0:
            return
        sampler = runner.train_dataloader.sampler
        if hasattr(sampler, 'start'):
            sampler.start = loop.iter * runner.train_dataloader.batch_size
            loop.dataloader_iterator = _AfterSkipping(
                _InfiniteDataloaderIterator(runner.train_dataloader), loop.iter
            )
        if (
            runner.val_loop is not None
            and loop.iter >= loop.val_begin
            and (
                loop.iter % loop.val_interval == 0
                or loop.iter == loop.max_iters
            )
        ):
            runner.val_loop.run()

    def before_train_iter(self, runner, batch_idx, data_batch=None) -> None:
        """Seed the generators for this iteration."""
        seed_iteration(runner.seed, get_rank(), runner.iter)
