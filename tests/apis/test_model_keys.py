"""E8: keys inside ``model`` that nobody takes, in one sentence."""

import pytest
from mmaction.registry import MODELS
from mmengine.config import Config
from mmengine.model import BaseModule

from rtfm_mmaction.apis import load_config
from rtfm_mmaction.apis.model_keys import check_model_keys
from rtfm_mmaction.cli import infer, test, train
from tests.support.helpers import ROOT
from tests.support.small_data import make_data, small_config


@MODELS.register_module()
class OpenHead(BaseModule):
    """A head that hands most of its keys on, and keeps some."""

    def __init__(self, in_channels, width=3, **kwargs) -> None:
        kwargs.pop('secret', None)
        super().__init__(**kwargs)


def model_of(**changes):
    config = Config.fromfile(ROOT / 'configs/rtfm_i3d_ucf.py')
    config.merge_from_dict({f'model.{k}': v for k, v in changes.items()})
    return config.model


@pytest.mark.parametrize(
    'key, meant',
    [
        ('in_chanels', 'model.in_chanels: .* AnomalyDetector .*in_channels'),
        ('neck.with_tsaa', r'model\.neck\.with_tsaa: .* MTN .*with_tsa'),
        ('head.num_selectd', r'model\.head\.num_selectd: .*num_selected'),
        (
            'head.loss_magnitude.magin',
            r'model\.head\.loss_magnitude\.magin: .* MagnitudeLoss .*margin',
        ),
        (
            'data_preprocessor.standardise',
            r'data_preprocessor\.standardise: .* takes.*standardize',
        ),
        ('head.init_cgf', r'model\.head\.init_cgf: .*init_cfg'),
        ('neck.zzz', 'found .zzz.; it takes in_channels, init_cfg, with_'),
    ],
)
def test_misspelt_key_and_the_nearest_name(key, meant):
    """Each part of the model; of no similar name all are listed."""
    with pytest.raises(ValueError, match=meant) as caught:
        check_model_keys(model_of(**{key: 1}))
    assert '\n' not in str(caught.value)


@pytest.mark.parametrize(
    'key, meant',
    [
        ('type', r"model\.type: .*'AnomalyDetectr'.*'AnomalyDetector'"),
        ('head.type', r"model\.head\.type: .*'RTFMHed'.*'RTFMHead'"),
    ],
)
def test_misspelt_type(key, meant):
    """A model or a part of it that is not registered."""
    value = 'RTFMHed' if key == 'head.type' else 'AnomalyDetectr'
    with pytest.raises(ValueError, match=meant):
        check_model_keys(model_of(**{key: value}))


def test_backbone_that_hands_its_keys_on():
    """``ReleasedResNet3d(**kwargs)`` takes what mmaction2's network takes,
    which swallows the rest without a word."""
    config = Config.fromfile(ROOT / 'configs/rtfm_i3d-joint_ucf.py')
    check_model_keys(config.model)
    config.model.backbone.norm_eval = True
    config.model.backbone.norm_cfg = dict(type='BN3d', requires_grad=True)
    check_model_keys(config.model)
    config.model.backbone.frozen_stage = 3
    with pytest.raises(ValueError, match=r'backbone\.frozen_stage: .*stages'):
        check_model_keys(config.model)


def test_own_parts_may_take_any_key():
    """One that looks like a misspelt one is refused all the same."""
    head = dict(_delete_=True, type='OpenHead', secret=1, width=2)
    check_model_keys(model_of(head=head))
    head['widht'] = 2
    with pytest.raises(ValueError, match=r"head\.widht: .*'width'"):
        check_model_keys(model_of(head=head))


def test_foreign_types_are_left_alone():
    """What a key of settings means is said by who reads it."""
    head = dict(type='OpenHead', schedule=dict(type='Unknown', a=1))
    check_model_keys(dict(type='AnomalyDetector', head=head))
    init = dict(type='Xavier', layer='Conv1d', distribution='uniform')
    check_model_keys(model_of(**{'neck.init_cfg': init}))


def test_all_commands_say_it_alike(tmp_path):
    """train, test and infer end in the same sentence, before anything slow."""
    path = tmp_path / 'config.py'
    config = small_config(make_data(tmp_path))
    config.model.head.num_selectd = 2
    config.dump(path)
    said = []
    for command, *more in (
        (train, str(path)),
        (test, str(path), 'x.pth'),
        (
            *(infer, 'x.npy', '--out', str(tmp_path / 'out')),
            *('--config', str(path), '--checkpoint', 'x.pth'),
        ),
    ):
        with pytest.raises(SystemExit) as caught:
            command.main(more)
        said.append(str(caught.value).partition(': ')[2])
    assert said[0].startswith('model.head.num_selectd: expected a key that')
    assert "did you mean 'num_selected'?" in said[0]
    assert set(said) == {said[0]}
    with pytest.raises(ValueError, match='num_selectd'):
        load_config(config)
