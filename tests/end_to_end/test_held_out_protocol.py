"""A model chosen by held-out training videos, tested at the end."""

import json
import runpy

import pytest
import torch
from mmengine.hooks import Hook

from rtfm_mmaction.apis import build_runner, load_config
from rtfm_mmaction.cli import train
from rtfm_mmaction.datasets.annotations import load_annotations
from rtfm_mmaction.datasets.held_out import split_held_out
from rtfm_mmaction.io.checkpoints import load_checkpoint_safely
from tests.support.helpers import ROOT
from tests.support.ranks import run_in_ranks
from tests.support.small_data import make_data

# As a user would write it, over the protocol's config.
CONFIG = """
_base_ = ['{configs}/rtfm_i3d_ped2_held-out.py']
source = dict(data_root='{root}', data_prefix=dict(features='features'))
train_dataloader = dict(batch_size=2, dataset=dict(dataset=source))
val_dataloader = dict(dataset=source)
test_dataloader = dict(dataset=source)
model = dict(in_channels=8)
optim_wrapper = dict(optimizer=dict(lr=1e-3))
train_cfg = dict(max_iters=12, val_begin=2, val_interval=2)
default_hooks = dict(checkpoint=dict(interval=2))
work_dir = '{root}/work'
custom_imports = dict(
    imports=['rtfm_mmaction', 'tests.end_to_end.falling_metric'],
    allow_failed_imports=False)
val_evaluator = dict(type='FallingMetric')
"""


def write_config(root):
    """Six abnormal, four normal training videos, four to test."""
    make_data(root, abnormal=6, normal=4)
    path = root / 'config.py'
    path.write_text(CONFIG.format(configs=ROOT / 'configs', root=root))
    return path


def read_result(work):
    return json.loads((work / 'result.json').read_text())


def runner_of(config, work, **options):
    config = load_config(
        str(config),
        {k.replace('__', '.'): v for k, v in options.items()},
        str(work),
    )
    config.randomness = dict(seed=0)
    return build_runner(config)


@pytest.fixture(scope='module')
def root(tmp_path_factory):
    """A run of rtfm train in two processes."""
    root = tmp_path_factory.mktemp('held_out')
    arguments = [str(write_config(root)), '--seed', '0']
    codes = run_in_ranks(
        *(2, train.main, [*arguments, '--launcher', 'pytorch']),
        log=root / 'log',
    )
    assert codes == [0, 0], (root / 'log').read_text()
    return root


def test_result_has_the_test_figures_of_both_checkpoints(root):
    """Oracle: tools/test.py on the checkpoints that training left behind."""
    work = root / 'work'
    result = read_result(work)
    (best,) = work.glob('best_anomaly_video_AUC_iter_*.pth')
    assert best.stem == (
        f'best_anomaly_video_AUC_iter_{result["best"]["iteration"]}'
    )
    # The later one of two equals.
    assert (result['best']['iteration'], result['last']['iteration']) == (
        6,
        12,
    )
    assert result['test_last'] != result['test_selected']
    test = runpy.run_path(str(ROOT / 'tools/test.py'))['main']
    for name, checkpoint in (
        ('selected', best),
        ('last', work / 'iter_12.pth'),
    ):
        figures = test(
            [
                str(root / 'config.py'),
                str(checkpoint),
                '--work-dir',
                str(root / 'test'),
            ]
        )
        found = result[f'test_{name}']
        assert checkpoint.stem.endswith(f'iter_{found.pop("iteration")}')
        assert found == pytest.approx(figures, abs=1e-6)


def test_figures_of_the_held_out_videos_are_weak(root):
    """No figure of frames; the log says what has been chosen by."""
    result = read_result(root / 'work')
    assert set(result['best']) == {
        'iteration',
        'anomaly/video_AUC',
        'anomaly/video_AP',
    }
    printed = (root / 'log').read_text()
    assert (
        '4 abnormal + 3 normal videos to train on, 2 abnormal + 1 normal '
        'held out'
    ) in printed
    assert 'on held-out training videos' in printed
    assert 'on the validated data itself' not in printed


class Watch(Hook):
    """Takes the test set away while training runs, and notes the videos."""

    def __init__(self, root):
        self.root, self.trained, self.held_out = root, set(), set()
        self.tests = 0

    def before_train(self, runner):
        (self.root / 'annotations/test.json').rename(self.root / 'hidden')
        for path in (self.root / 'features').glob('test*.npy'):
            path.rename(path.with_suffix('.away'))

    def before_train_iter(self, runner, batch_idx, data_batch=None):
        for samples in data_batch['data_samples']:
            self.trained |= {sample.video for sample in samples}

    def before_val_iter(self, runner, batch_idx, data_batch=None):
        self.held_out |= {
            sample.video for sample in data_batch['data_samples']
        }

    def after_train(self, runner):
        (self.root / 'hidden').rename(self.root / 'annotations/test.json')
        for path in (self.root / 'features').glob('test*.away'):
            path.rename(path.with_suffix('.npy'))

    def before_test(self, runner):
        self.tests += 1


def test_neither_test_set_nor_held_out_videos_in_training(tmp_path):
    """No test file exists from before training until its last iteration.

    Oracle of the parts: split_held_out on the annotations.
    """
    config, watch = write_config(tmp_path), Watch(tmp_path)
    runner = runner_of(config, tmp_path / 'work')
    runner.register_hook(watch, 'VERY_HIGH')
    runner.train()
    videos = load_annotations(tmp_path / 'annotations/train.json')[1]
    train, held_out = (
        {videos[index]['video'] for index in part}
        for part in split_held_out(videos, 0.34, 0)
    )
    assert watch.trained == train
    assert watch.held_out == held_out
    assert watch.tests == 2
    result = read_result(tmp_path / 'work')
    assert result['test_selected']['anomaly/AUC'] > 0
    # Training gives the last model, not the selected one.
    last = load_checkpoint_safely(tmp_path / 'work/iter_12.pth')['state_dict']
    for key, value in runner.model.state_dict().items():
        assert torch.equal(value, last[key]), key


def test_finished_run_can_be_resumed(root, tmp_path):
    """Oracle: what the run had written; here in one process, of two."""
    before = read_result(root / 'work')
    (root / 'work/result.json').unlink()
    runner_of(
        root / 'config.py',
        root / 'work',
        load_from=str(root / 'work/iter_12.pth'),
        resume=True,
    ).train()
    after = read_result(root / 'work')
    assert after.keys() == before.keys()
    for name in before:
        assert after[name] == pytest.approx(before[name], abs=1e-6)


def test_resumed_before_a_validation_that_finds_the_best(tmp_path):
    """A checkpoint is written before the validation of its iteration.

    Oracle: the run that was not stopped; it finds its best at 4 and at 6.
    """
    config = write_config(tmp_path)
    keep = dict(default_hooks__checkpoint__max_keep_ckpts=-1)
    runner_of(config, tmp_path / 'whole', **keep).train()
    runner_of(
        config,
        tmp_path / 'resumed',
        load_from=str(tmp_path / 'whole/iter_4.pth'),
        resume=True,
        train_cfg__max_iters=4,
    ).train()
    best = tmp_path / 'resumed/best_anomaly_video_AUC_iter_4.pth'
    assert best.exists()
    resumed, whole = (
        load_checkpoint_safely(path)['state_dict']
        for path in (best, tmp_path / 'whole/iter_4.pth')
    )
    assert all(torch.equal(resumed[key], whole[key]) for key in whole)


def test_last_is_the_selected_one(tmp_path):
    """One validation, at the last iteration: one test serves for both."""
    config, watch = write_config(tmp_path), Watch(tmp_path)
    runner = runner_of(config, tmp_path / 'work', train_cfg__max_iters=2)
    runner.register_hook(watch, 'VERY_HIGH')
    runner.train()
    result = read_result(tmp_path / 'work')
    assert result['test_selected'] == result['test_last']
    assert result['test_last']['iteration'] == 2 and watch.tests == 1


def test_without_validation_nothing_is_selected(tmp_path):
    """The last checkpoint alone is tested, as by --no-validate."""
    config = load_config(str(write_config(tmp_path)))
    config.val_cfg = config.val_dataloader = config.val_evaluator = None
    config.default_hooks.checkpoint.pop('save_best')
    config.train_cfg.max_iters = 2
    build_runner(config).train()
    assert set(read_result(tmp_path / 'work')) == {'key', 'test_last'}


@pytest.mark.parametrize(
    'options, error',
    [
        (dict(val_dataloader__dataset__val_seed=1), 'found . in both'),
        (dict(val_dataloader__dataset__val_part='train'), 'found 7 in both'),
        (
            dict(default_hooks__checkpoint__save_best='anomaly/video_AP'),
            "save_best='anomaly/video_AUC', found .*video_AP",
        ),
        (
            dict(default_hooks__checkpoint__type='CheckpointHook'),
            'expected a LatestBest.*found .*CheckpointHook',
        ),
        (
            dict(test_cfg=None, test_dataloader=None, test_evaluator=None),
            'expected test_dataloader',
        ),
    ],
)
def test_what_would_betray_the_protocol_is_refused(tmp_path, options, error):
    """Oracle: the sentence, before the first iteration."""
    runner = runner_of(write_config(tmp_path), tmp_path / 'work', **options)
    with pytest.raises(ValueError, match=error):
        runner.train()
    assert runner.iter == 0
