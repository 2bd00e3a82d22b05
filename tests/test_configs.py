"""Every config builds the model that its name promises."""

import pytest
import torch
from mmaction.registry import MODELS
from mmengine.config import Config

from rtfm_mmaction.apis.model_keys import check_model_keys
from rtfm_mmaction.apis.running import check_keys
from tests.support.helpers import ROOT

CONFIGS = sorted(path.name for path in (ROOT / 'configs').glob('*.py'))
HELD_OUT = [name for name in CONFIGS if 'held-out' in name]
CHANNELS = {
    'i3d': 2048,
    'c3d': 4096,
    'i3d-1024': 1024,
    'i3d-1024-audio': 1152,
    'i3d-tiles': 1024,
    # Methods whose recipe for XD-Violence has the 1024-d features.
    'mgfn_i3d_xd.py': 1024,
}


@pytest.mark.parametrize('name', CONFIGS)
def test_config_builds_and_runs(name):
    """C by the features' name; one loss of one pair is finite."""
    config = Config.fromfile(ROOT / 'configs' / name)
    check_keys(config)
    check_model_keys(config.model)
    channels = config.model.in_channels
    features = name if name in CHANNELS else name.split('_')[1]
    if features in CHANNELS and 'ped2' not in name and 'composed' not in name:
        assert channels == CHANNELS[features]
    config.model.in_channels = 16
    config.model.pop('data_preprocessor', None)
    model = MODELS.build(config.model)
    if hasattr(model.neck, 'set_dictionary'):  # S3R's, of normal videos
        model.neck.set_dictionary(torch.rand(model.neck.dictionary.shape))
    terms = model.head.loss(
        model.neck(torch.rand(2, 2, 5, 16)), torch.tensor([1, 0])
    )
    assert all(torch.isfinite(value) for value in terms.values())
    # All subsets look into one folder.
    train, test = (
        config.train_dataloader.dataset.dataset,
        (config.test_dataloader.dataset),
    )
    val = config.val_dataloader.dataset
    for key in ('data_root', 'data_prefix', 'layout'):
        assert train.get(key) == test.get(key) == val.get(key)
    # The published protocol validates on the test set, the other one on a
    # part of the training videos, whose frames nobody has labelled.
    save_best = config.default_hooks.checkpoint.save_best
    assert config.custom_hooks[-1].key == save_best
    if 'held-out' in name:
        assert val.ann_file == train.ann_file != test.ann_file
        assert (train.val_part, val.val_part) == ('train', 'val')
        assert train.val_ratio == val.val_ratio > 0
        assert train.val_seed == val.val_seed == 0
        assert not val.test_mode and config.val_evaluator.level == 'video'
        assert save_best == 'anomaly/video_AUC'
        assert config.custom_hooks[-1].type == 'FinalTestHook'
    else:
        assert val == test and 'val_ratio' not in train
        assert config.custom_hooks[-1].type == 'ResultHook'


@pytest.mark.parametrize('name', HELD_OUT)
def test_held_out_config_differs_in_its_protocol_alone(name):
    """All that is not selection, the test above all, is the published one."""
    config = Config.fromfile(ROOT / 'configs' / name)
    published = Config.fromfile(
        ROOT / 'configs' / name.replace('_held-out', '')
    )
    assert set(config) - set(published) == {'held_out'}
    differing = {key for key in published if config[key] != published[key]}
    assert differing == {
        'train_dataloader',
        'val_dataloader',
        'val_evaluator',
        'default_hooks',
        'custom_hooks',
    }
    assert config.custom_hooks[:-1] == published.custom_hooks[:-1]
    train = config.train_dataloader
    for key in ('val_part', 'val_ratio', 'val_seed'):
        train.dataset.dataset.pop(key)
    assert train == published.train_dataloader


def test_paper_config_sets_every_equation():
    """The preset differs from the released form in each of its choices."""
    config = Config.fromfile(ROOT / 'configs/rtfm_i3d_ucf_paper.py')
    head = config.model.head
    assert config.model.neck.with_fusion is False
    assert head.loss_magnitude.form == 'hinge'
    assert head.loss_cls.form == 'per_snippet'
    assert (head.loss_smooth['scope'], head.loss_sparse.norm) == (
        'video',
        'l1',
    )
    assert config.optim_wrapper.optimizer.weight_decay == 5e-4
    assert config.train_cfg.max_iters == 50 * 26
    released = Config.fromfile(ROOT / 'configs/rtfm_i3d_ucf.py')
    assert released.optim_wrapper.optimizer.weight_decay == 5e-3


@pytest.mark.parametrize(
    'name, rate',
    [
        ('rtfm_i3d_ucf.py', 1e-3),
        ('rtfm_i3d_xd.py', 1e-4),
        ('rtfm_c3d_xd.py', 1e-4),
    ],
)
def test_learning_rates(name, rate):
    """1e-3, and 1e-4 for XD-Violence, which is compared by AP."""
    config = Config.fromfile(ROOT / 'configs' / name)
    assert config.optim_wrapper.optimizer.lr == rate
    key = config.default_hooks.checkpoint.save_best
    assert key == ('anomaly/AP' if 'xd' in name else 'anomaly/AUC')
    assert config.custom_hooks[-1].key == key
