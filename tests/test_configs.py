"""Every config builds the model that its name promises."""
import pytest
import torch
from mmaction.registry import MODELS
from mmengine.config import Config

from rtfm_mmaction.apis.running import check_keys
from tests.helpers import ROOT

CONFIGS = sorted(path.name for path in (ROOT / 'configs').glob('*.py'))
CHANNELS = {'i3d': 2048, 'c3d': 4096, 'i3d-1024': 1024, 'i3d-tiles': 1024}


@pytest.mark.parametrize('name', CONFIGS)
def test_config_builds_and_runs(name):
    """C by the features' name; one loss of one pair is finite."""
    config = Config.fromfile(ROOT / 'configs' / name)
    check_keys(config)
    channels = config.model.in_channels
    features = name.split('_')[1]
    if features in CHANNELS and 'ped2' not in name:
        assert channels == CHANNELS[features]
    config.model.in_channels = 16
    config.model.pop('data_preprocessor', None)
    model = MODELS.build(config.model)
    terms = model.head.loss(
        model.neck(torch.rand(2, 2, 5, 16)), torch.tensor([1, 0]))
    assert all(torch.isfinite(value) for value in terms.values())
    # All subsets look into one folder.
    train, test = config.train_dataloader.dataset.dataset, (
        config.test_dataloader.dataset)
    for key in ('data_root', 'data_prefix', 'layout'):
        assert train[key] == test[key] == config.val_dataloader.dataset[key]


def test_paper_config_sets_every_equation():
    """The preset differs from the released form in each of its choices."""
    config = Config.fromfile(ROOT / 'configs/rtfm_i3d_ucf_paper.py')
    head = config.model.head
    assert config.model.neck.with_fusion is False
    assert head.loss_magnitude.form == 'hinge'
    assert head.loss_cls.form == 'per_snippet'
    assert (head.loss_smooth['scope'], head.loss_sparse.norm) == ('video', 'l1')
    assert config.optim_wrapper.optimizer.weight_decay == 5e-4
    assert config.train_cfg.max_iters == 50 * 26
    released = Config.fromfile(ROOT / 'configs/rtfm_i3d_ucf.py')
    assert released.optim_wrapper.optimizer.weight_decay == 5e-3


@pytest.mark.parametrize('name, rate', [('rtfm_i3d_ucf.py', 1e-3),
                                        ('rtfm_i3d_xd.py', 1e-4),
                                        ('rtfm_c3d_xd.py', 1e-4)])
def test_learning_rates(name, rate):
    """1e-3, and 1e-4 for XD-Violence, which is compared by AP."""
    config = Config.fromfile(ROOT / 'configs' / name)
    assert config.optim_wrapper.optimizer.lr == rate
    key = config.default_hooks.checkpoint.save_best
    assert key == ('anomaly/AP' if 'xd' in name else 'anomaly/AUC')
    assert config.custom_hooks[-1].key == key
