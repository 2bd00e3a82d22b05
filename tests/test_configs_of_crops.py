"""Configs whose crops are samples of their own, by the methods' recipes."""

import pytest
from mmengine.config import Config

from tests.support.helpers import ROOT

# Steps, and what the gradients' norm is clipped to.
RECIPES = dict(ur_dmu=(3000, None), bn_wvad=(1000, 1))


@pytest.mark.parametrize(
    'method, data', [('ur_dmu', 'ucf'), ('ur_dmu', 'xd'), ('bn_wvad', 'xd')]
)
def test_recipes_of_the_benchmarks(method, data):
    """Oracle: section 5 of the method's page. 64 + 64 crops of 200 segments
    and 1024 channels, a file each; Adam at 1e-4 with l2 decay of 5e-5."""
    config = Config.fromfile(ROOT / f'configs/{method}_i3d_{data}.py')
    loader, optim = config.train_dataloader, config.optim_wrapper
    assert loader.dataset.crops_as_samples and loader.batch_size == 64
    segments, *_ = (
        step.num_segments
        for step in loader.dataset.dataset.pipeline
        if step.type == 'SegmentFeature'
    )
    assert segments == 200
    assert loader.dataset.dataset.layout == 'per_crop'
    assert config.model.in_channels == 1024
    assert 'data_preprocessor' not in config.model
    assert optim.optimizer.type == 'Adam'
    assert (optim.optimizer.lr, optim.optimizer.weight_decay) == (1e-4, 5e-5)
    steps, clip = RECIPES[method]
    assert config.train_cfg.max_iters == steps
    assert optim.get('clip_grad', {}).get('max_norm') == clip
    key = 'anomaly/AP' if data == 'xd' else 'anomaly/AUC'
    assert config.default_hooks.checkpoint.save_best == key


@pytest.mark.parametrize('method', RECIPES)
@pytest.mark.parametrize(
    'data, crops, steps', [('ped2', True, 300), ('composed', False, 150)]
)
def test_our_own_sets_take_the_steps_of_rtfm(method, data, crops, steps):
    """Oracle: rtfm's configs; all else is the recipe's."""
    config = Config.fromfile(ROOT / f'configs/{method}_i3d_{data}.py')
    ours = Config.fromfile(ROOT / f'configs/rtfm_i3d_{data}.py')
    recipe = Config.fromfile(ROOT / f'configs/{method}_i3d_xd.py')
    assert config.train_cfg == ours.train_cfg
    assert config.train_cfg.max_iters == steps
    assert config.train_dataloader.dataset.get('crops_as_samples') == (
        crops or None
    )
    assert config.optim_wrapper == recipe.optim_wrapper
    assert config.model == recipe.model
    assert config.test_dataloader == ours.test_dataloader
