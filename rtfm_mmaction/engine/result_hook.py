"""What a training run has reached."""

import json
import math
from pathlib import Path
from typing import Optional

from mmaction.registry import HOOKS
from mmengine.dist import master_only
from mmengine.hooks import Hook

from ..io.atomic import atomic_path

# Not 'val…': LogProcessor prints all that begins so with each validation.
HISTORY = 'figures_by_iteration'


@HOOKS.register_module()
class ResultHook(Hook):
    """Says the last figures beside the best ones when training ends.

    The best iteration is chosen on the data that is validated on, which in
    this field is the test set, so it is optimistic; the last one is not. Both
    go to the log and to ``result.json`` in the work directory. Where training
    videos are held out to choose by, :class:`FinalTestHook` takes the place
    of this hook.

    Args:
        key (str): Figure that chooses the best iteration; larger is better.
    """

    # After LoggerHook has printed the validation, before the checkpoint.
    priority = 'LOW'
    # The first of equals, as CheckpointHook keeps it.
    order = -1

    def __init__(self, key: str) -> None:
        self.key = key

    def after_val_epoch(self, runner, metrics: Optional[dict] = None) -> None:
        """Note the figures; a checkpoint keeps them."""
        if metrics is None or self.key not in metrics:
            raise KeyError(
                f'{type(self).__name__}: key {self.key!r} is no figure of the '
                f'validation, found {sorted(metrics or ())}'
            )
        history = dict(runner.message_hub.runtime_info.get(HISTORY, {}))
        history[runner.iter] = {k: float(v) for k, v in metrics.items()}
        runner.message_hub.update_info(HISTORY, history)

    def after_train(self, runner) -> None:
        """Say and write down last and best."""
        result = self.validated(runner)
        if not result:
            return
        self.write(runner, result)
        for name, figures in result.items():
            self.say(runner, name, figures)
        runner.logger.info(self.conclusion())

    def validated(self, runner) -> dict:
        """Figures of the last and of the best iteration, as validated.

        Args:
            runner (Runner): With the history that this hook noted.

        Returns:
            dict: ``last`` and ``best``, ``iteration`` and figures each; empty
            where nothing was validated.
        """
        history = runner.message_hub.runtime_info.get(HISTORY)
        if not history:
            return {}
        last = max(history)
        defined = [
            step for step in history if not math.isnan(history[step][self.key])
        ]
        best = max(
            defined or [last],
            key=lambda step: (history[step][self.key], self.order * step),
        )
        return {
            name: dict(iteration=step, **history[step])
            for name, step in (('last', last), ('best', best))
        }

    def conclusion(self) -> str:
        """How the best iteration was chosen."""
        return (
            f'The best iteration was chosen by {self.key} on the validated'
            ' data itself; report the last one beside it.'
        )

    @master_only
    def write(self, runner, result: dict) -> None:
        """Write ``result.json``.

        Args:
            runner (Runner): Whose work directory it goes to.
            result (dict): Name of a checkpoint -> its figures.
        """
        content = dict(
            key=self.key,
            **{
                name: _without_nan(figures) for name, figures in result.items()
            },
        )
        with atomic_path(Path(runner.work_dir) / 'result.json') as path:
            path.write_text(json.dumps(content, indent=1))

    @staticmethod
    def say(runner, name: str, figures: dict) -> None:
        """Log one checkpoint's figures, but those of single classes.

        Args:
            runner (Runner): Whose log it goes to.
            name (str): What to call the checkpoint.
            figures (dict): ``iteration`` and figures.
        """
        text = ', '.join(
            f'{k.split("/", 1)[-1]} {v:.4f}'
            for k, v in figures.items()
            if k.count('/') == 1
        )
        runner.logger.info(
            f'{name} (iteration {figures["iteration"]}): {text}'
        )


def _without_nan(figures: dict) -> dict:
    """JSON has no NaN."""
    return {k: None if math.isnan(v) else v for k, v in figures.items()}
