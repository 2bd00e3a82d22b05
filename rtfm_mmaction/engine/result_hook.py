"""What a training run has reached."""
import json
import math
from pathlib import Path
from typing import Optional

from mmaction.registry import HOOKS
from mmengine.dist import master_only
from mmengine.hooks import Hook

from ..utils import atomic_path

HISTORY = 'validation_history'


@HOOKS.register_module()
class ResultHook(Hook):
    """Says the last figures beside the best ones when training ends.

    The best iteration is chosen on the data that is validated on, which in
    this field is the test set, so it is optimistic; the last one is not. Both
    go to the log and to ``result.json`` in the work directory.

    Args:
        key (str): Figure that chooses the best iteration; larger is better.
    """

    # After LoggerHook has printed the validation, before the checkpoint.
    priority = 'LOW'

    def __init__(self, key: str) -> None:
        self.key = key

    def after_val_epoch(self, runner, metrics: Optional[dict] = None) -> None:
        """Note the figures; a checkpoint keeps them."""
        if metrics is None or self.key not in metrics:
            raise KeyError(
                f'ResultHook: key {self.key!r} is no figure of the validation,'
                f' found {sorted(metrics or ())}')
        history = dict(runner.message_hub.runtime_info.get(HISTORY, {}))
        history[runner.iter] = {k: float(v) for k, v in metrics.items()}
        runner.message_hub.update_info(HISTORY, history)

    @master_only
    def after_train(self, runner) -> None:
        """Say and write down last and best."""
        history = runner.message_hub.runtime_info.get(HISTORY)
        if not history:
            return
        last = max(history)
        defined = [step for step in history
                   if not math.isnan(history[step][self.key])]
        # The first of equals, as CheckpointHook keeps it.
        best = max(
            defined or [last],
            key=lambda step: (history[step][self.key], -step))
        result = dict(
            key=self.key,
            last=dict(iteration=last, **_without_nan(history[last])),
            best=dict(iteration=best, **_without_nan(history[best])))
        with atomic_path(Path(runner.work_dir) / 'result.json') as path:
            path.write_text(json.dumps(result, indent=1))
        for name, step in (('last', last), ('best', best)):
            figures = ', '.join(f'{k.split("/", 1)[-1]} {v:.4f}'
                                for k, v in history[step].items()
                                if k.count('/') == 1)
            runner.logger.info(f'{name} (iteration {step}): {figures}')
        runner.logger.info(
            f'The best iteration was chosen by {self.key} on the validated '
            'data itself; report the last one beside it.')


def _without_nan(figures: dict) -> dict:
    """JSON has no NaN."""
    return {k: None if math.isnan(v) else v for k, v in figures.items()}
