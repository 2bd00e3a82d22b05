"""From a config to checkpoints and figures, through the tools.

One training is a process, the distributed ones are several; the other
commands run in this process. All is imported already in each of them.
"""

import importlib
import io
import json
import re
from contextlib import redirect_stderr, redirect_stdout

import numpy as np
import pytest
import torch
from mmaction.registry import HOOKS
from mmengine.hooks import Hook

from rtfm_mmaction.apis import build_runner, load_config
from rtfm_mmaction.datasets.annotations import (
    load_annotations,
    save_annotations,
)
from rtfm_mmaction.evaluation.functional.logits import to_scores
from rtfm_mmaction.evaluation.predictions import read_predictions
from rtfm_mmaction.io.checkpoints import load_checkpoint_safely
from tests.support.forking import forked_until_killed, run_script
from tests.support.helpers import ROOT
from tests.support.ranks import run_in_ranks
from tests.support.small_data import make_data, small_config


@pytest.fixture
def root(tmp_path, monkeypatch):
    monkeypatch.setenv('LOCAL_RANK', '0')  # or the tools would leave theirs
    return make_data(tmp_path)


def main_of(name):
    """The function of a command."""
    return importlib.import_module(f'rtfm_mmaction.cli.{name}').main


def run_command(name, *args):
    """Run a command in this process; returns all that it printed."""
    printed = io.StringIO()
    with redirect_stdout(printed), redirect_stderr(printed):
        main_of(name)([*map(str, args)])
    return printed.getvalue()


def saved_config(root, **options):
    path = root / 'config.py'
    small_config(root, **options).dump(path)
    return path


def weights(path):
    return load_checkpoint_safely(path)['state_dict']


def test_train_then_test(root):
    """Losses by term, both checkpoints, last and best, the same figures.

    Oracle: the figures that training notes for its last iteration are those
    that testing its last checkpoint gives.
    """
    config = saved_config(root)
    code, printed = run_script(
        *(ROOT / 'tools/train.py', config, '--seed', 3), cwd=ROOT
    )
    assert code == 0, printed
    for term in ('magnitude', 'cls', 'smooth', 'sparse'):
        assert f'loss_{term}:' in printed
    assert 'last (iteration 6): AUC' in printed
    assert re.search(r'best \(iteration [36]\): AUC', printed)
    work = root / 'work'
    result = json.loads((work / 'result.json').read_text())
    assert result['last']['iteration'] == 6
    best = work / (f'best_anomaly_AUC_iter_{result["best"]["iteration"]}.pth')
    assert best.exists()
    run_command(
        'test', config, work / 'iter_6.pth', '--dump', root / 'out.json'
    )
    metainfo, metrics, videos = read_predictions(root / 'out.json')
    assert metainfo['checkpoint'] == 'iter_6.pth'
    assert len(metainfo['made_with']['detector']) == 64
    for video in videos:
        np.testing.assert_allclose(
            to_scores(video['logits']), video['scores'], atol=1e-6
        )
    assert len(videos) == 4
    assert metrics['anomaly/AUC'] == pytest.approx(
        result['last']['anomaly/AUC'], abs=1e-6
    )


def train(root, work, **options):
    config = load_config(
        small_config(root, **options), work_dir=str(root / work)
    )
    config.randomness = dict(seed=1)
    return build_runner(config).train()


def test_seed_decides_the_run(root):
    """Same seed, same parameters; the command line wins over the config."""
    config = saved_config(root, randomness__seed=7)
    for work, seed in (('a', 3), ('b', 3), ('c', 4)):
        run_command('train', config, '--seed', seed, '--work-dir', root / work)
    a, b, c = (weights(root / work / 'iter_6.pth') for work in 'abc')
    assert all(torch.equal(a[key], b[key]) for key in a)
    assert not all(torch.equal(a[key], c[key]) for key in a)


@HOOKS.register_module()
class KilledHook(Hook):
    """Waits before an iteration, to be killed there."""

    iteration = 37

    def __init__(self, ready) -> None:
        self.ready = ready

    def before_train_iter(self, runner, batch_idx, data_batch=None) -> None:
        if runner.iter == self.iteration:
            self.ready()


def train_until_killed(ready, config):
    config = load_config(config)
    config.randomness = dict(seed=5)
    runner = build_runner(config)
    runner.register_hook(KilledHook(ready))
    runner.train()


def test_killed_run_resumes_bit_by_bit(root):
    """SIGKILL at iteration 37 of 60, then --resume.

    Oracle: parameters, optimizer state and the history of figures of a run
    that was never stopped, equal bit by bit.
    """
    options = dict(
        train_cfg__max_iters=60,
        train_cfg__val_interval=10,
        default_hooks__checkpoint__interval=10,
    )
    killed = small_config(root, work_dir=str(root / 'killed'), **options)
    config = saved_config(root, **options)
    run_command('train', config, '--seed', 5, '--work-dir', root / 'whole')
    with forked_until_killed(train_until_killed, killed):
        pass
    assert not (root / 'killed/iter_60.pth').exists()
    arguments = ['--seed', 5, '--work-dir', root / 'killed', '--resume']
    printed = run_command('train', config, *arguments)
    assert 'resumed epoch: 0, iter: 3' in printed
    whole = load_checkpoint_safely(root / 'whole/iter_60.pth')
    killed = load_checkpoint_safely(root / 'killed/iter_60.pth')
    assert whole['state_dict'].keys() == killed['state_dict'].keys()
    for key, value in whole['state_dict'].items():
        assert torch.equal(value, killed['state_dict'][key]), key
    for index, state in whole['optimizer']['state'].items():
        for key, value in state.items():
            assert torch.equal(value, killed['optimizer']['state'][index][key])
    results = [
        json.loads((root / work / 'result.json').read_text())
        for work in ('whole', 'killed')
    ]
    assert results[0] == results[1]
    best = f'best_anomaly_AUC_iter_{results[0]["best"]["iteration"]}.pth'
    assert weights(root / 'whole' / best).keys()
    for key, value in weights(root / 'whole' / best).items():
        assert torch.equal(value, weights(root / 'killed' / best)[key])


def test_torn_note_of_the_latest_checkpoint(root):
    """A kill can leave ``last_checkpoint`` empty; the newest file serves."""
    config = saved_config(root)
    run_command('train', config)
    (root / 'work/last_checkpoint').write_text('')
    arguments = ['--resume', '--cfg-options', 'train_cfg.max_iters=8']
    printed = run_command('train', config, *arguments)
    assert 'resumed epoch: 0, iter: 6' in printed
    assert (root / 'work/iter_8.pth').exists()


def test_standardised_tiles_keep_their_statistics(root):
    """Oracle: numpy's mean and deviation of the training files' segments."""
    train(
        root,
        'work',
        model__data_preprocessor=dict(standardize=True),
        model__head__crop_mode='instance',
        train_dataloader__dataset__dataset__pipeline=[
            dict(type='LoadFeature'),
            dict(type='SegmentFeature', num_segments=1),
            dict(type='PackAnomalyInputs'),
        ],
        custom_hooks=[dict(type='FeatureStatisticsHook')],
    )
    rows = np.concatenate(
        [
            np.load(root / f'features/train{index}.npy').mean(0)
            for index in range(5)
        ]
    )
    state = weights(root / 'work/iter_6.pth')
    assert np.allclose(
        state['data_preprocessor.feature_mean'], rows.mean(0), atol=1e-5
    )
    assert np.allclose(
        state['data_preprocessor.feature_std'], rows.std(0), atol=1e-5
    )


def test_standardising_can_be_switched_off_alone(root):
    """Oracle: the config without the hook trains to the same weights."""
    for name, hooks in (
        ('with', [dict(type='FeatureStatisticsHook')]),
        ('without', []),
    ):
        train(
            root,
            name,
            model__data_preprocessor=dict(standardize=False),
            custom_hooks=hooks,
        )
    states = [
        weights(root / name / 'iter_6.pth') for name in ('with', 'without')
    ]
    assert states[0].keys() == states[1].keys()
    assert all(
        np.array_equal(states[0][key], states[1][key]) for key in states[0]
    )


def test_checkpoint_without_statistics_is_told(root):
    """Testing a standardising config with nothing learned."""
    train(root, 'work')
    config = small_config(
        root,
        model__data_preprocessor=dict(standardize=True),
        load_from=str(root / 'work/iter_6.pth'),
    )
    with pytest.raises(ValueError, match=r'iter_6\.pth: .*feature_mean'):
        build_runner(load_config(config)).test()


def test_amp_on_a_cpu(root):
    """bfloat16 training runs and ends near float32 training."""
    config = saved_config(root)
    run_command('train', config, '--amp', '--seed', 1)
    half = weights(root / 'work/iter_6.pth')
    train(root, 'full')
    full = weights(root / 'full/iter_6.pth')
    different = [k for k in full if not torch.equal(full[k], half[k])]
    assert different
    assert all(torch.isfinite(half[key]).all() for key in half)


@pytest.mark.parametrize('length', [1, 2])
def test_very_short_videos(root, length):
    """T = 1 and T = 2 train and test."""
    for path in (root / 'features').iterdir():
        np.save(path, np.load(path)[:length])
    for subset in ('train', 'test'):
        path = root / f'annotations/{subset}.json'
        metainfo, videos = load_annotations(path)
        for entry in videos:
            if subset == 'test':
                entry['frames'] = 16 * length
                entry['abnormal_intervals'] = [[0, 8]] * entry['label']
        save_annotations(path, metainfo, videos)
    train(root, 'work')
    assert (root / 'work/iter_6.pth').exists()


def test_one_video_of_each_label_and_a_larger_batch(tmp_path):
    """Two videos, batch of 2 + 2 pairs."""
    train(make_data(tmp_path, abnormal=1, normal=1), 'work')
    assert (tmp_path / 'work/iter_6.pth').exists()


def test_all_normal_test_set_trains_and_tests(root):
    """AUC is reported as not defined, training goes on."""
    path = root / 'annotations/test.json'
    metainfo, videos = load_annotations(path)
    save_annotations(path, metainfo, [v for v in videos if v['label'] == 0])
    config = saved_config(root)
    printed = run_command('train', config)
    assert 'not defined are AUC' in printed
    result = json.loads((root / 'work/result.json').read_text())
    assert result['last']['anomaly/AUC'] is None
    assert result['last']['anomaly/FAR'] is not None


def test_channels_come_from_the_data_where_the_config_leaves_them(root):
    """in_channels=None takes C = 8 of the files."""
    config = load_config(small_config(root, model__in_channels=None))
    assert config.model.in_channels == 8


def test_wrong_channels_name_the_file(root):
    """The config says 16, the files have 8."""
    with pytest.raises(ValueError, match=r'\.npy: found .*C = 8.*= 16'):
        train(root, 'work', model__in_channels=16)


@pytest.mark.parametrize(
    'key, value, error',
    [
        ('optim_wraper.optimizer.lr', 1.0, "'optim_wraper'.*'optim_wrapper'"),
        ('train_cfg.max_iter', 5, 'max_iter'),
        ('model.head.num_selectd', 5, 'num_selectd'),
        (
            'train_dataloader.dataset.dataset.layout',
            'i3d',
            "found 'i3d'.*expect",
        ),
    ],
)
def test_misspelt_keys_are_refused(root, key, value, error):
    """Top-level keys, which mmengine passes over, and arguments."""
    with pytest.raises((KeyError, TypeError, ValueError), match=error):
        config = load_config(small_config(root), {key: value})
        build_runner(config).train()


def test_two_processes_share_the_work(root):
    """Training in two processes on CPUs, then testing.

    Oracle: testing in two processes gives the figures of one.
    """
    config, checkpoint = saved_config(root), root / 'work/iter_6.pth'
    dump = ['--dump', root / 'two.json']
    for command, *arguments in (
        ['train', config, '--seed', 1],
        ['test', config, checkpoint, *dump],
    ):
        arguments += ['--launcher', 'pytorch']
        run_in_ranks(2, main_of(command), [*map(str, arguments)])
    run_command('test', config, checkpoint, '--dump', root / 'one.json')
    one, two = (
        json.loads((root / f'{name}.json').read_text())
        for name in ('one', 'two')
    )
    assert one == two
