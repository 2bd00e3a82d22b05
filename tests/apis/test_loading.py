"""From a config and a checkpoint to a detector, whatever its layers are."""

import re

import pytest
import torch
from mmaction.registry import MODELS
from mmengine.config import Config
from torch import nn

import tests.support.own_parts  # noqa: F401
from rtfm_mmaction.apis.loading import load_detector
from tests.support.random_detectors import FORMS, build, features, offline


def saved(folder, model, detector):
    """Config without C and checkpoint on disk."""
    Config(dict(model={**model, 'in_channels': None})).dump(folder / 'c.py')
    torch.save(dict(state_dict=detector.state_dict()), folder / 'd.pth')
    return str(folder / 'c.py'), str(folder / 'd.pth')


OWN = {
    name: dict(
        type='AnomalyDetector',
        neck=dict(type=neck),
        head=dict(type='LinearHead'),
        data_preprocessor=dict(standardize=standardize),
    )
    for name, neck, standardize in (
        ('gru', 'GRUNeck', False),
        ('identity', 'IdentityNeck', True),
        ('mtn', 'MTN', False),
    )
}


@pytest.mark.parametrize('form', FORMS)
def test_c_comes_from_the_shapes_of_the_checkpoint(form, tmp_path):
    """Oracle: the detector that was saved says the same."""
    detector = build(form)
    model = dict(type='AnomalyDetector', head=dict(type='RTFMHead'))
    model.update(FORMS[form])
    loaded = load_detector(*saved(tmp_path, model, detector))
    assert loaded.in_channels == detector.in_channels
    rows = features(9)
    for key, value in offline(detector, rows).items():
        assert (offline(loaded, rows)[key] == value).all()


@pytest.mark.parametrize('channels', [1, 7, 53, 300])
@pytest.mark.parametrize('name', OWN)
def test_c_of_own_parts_and_any_c(name, channels, tmp_path):
    """Oracle: the C that the saved detector was built with; no layer of these
    has the name of one of RTFM's head."""
    detector = MODELS.build({**OWN[name], 'in_channels': channels})
    loaded = load_detector(*saved(tmp_path, OWN[name], detector))
    assert loaded.in_channels == channels


@MODELS.register_module(force=True)
class EvenHead(nn.Module):
    """Takes an even C alone, and has layers of other sizes."""

    def __init__(self, in_channels):
        super().__init__()
        if in_channels % 2:
            raise ValueError(f'EvenHead: found C = {in_channels}')
        self.layer = nn.Linear(in_channels, 3)

    def loss(self, x, labels):
        return {}

    def predict(self, x):
        return dict(scores=self.layer(x).sigmoid().mean((1, 3)))


@MODELS.register_module(force=True)
class FixedHead(EvenHead):
    """Has the same layers whatever C is."""

    def __init__(self, in_channels):
        super().__init__(4)


def model_of(head):
    return dict(
        type='AnomalyDetector',
        neck=dict(type='IdentityNeck'),
        head=dict(type=head),
    )


def test_numbers_that_the_model_refuses_are_passed_over(tmp_path):
    """Oracle: by hand: sizes 3 and 6, of which 6 is even."""
    model = model_of('EvenHead')
    detector = MODELS.build({**model, 'in_channels': 6})
    assert load_detector(*saved(tmp_path, model, detector)).in_channels == 6


@pytest.mark.parametrize(
    'change, said',
    [
        # C can be 3 or 4: nothing tells.
        (
            lambda state: None,
            r'weights that tell .* found \[3, 4\]; say it by --cfg-options',
        ),
        (
            lambda state: state.clear(),
            'weights that tell C of the features, found no weights; say',
        ),
        (
            lambda state: state.update(more=torch.zeros(2)),
            r'the weights of .*c.py, found others: .*"more"',
        ),
    ],
)
def test_what_does_not_tell_c_is_said(change, said, tmp_path):
    """Property: one sentence that names the checkpoint; C on the command line
    settles it."""
    model = model_of('FixedHead')
    detector = MODELS.build({**model, 'in_channels': 4})
    config, checkpoint = saved(tmp_path, model, detector)
    state = torch.load(checkpoint)['state_dict']
    change(state)
    torch.save(dict(state_dict=state), checkpoint)
    with pytest.raises(ValueError, match=f'd.pth: expected .*{said}') as error:
        load_detector(config, checkpoint)
    assert '\n' not in str(error.value)
    if len(state) == 2:
        options = {'model.in_channels': 4}
        loaded = load_detector(config, checkpoint, cfg_options=options)
        assert loaded.in_channels == 4


def test_weights_of_another_model_name_what_differs(tmp_path):
    """Property: C that comes nearest is taken, so that the sentence is about
    the layers that differ and not about all."""
    detector = build('released')
    config, checkpoint = saved(
        tmp_path,
        dict(
            type='AnomalyDetector',
            neck=dict(type='MTN'),
            head=dict(type='RTFMHead', hidden_channels=(512,)),
        ),
        detector,
    )
    with pytest.raises(ValueError, match='found others') as error:
        load_detector(config, checkpoint)
    assert re.search('head.classifier.6', str(error.value))
    assert 'neck' not in str(error.value)
