"""The test set is read once, when training is over."""

from copy import deepcopy
from typing import Dict

from mmaction.registry import HOOKS
from mmengine.dist import barrier
from mmengine.hooks import CheckpointHook
from mmengine.model import is_model_wrapper

from .latest_best_hook import LatestBestCheckpointHook
from .result_hook import ResultHook


@HOOKS.register_module()
class FinalTestHook(ResultHook):
    """Tests the last and the selected checkpoint when training ends.

    For runs that validate on held-out training videos (``val_ratio`` of
    ``WeakLabelDataset``) and choose by what weak labels can say. The test
    set is not even built before the last iteration (``tools/train.py`` looks
    at its names and headers, so that a missing file is not told at the end).
    ``result.json`` gets ``test_last`` and ``test_selected`` beside
    ``last`` and ``best``, which are figures of the held-out videos.

    Args:
        key (str): Figure of the held-out videos that selects the checkpoint,
            the one of ``LatestBestCheckpointHook(save_best=…)``; larger is
            better, and of equals the latest is taken.
    """

    order = 1

    def before_train(self, runner) -> None:
        """Refuse what would make the selection another than it says."""
        if runner._test_loop is None:
            raise ValueError(
                'FinalTestHook: expected test_dataloader, '
                'test_cfg and test_evaluator in the config, '
                'found none'
            )
        if runner.val_loop is None:
            return
        saved = [
            (type(hook).__name__, hook.save_best)
            for hook in runner.hooks
            if isinstance(hook, CheckpointHook)
        ]
        if saved != [(LatestBestCheckpointHook.__name__, [self.key])]:
            raise ValueError(
                f'FinalTestHook: key {self.key!r} selects, so expected a '
                f'LatestBestCheckpointHook with save_best={self.key!r}, found '
                f'{saved}'
            )
        train = _labels(runner.train_dataloader.dataset.dataset)
        held_out = _labels(runner.val_dataloader.dataset)
        both = sorted(set(train) & set(held_out))
        if both:
            raise ValueError(
                f'FinalTestHook: expected other videos to train on than to '
                f'select by, found {len(both)} in both, {both[0]!r} among '
                'them; val_ratio and val_seed must be the same in '
                'train_dataloader and val_dataloader, val_part must not'
            )
        runner.logger.info(
            f'{_count(train)} videos to train on, '
            f'{_count(held_out)} held out to select by'
        )

    def after_train(self, runner) -> None:
        """Test, say and write down."""
        result = self.validated(runner)
        if result:
            # A test that fails, for a missing file say, leaves these.
            self.write(runner, result)
        result['test_last'] = dict(
            iteration=runner.iter, **runner.test_loop.run()
        )
        if 'best' in result and self._has_selected(runner, result):
            result['test_selected'] = self._test_selected(runner, result)
        self.write(runner, result)
        for name, figures in result.items():
            self.say(runner, name, figures)
        if 'best' in result:
            runner.logger.info(self.conclusion())

    def conclusion(self) -> str:
        """How the selected iteration was chosen."""
        return (
            f'The selected iteration is the best by {self.key} on '
            'held-out training videos; the test set was read only after '
            'training.'
        )

    @staticmethod
    def _has_selected(runner, result: dict) -> bool:
        """Whether the selected checkpoint is there, as in a copied folder it
        may not be; ``ExactResumeHook`` has said so.
        """
        return (
            result['best']['iteration'] == result['test_last']['iteration']
            or runner.message_hub.runtime_info.get('best_ckpt') is not None
        )

    @staticmethod
    def _test_selected(runner, result: dict) -> dict:
        """Figures of the selected checkpoint; the model stays the last."""
        iteration = result['best']['iteration']
        if iteration == result['test_last']['iteration']:
            return result['test_last']
        model = runner.model
        model = model.module if is_model_wrapper(model) else model
        last = deepcopy(model.state_dict())
        # The main process may still be writing it.
        barrier()
        runner.load_checkpoint(runner.message_hub.get_info('best_ckpt'))
        figures = runner.test_loop.run()
        model.load_state_dict(last)
        return dict(iteration=iteration, **figures)


def _labels(dataset) -> Dict[str, int]:
    """Label of each video by name."""
    videos = map(dataset.get_data_info, range(len(dataset)))
    return {video['video']: video['label'] for video in videos}


def _count(labels: Dict[str, int]) -> str:
    abnormal = sum(labels.values())
    return f'{abnormal} abnormal + {len(labels) - abnormal} normal'
