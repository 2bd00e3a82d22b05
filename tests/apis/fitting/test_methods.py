"""Each method is trained on folds and judged, on random features of C = 8."""

import numpy as np
import pytest
import torch
from mmengine.config import Config

from rtfm_mmaction.apis.fitting import schedule
from rtfm_mmaction.apis.fitting.bags import Bags
from rtfm_mmaction.apis.fitting.cross_fitting import CrossFitting
from rtfm_mmaction.apis.fitting.fit import fit
from rtfm_mmaction.apis.fitting.members import Scaled, assemble
from rtfm_mmaction.apis.fitting.methods import (
    fit_methods,
    method_of,
    read_method,
)
from rtfm_mmaction.datasets.annotations import (
    load_annotations,
)
from rtfm_mmaction.datasets.normal_dictionary import learn_dictionary
from rtfm_mmaction.models.detector import AnomalyDetector
from rtfm_mmaction.models.long_video import score_in_chunks
from tests.support.forked_grid import forked_grid
from tests.support.helpers import ROOT
from tests.support.small_data import make_data
from tests.support.small_methods import small_keys

# Folds of test videos are of no use here: all are training videos.
LABELS = [1, 1, 1, 0, 0, 0, 0]
FOLDS = np.array([0, 1, 0, 1, 0, 1, 0])


def cross_fitting(root, method, **overrides):
    make_data(root, abnormal=3, normal=4)
    ann_file = str(root / 'annotations/train.json')
    source = dict(
        data_prefix=dict(features=str(root / 'features')), layout='packed'
    )
    names = [v['video'] for v in load_annotations(ann_file)[1]]
    read = read_method(method)
    return CrossFitting(
        Bags(ann_file, names, **source),
        FOLDS,
        ann_file,
        source,
        root / 'work',
        'average',
        seed=0,
        jobs=1,
        overrides={
            **small_keys(method),
            'train_cfg.max_iters': 2,
            'train_dataloader.batch_size': 2,
            **overrides,
        },
        method=read._replace(settings=dict([second_of(read)])),
    )


def second_of(method):
    """Name and keys of the second setting of a method."""
    return list(method.settings.items())[1]


def test_there_are_these():
    """The usual one first."""
    assert fit_methods() == [
        *('rtfm', 'bn_wvad', 'mgfn', 's3r', 'sultani', 'ur_dmu')
    ]
    with pytest.raises(ValueError, match="rtfm, bn_wvad.*, found 'tsn'"):
        read_method('tsn')


@pytest.mark.parametrize('method', fit_methods())
def test_a_method_is_trained_and_judged(tmp_path, method):
    """Property: all videos have finite scores by the model that held them
    out, whose dropout was set; the detector that stands for the folds, of
    whatever width, scores as the mean of them on one scale."""
    fitting = cross_fitting(tmp_path, method)
    with forked_grid():
        (fitted,) = fitting.train()
    told = read_method(method)
    name, settings = second_of(told)
    assert fitted.name == f'{told.title}, {name}'
    assert [len(s) for s in fitted.scores] == fitting.bags.lengths.tolist()
    assert all(np.isfinite(scores).all() for scores in fitted.scores)
    config = Config.fromfile(
        fitting.place / f'runs/{name.replace(" ", "")}_fold0/seed0/config.json'
    )
    for key, value in settings.items():
        part, name = key.split('.')[1:]
        assert config.model[part][name] == value
    for key in ('dataset', 'num_segments'):
        assert key in str(config.train_dataloader)
    parts = [fitted.scaled(fold, 0.5) for fold in (0, 1)]
    together = assemble(parts, 8, 'average', 0.25)
    assert 'dictionary' not in together.config['neck']['necks'][0]
    x = np.random.default_rng(0).random((6, 2, 8), np.float32)
    alone = [
        score_in_chunks(assemble([Scaled(p.member)], 8, 'average').detector, x)
        for p in parts
    ]
    expected = sum(
        (one['logits'] - part.center) / part.spread / 2
        for one, part in zip(alone, parts)
    )
    found = score_in_chunks(together.detector, x)['logits']
    np.testing.assert_allclose(found, expected - 0.25, atol=1e-4)
    rebuilt = AnomalyDetector(
        **{k: v for k, v in together.config.items() if k != 'type'}
    )
    rebuilt.load_state_dict(together.detector.state_dict())
    again = score_in_chunks(rebuilt, x)['logits']
    np.testing.assert_array_equal(found, again)
    if method == 's3r':
        check_dictionaries(fitting)


def check_dictionaries(fitting):
    """Oracle: scikit-learn's of the fold's own normal videos, none that it
    holds out; half as many rows as there are videos."""
    dataset = Config.fromfile(fitting.place / 'config.json')
    segmenting = dataset.train_dataloader.dataset.dataset.pipeline[1]
    assert segmenting.resampling == 'linear'
    for fold in (0, 1):
        own = [
            _linear(fitting.bags[index], segmenting.num_segments)
            for index in range(7)
            if FOLDS[index] != fold and not LABELS[index]
        ]
        rows = np.load(fitting.place / f'folds/{fold}.npy')
        assert rows.shape == (1, 8) and len(own) == 2
        expected = learn_dictionary(np.stack(own), 1)
        np.testing.assert_allclose(rows, expected, rtol=1e-4, atol=1e-5)


def _linear(bag, segments):
    """Mean over crops and segments that torch reads between two snippets."""
    x = torch.from_numpy(bag).flatten(1).T[None]
    read = torch.nn.functional.interpolate(x, segments, mode='linear')
    return read[0].T.unflatten(-1, bag.shape[1:]).mean((0, 1)).numpy()


@pytest.mark.parametrize('method', ['ur_dmu', 'bn_wvad'])
def test_tiles_are_refused_before_anything_slow(tmp_path, method):
    """Oracle: the sentence; a head cannot let crops compete."""
    with pytest.raises(ValueError, match='--crops: expected whole, since .*'):
        fit(
            [tmp_path / 'a'],
            [tmp_path / 'b'],
            'out',
            None,
            None,
            'tiles',
            method,
        )
    assert not (tmp_path / 'out').exists()
    assert read_method('mgfn').with_crop_mode('instance') == {
        'model.head.crop_mode': 'instance'
    }


def test_steps_of_crops_that_are_samples():
    """Oracle: by hand: 5 pairs of videos are 50 of ten crops; K only where
    the method has one, and never more than there are segments."""
    made = schedule.choose_schedule(np.repeat([0, 1], 20), np.full(40, 2))
    keys = {
        name: made.overrides(read_method(name).config, 10)
        for name in fit_methods()
    }
    batch, selected = 'train_dataloader.batch_size', 'model.head.num_selected'
    assert {name: found[batch] for name, found in keys.items()} == dict(
        rtfm=5, mgfn=5, s3r=5, sultani=5, ur_dmu=50, bn_wvad=50
    )
    assert {name: found.get(selected) for name, found in keys.items()} == dict(
        rtfm=2, mgfn=2, s3r=2, sultani=1, ur_dmu=None, bn_wvad=None
    )


def test_configs_say_which_method_they_are_of():
    """Property: that of their own name."""
    for method in fit_methods():
        config = Config.fromfile(ROOT / f'configs/{method}_i3d_composed.py')
        assert method_of(config) == method
    config.model.neck.type = 'IdentityNeck'
    with pytest.raises(ValueError, match='found IdentityNeck and URDMUHead'):
        method_of(config)
