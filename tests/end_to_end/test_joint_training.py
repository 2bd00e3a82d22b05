"""Videos in, scores out: backbone, neck and head through the tools."""

import json
import runpy

import numpy as np
import pytest
import torch

from rtfm_mmaction.apis import build_runner, load_config
from rtfm_mmaction.cli import train as train_tool
from rtfm_mmaction.evaluation.predictions import read_predictions
from rtfm_mmaction.extraction import build_extractor
from rtfm_mmaction.io.checkpoints import load_checkpoint_safely
from tests.support.helpers import ROOT
from tests.support.joint_data import (
    CROPS,
    PIXELS,
    joint_config,
    make_videos,
    save_backbone,
)
from tests.support.ranks import run_in_ranks
from tests.support.small_data import small_config


@pytest.fixture(scope='module')
def root(tmp_path_factory):
    return make_videos(tmp_path_factory.mktemp('joint'))


def train(root, work, **options):
    config = load_config(
        joint_config(root, **options), work_dir=str(root / work)
    )
    config.randomness = dict(seed=1)
    return build_runner(config).train()


def saved(root, work, iteration=6):
    return load_checkpoint_safely(root / work / f'iter_{iteration}.pth')


def figures(root, work):
    return json.loads((root / work / 'result.json').read_text())


def test_two_processes_share_the_work(root):
    """rtfm train in bfloat16 with a frozen stem.

    Oracle: the frozen stem is the file's, all parts behind it have changed.
    """
    weights = save_backbone(root / 'backbone.pth')
    config = root / 'config.py'
    joint_config(
        root,
        model__backbone=dict(
            frozen_stages=0,
            init_cfg=dict(type='Pretrained', checkpoint=str(weights)),
        ),
    ).dump(config)
    arguments = [str(config), '--seed', '1', '--amp']
    run_in_ranks(2, train_tool.main, [*arguments, '--launcher', 'pytorch'])
    before = torch.load(weights)['state_dict']
    state = saved(root, 'work')['state_dict']
    assert torch.equal(state['backbone.stem.weight'], before['stem.weight'])
    earlier = saved(root, 'work', 3)['state_dict']
    for part in (
        'backbone.stage.weight',
        'neck.fusion.0.weight',
        'head.classifier.0.weight',
    ):
        assert not torch.equal(state[part], earlier[part])
        assert torch.isfinite(state[part]).all()
    assert figures(root, 'work')['last']['iteration'] == 6


def test_a_resumed_run_is_the_run_that_never_stopped(root):
    """Stopped after 3 of 6 iterations; at last tools/test.py.

    Oracle: weights and optimizer, bit by bit, of the run in one go, whose
    last figures are those of the test.
    """
    train(root, 'whole')
    train(root, 'halves', train_cfg__max_iters=3)
    train(
        root, 'halves', resume=True, load_from=str(root / 'halves/iter_3.pth')
    )
    whole, halves = (saved(root, work) for work in ('whole', 'halves'))
    assert whole['state_dict'].keys() == halves['state_dict'].keys()
    for name, value in whole['state_dict'].items():
        assert torch.equal(value, halves['state_dict'][name]), name
    for index, state in whole['optimizer']['state'].items():
        for key, value in state.items():
            assert torch.equal(value, halves['optimizer']['state'][index][key])
    last = figures(root, 'whole')['last']
    assert last == figures(root, 'halves')['last']
    joint_config(root).dump(root / 'config.py')
    runpy.run_path(str(ROOT / 'tools/test.py'))['main'](
        [
            str(root / 'config.py'),
            str(root / 'halves/iter_6.pth'),
            '--dump',
            str(root / 'out.json'),
        ]
    )
    _, metrics, videos = read_predictions(root / 'out.json')
    assert [len(video['scores']) for video in videos] == [3, 4, 5]
    assert videos[0]['crop_scores'].shape == (3, 5)
    assert metrics['anomaly/AUC'] == pytest.approx(
        last['anomaly/AUC'], abs=1e-6
    )


def test_goes_on_from_a_checkpoint_of_features(root):
    """``load_from`` what was trained on features of the same backbone.

    Oracle: the scores and figures that it had there, of features that our
    extractor made.
    """
    backbone = save_backbone(root / 'backbone.pth')
    init_cfg = dict(type='Pretrained', checkpoint=str(backbone))
    extractor = build_extractor(
        dict(
            model=dict(type='StagedBackbone', init_cfg=init_cfg),
            extractor=dict(resize=(56, 40), crops=CROPS, **PIXELS),
        )
    )
    (root / 'features').mkdir(exist_ok=True)
    for path in sorted((root / 'videos').iterdir()):
        np.save(
            root / 'features' / f'{path.stem}.npy', extractor.extract(path)
        )
    features = small_config(
        root,
        model__data_preprocessor=dict(standardize=True),
        custom_hooks=[dict(type='FeatureStatisticsHook')],
        work_dir=str(root / 'features_mode'),
        test_evaluator__out_file=str(root / 'features.json'),
    )
    build_runner(load_config(features)).train()
    checkpoint = str(root / 'features_mode/iter_6.pth')
    features.load_from = checkpoint
    build_runner(load_config(features)).test()
    joint = joint_config(
        root,
        model__backbone=dict(frozen_stages=1, init_cfg=init_cfg),
        model__data_preprocessor=dict(standardize=True),
        test_evaluator__out_file=str(root / 'joint.json'),
        train_cfg=dict(max_iters=1, val_begin=1, val_interval=1),
        optim_wrapper__optimizer__lr=0.0,
        load_from=checkpoint,
    )
    build_runner(load_config(joint)).test()
    (_, metrics, expected), (_, found_metrics, found) = (
        read_predictions(root / f'{name}.json')
        for name in ('features', 'joint')
    )
    for one, other in zip(expected, found):
        for key in ('scores', 'magnitudes', 'crop_scores'):
            np.testing.assert_allclose(
                other[key], one[key], rtol=1e-4, atol=1e-4
            )
    assert found_metrics['anomaly/AUC'] == pytest.approx(
        metrics['anomaly/AUC'], abs=1e-3
    )
    # Training initialises, then loads: a step of no length changes nothing.
    runner = build_runner(load_config(joint))
    runner.train()
    state = runner.model.state_dict()
    trained = load_checkpoint_safely(checkpoint)['state_dict']
    assert {name for name in state if not name.startswith('backbone.')} == set(
        trained
    )
    weights = torch.load(backbone)['state_dict']
    for name in ('stem.weight', 'stage.bias'):
        assert torch.equal(state[f'backbone.{name}'], weights[name])
    name = 'head.classifier.0.weight'
    assert torch.equal(state[name], trained[name])


def test_channels_are_not_read_from_videos(root):
    """``in_channels=None`` is for features; one error with the key."""
    with pytest.raises(TypeError, match='in_channels must be.*no backbone'):
        train(root, 'none', model__in_channels=None)
