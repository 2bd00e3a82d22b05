"""A resumed run does what the run before it would have done."""

import os.path as osp
import random
from typing import Dict, Iterator, NamedTuple, Optional

import numpy as np
import torch
from mmaction.registry import HOOKS
from mmengine.dist import get_rank, get_world_size
from mmengine.hooks import CheckpointHook, Hook
from mmengine.runner import BaseLoop, EpochBasedTrainLoop
from mmengine.runner.loops import _InfiniteDataloaderIterator

from .paired_epoch_loop import PairedEpochTrainLoop

# Key of a checkpoint: where its run was in the stream of pairs.
POSITION = 'position'


class Position(NamedTuple):
    """Where a run is in the stream of pairs.

    Attributes:
        pairs (int): So many pairs were trained, by all ranks together.
        ranks (int): Number of processes.
        batch_size (int): Pairs that each of them trains in a step.
        seed (int): Of the sampler.
        in_epoch (int): So many of the pairs were of the present epoch; 0
            where training is by iterations.
    """

    pairs: int
    ranks: int
    batch_size: int
    seed: int
    in_epoch: int = 0

    @property
    def step(self) -> int:
        """Pairs of a step."""
        return self.ranks * self.batch_size


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
      that was trained before, which takes hours on real data. It is counted
      in pairs over all ranks, so that a run which goes on with another number
      of ranks, or another batch size, repeats none and leaves none out;
    - the validation that was due at the checkpoint's own iteration, which may
      not have ended before the kill;
    - the best checkpoint's place, where the work directory was copied or
      moved: a copy must not remove the file of its original.
    """

    # After CheckpointHook is ready to keep what the repeated validation finds
    # to be the best.
    priority = 'LOWEST'

    def __init__(self) -> None:
        self._loaded: Optional[dict] = None
        self._begin = 0
        self._position: Optional[Position] = None

    def after_load_checkpoint(self, runner, checkpoint: dict) -> None:
        """Keep what a checkpoint tells of its run."""
        self._loaded = checkpoint.get(POSITION)

    def before_save_checkpoint(self, runner, checkpoint: dict) -> None:
        """Tell where the run is."""
        here = self._position
        if here is None:
            return
        loop, meta = runner.train_loop, checkpoint['meta']
        trained = (meta['iter'] - self._begin) * here.step
        in_epoch = 0
        # Saved when an epoch has ended, a checkpoint is of the next one.
        if by_pairs(loop) and meta['epoch'] == loop.epoch:
            in_epoch = (meta['iter'] - loop.epoch_begin) * here.step
        checkpoint[POSITION] = here._replace(
            pairs=here.pairs + trained, in_epoch=in_epoch
        )._asdict()

    def before_train(self, runner) -> None:
        """Skip what was trained, repeat the validation that was due."""
        loop = runner.train_loop
        loader = runner.train_dataloader
        sampler = loader.sampler
        if hasattr(sampler, 'start'):
            if isinstance(loop, EpochBasedTrainLoop) and not by_pairs(loop):
                raise ValueError(
                    "train_cfg.type: expected 'PairedEpochTrainLoop', found "
                    f'{type(loop).__name__}, whose first epoch would never '
                    f'end with a {type(sampler).__name__}'
                )
            here = Position(
                loop.iter * get_world_size() * loader.batch_size,
                get_world_size(),
                loader.batch_size,
                sampler.seed,
            )
            if loop.iter > 0:
                here = self._from_checkpoint(runner, here)
                sampler.start, sampler.seed = here.pairs, here.seed
                if by_pairs(loop):
                    loop.go_on(here.in_epoch // here.step)
                else:
                    loop.dataloader_iterator = _AfterSkipping(
                        _InfiniteDataloaderIterator(loader), loop.iter
                    )
            self._begin, self._position = loop.iter, here
        if loop.iter == 0:
            return
        lost = keep_own_best(runner)
        if runner.val_loop is not None and is_validation_due(loop):
            runner.val_loop.run()
        for name, path in lost.items():
            if name not in runner.message_hub.runtime_info:
                runner.logger.warning(
                    f'{path}: the best checkpoint so far is not there; its '
                    'figures count, its weights are lost to this run'
                )

    def _from_checkpoint(self, runner, here: Position) -> Position:
        """The position that a checkpoint tells, with the present ranks."""
        if self._loaded is None:
            if here.ranks > 1:
                runner.logger.warning(
                    'The checkpoint does not tell how many ranks and pairs it '
                    f'was trained by; taken for {_step_in_words(here)}'
                )
            return here
        before = Position(**self._loaded)
        if before[1:3] != here[1:3]:
            runner.logger.warning(
                f'The run before had {_step_in_words(before)}, this one has '
                f'{_step_in_words(here)}: it goes on at pair {before.pairs}, '
                'none is repeated or left out, but from now on a step is '
                'another one; steps, validation and learning rate are those '
                'of the config'
            )
        return here._replace(
            pairs=before.pairs, seed=before.seed, in_epoch=before.in_epoch
        )

    def before_train_iter(self, runner, batch_idx, data_batch=None) -> None:
        """Seed the generators for this iteration."""
        seed_iteration(runner.seed, get_rank(), runner.iter)


def by_pairs(loop: BaseLoop) -> bool:
    """Whether training is by epochs of pairs."""
    return isinstance(loop, PairedEpochTrainLoop)


def is_validation_due(loop: BaseLoop) -> bool:
    """Whether a run that goes on has to validate before it trains.

    Args:
        loop (BaseLoop): Of the training, where it goes on.
    """
    here, end = loop.iter, loop.max_iters
    if isinstance(loop, EpochBasedTrainLoop):
        if by_pairs(loop) and loop.iter > loop.epoch_begin:
            return False  # within an epoch
        here, end = loop.epoch, loop.max_epochs
    return here >= loop.val_begin and (
        here % loop.val_interval == 0 or here == end
    )


def _step_in_words(position: Position) -> str:
    ranks = f'{position.ranks} rank{"s" if position.ranks > 1 else ""}'
    return f'{ranks} of {position.batch_size} pairs, {position.step} a step'


def keep_own_best(runner) -> Dict[str, str]:
    """Let a run know its best checkpoint where its own folder has it.

    mmengine keeps the path of the best checkpoint in each checkpoint, and
    removes the file when a better one comes. In a folder that was copied that
    is the original's.

    Args:
        runner (Runner): Resumed, its ``CheckpointHook`` ready to train.

    Returns:
        dict[str, str]: Key of the message hub -> path that should be there
        and is not, and is no longer known.
    """
    lost: Dict[str, str] = {}
    for hook in runner.hooks:
        if not isinstance(hook, CheckpointHook) or not hook.save_best:
            continue
        for key in hook.key_indicators:
            single = len(hook.key_indicators) == 1
            name = 'best_ckpt' if single else f'best_ckpt_{key}'
            noted = runner.message_hub.runtime_info.get(name)
            if not noted:
                continue
            own = hook.file_backend.join_path(
                hook.out_dir, osp.basename(noted)
            )
            if hook.file_backend.exists(own):
                runner.message_hub.update_info(name, own)
            else:
                runner.message_hub.runtime_info.pop(name)
                lost[name], own = own, None
            if single:
                hook.best_ckpt_path = own
            else:
                hook.best_ckpt_path_dict[key] = own
    return lost
