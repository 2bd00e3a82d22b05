"""Methods to compare: what they change, and what they do not."""

from copy import deepcopy

import pytest
import torch
from mmaction.registry import MODELS
from mmengine.config import Config
from torch import nn

from rtfm_mmaction.models.necks import PDC, TSA
from rtfm_mmaction.models.sparing_dropout import SparingDropout
from rtfm_mmaction.workshop.experiments.ablation_rows import (
    ablation_rows,
    method_overrides,
)
from tests.support.helpers import ROOT

BASELINES = sorted(
    path.name for path in (ROOT / 'configs').glob('baseline_*.py')
)
SULTANI = sorted(path.name for path in (ROOT / 'configs').glob('sultani_*.py'))


def read(name):
    return Config.fromfile(ROOT / 'configs' / name)


def with_overrides(name, overrides):
    config = read(name)
    config.merge_from_dict(deepcopy(overrides))
    return config


def build(config):
    config.model.in_channels = 16
    return MODELS.build(config.model)


def test_eight_rows_in_the_order_of_table_4():
    """Oracle: the paper's table, its check marks read off."""
    marks = [(row.pdc, row.tsa, row.fm) for row in ablation_rows()]
    assert marks == [
        (0, 0, 0),
        (1, 0, 0),
        (0, 1, 0),
        (1, 1, 0),
        (0, 0, 1),
        (0, 1, 1),
        (1, 0, 1),
        (1, 1, 1),
    ]
    names = [row.name for row in ablation_rows()]
    assert names[0] == 'baseline' and names[-1] == 'pdc+tsa+fm'
    assert len(set(names)) == 8


@pytest.mark.parametrize('row', ablation_rows(), ids=lambda row: row.name)
@pytest.mark.parametrize('base', ['rtfm_i3d_ped2.py', 'rtfm_i3d_ucf_paper.py'])
def test_a_row_has_the_parts_that_it_names(row, base):
    """Oracle: the built model's modules and the terms of its loss; over the
    paper's form too, whose terms have keys that the ranking loss has not."""
    model = build(with_overrides(base, row.overrides))
    kinds = {type(module) for module in model.neck.modules()}
    assert (PDC in kinds, TSA in kinds) == (row.pdc, row.tsa)
    terms = model.head.loss(
        model.neck(torch.rand(2, 2, 5, 16)), torch.tensor([1, 0])
    )
    assert ('loss_magnitude' in terms) == row.fm
    assert (model.head.select_by == 'magnitude') == row.fm


def test_the_last_row_is_rtfm_and_rows_change_nothing_else():
    """Oracle: the config itself; data, steps and optimiser of each row."""
    base = read('rtfm_i3d_ped2.py')
    *others, last = ablation_rows()
    model = with_overrides('rtfm_i3d_ped2.py', last.overrides).model
    assert model.neck == dict(type='MTN', with_pdc=True, with_tsa=True)
    model.neck = base.model.neck
    assert model == base.model
    for row in others:
        config = with_overrides('rtfm_i3d_ped2.py', row.overrides)
        assert {key for key in base if base[key] != config[key]} == {'model'}
        assert config.model.head.loss_smooth == base.model.head.loss_smooth


@pytest.mark.parametrize('name', BASELINES)
def test_baseline_configs_are_the_first_row(name):
    """Oracle: the RTFM config of the same data with the row's changes."""
    expected = with_overrides(
        name.replace('baseline', 'rtfm'), ablation_rows()[0].overrides
    )
    config = read(name)
    config.pop('method')
    assert config.to_dict() == expected.to_dict()


@pytest.mark.parametrize('name', SULTANI)
def test_sultani_configs_differ_in_model_and_optimiser(name):
    """Oracle: the RTFM config of the same data; the network layer by layer:
    C -> 512 -> 32 -> 1, ReLU after the first, dropout 0.6, nothing else."""
    base = read(name.replace('sultani', 'rtfm'))
    config = read(name)
    assert config.method.to_dict().keys() == {'model', 'optim_wrapper'}
    assert {key for key in base if base[key] != config[key]} == {
        'model',
        'optim_wrapper',
    }
    # What says how features come in is the data's, not the method's.
    for key in ('in_channels', 'data_preprocessor'):
        assert config.model.get(key) == base.model.get(key)
    assert config.model.head.get('crop_mode') == base.model.head.get(
        'crop_mode'
    )
    model = build(config)
    x = torch.rand(2, 2, 5, 16)
    assert model.neck(x) is x
    layers = [
        (type(layer), getattr(layer, 'out_features', getattr(layer, 'p', 0)))
        for layer in model.head.classifier
    ]
    assert layers == [
        (nn.Linear, 512),
        (nn.ReLU, 0),
        (SparingDropout, 0.6),
        (nn.Linear, 32),
        (nn.Identity, 0),
        (SparingDropout, 0.6),
        (nn.Linear, 1),
    ]
    assert config.optim_wrapper.optimizer.type == 'Adagrad'
    overridden = with_overrides(
        name.replace('sultani', 'rtfm'), method_overrides('sultani')
    )
    overridden.model.in_channels = 16
    assert overridden.model == config.model


def test_sultani_loss_equals_a_loop_over_equation_7():
    """Oracle: Eq. 7 of Sultani et al. pair by pair, its mean over all pairs:
    hinge on the maxima, 8e-5 smoothness and sparsity of the abnormal bag."""
    model = build(read('sultani_i3d_ucf.py')).eval()
    x = torch.randn(6, 1, 7, 16) * 3
    labels = torch.tensor([1, 1, 1, 0, 0, 0])
    terms = model.head.loss(x, labels)
    scores = model.head(x).scores[:, 0].tolist()
    total = 0.0
    for a in scores[:3]:
        for n in scores[3:]:
            total += max(0.0, 1 - max(a) + max(n))
            total += 8e-5 * sum((p - q) ** 2 for p, q in zip(a, a[1:]))
            total += 8e-5 * sum(a)
    found = sum(v for k, v in terms.items() if k.startswith('loss'))
    assert found.item() == pytest.approx(total / 9, rel=1e-5)
