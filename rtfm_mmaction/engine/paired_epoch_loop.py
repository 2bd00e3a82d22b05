"""Training by epochs, where the sampler has no end."""

from typing import Iterator, List, Optional, Tuple, Union

from mmaction.registry import LOOPS
from mmengine.runner import EpochBasedTrainLoop
from torch.utils.data import DataLoader


@LOOPS.register_module()
class PairedEpochTrainLoop(EpochBasedTrainLoop):
    """Epochs of pairs: the class with more videos is met once in each.

    ``PairedInfiniteSampler`` never ends, so that mmengine's own loop would
    stay in its first epoch. Here an epoch is so many steps as it takes, with
    the last one filled up from the next cycle, since the streams of pairs and
    the processes that load them go on from epoch to epoch. Hooks,
    checkpoints and schedules by epoch or by iteration work as in mmengine's
    loop; a run that was stopped within an epoch goes on within it (see
    ``ExactResumeHook``).

    Args:
        runner (Runner): Whose loop it is.
        dataloader (DataLoader or dict): Of pairs.
        max_epochs (int): When training ends.
        val_begin (int): First epoch after which to validate. Defaults to 1.
        val_interval (int): Epochs between validations; the last epoch is
            validated in any case. Defaults to 1.
        dynamic_intervals (list[tuple[int, int]], optional): See
            :class:`mmengine.runner.EpochBasedTrainLoop`. Defaults to None.
    """

    def __init__(
        self,
        runner,
        dataloader: Union[DataLoader, dict],
        max_epochs: int,
        val_begin: int = 1,
        val_interval: int = 1,
        dynamic_intervals: Optional[List[Tuple[int, int]]] = None,
    ) -> None:
        super().__init__(
            runner,
            dataloader,
            max_epochs,
            val_begin,
            val_interval,
            dynamic_intervals,
        )
        self._batches: Optional[Iterator[dict]] = None
        # Of this epoch: steps done before this run, and its first iteration.
        self._done = 0
        self.epoch_begin = 0

    @property
    def steps(self) -> int:
        """Steps of an epoch."""
        return len(self.dataloader)

    def go_on(self, done: int) -> None:
        """Go on within an epoch.

        Args:
            done (int): Steps of the present epoch that were done before.
        """
        self._done = min(done, self.steps)
        self.epoch_begin = self._iter - self._done
        epochs = self._max_epochs - self._epoch
        # Of other ranks before, steps were more or fewer an epoch.
        self._max_iters = self.epoch_begin + epochs * self.steps

    def run_epoch(self) -> None:
        """Train one epoch, or the rest of one."""
        self.runner.call_hook('before_train_epoch')
        self.runner.model.train()
        if self._batches is None:
            self._batches = iter(self.dataloader)
        for index in range(self._done, self.steps):
            self.run_iter(index, next(self._batches))
        self._done = 0
        self.runner.call_hook('after_train_epoch')
        self._epoch += 1
        self.epoch_begin = self._iter
