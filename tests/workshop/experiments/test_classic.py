"""Support vector machines over a small data set."""

import json
import math

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score
from sklearn.preprocessing import StandardScaler
from sklearn.svm import LinearSVC, OneClassSVM

from rtfm_mmaction.evaluation.predictions import read_predictions
from rtfm_mmaction.workshop.experiments.classic import (
    evaluate_classic,
    to_unit_interval,
)
from tests.support.small_data import make_data, small_config


@pytest.fixture(scope='module')
def root(tmp_path_factory):
    return make_data(tmp_path_factory.mktemp('data'), abnormal=4, normal=4)


def predictions(config, path, method, **kwargs):
    figures = evaluate_classic(config, method, out_file=str(path), **kwargs)
    return figures, read_predictions(path)[2]


def features(root, names):
    return [np.load(root / 'features' / f'{name}.npy') for name in names]


def test_linear_svm_equals_scikit_learn_step_by_step(root, tmp_path):
    """Oracle: the machine on crop and snippet means of the 9 segments that
    the config makes, applied to crop means; AUC of every frame."""
    figures, videos = predictions(
        small_config(root), tmp_path / 'p.json', 'linear-svm'
    )
    means, labels = [], []
    for index, bag in enumerate(
        features(root, [f'train{i}' for i in range(8)])
    ):
        bounds = np.linspace(0, len(bag), 10).astype(int)
        segments = [
            bag[low : max(high, low + 1)].mean(0)
            for low, high in zip(bounds, bounds[1:])
        ]
        means.append(np.mean(segments, (0, 1)))
        labels.append(int(index < 4))
    scaler = StandardScaler().fit(means)
    machine = LinearSVC(
        class_weight='balanced', max_iter=20000, random_state=0
    ).fit(scaler.transform(means), labels)
    frames, truth = [], []
    for video in videos:
        (bag,) = features(root, [video['video']])
        values = machine.decision_function(scaler.transform(bag.mean(1)))
        np.testing.assert_allclose(
            video['scores'], to_unit_interval(values), rtol=1e-4
        )
        np.testing.assert_allclose(
            video['magnitudes'],
            np.linalg.norm(bag, axis=-1).mean(1),
            rtol=1e-5,
        )
        frames += np.repeat(values, 16).tolist()
        label = np.zeros(16 * len(bag))
        for start, end in video['abnormal_intervals']:
            label[start:end] = 1
        truth += label.tolist()
    assert figures['anomaly/AUC'] == pytest.approx(
        roc_auc_score(truth, frames)
    )


def test_one_class_svm_learns_from_normal_videos_alone(root, tmp_path):
    """Oracle: the machine on the segments of the four normal videos; other
    features of abnormal training videos change nothing."""
    config = small_config(
        root,
        train_dataloader__dataset__dataset__pipeline=[
            dict(type='LoadFeature'),
            dict(type='PackAnomalyInputs'),
        ],
    )
    _, videos = predictions(config, tmp_path / 'p.json', 'one-class-svm')
    rows = np.concatenate(
        [
            bag.mean(1)
            for bag in features(root, [f'train{i}' for i in range(4, 8)])
        ]
    )
    scaler = StandardScaler().fit(rows)
    machine = OneClassSVM(nu=0.1).fit(scaler.transform(rows))
    for video in videos:
        (bag,) = features(root, [video['video']])
        values = -machine.decision_function(scaler.transform(bag.mean(1)))
        np.testing.assert_allclose(
            video['scores'], to_unit_interval(values), rtol=1e-3
        )


@pytest.mark.parametrize('method', ['linear-svm', 'one-class-svm'])
def test_large_snippets_are_found(root, tmp_path, method):
    """Oracle: how the data is made, abnormal snippets are larger by 3; the
    file is one that the plot tools read and names the run."""
    figures, videos = predictions(
        small_config(root),
        tmp_path / 'p.json',
        method,
        run_info=dict(method=method),
    )
    assert figures['anomaly/AUC'] > 0.95
    content = json.loads((tmp_path / 'p.json').read_text())
    assert content['metainfo']['method'] == method
    assert content['metainfo']['dataset'] == 'small'


def test_tiles_are_judged_one_by_one(root, tmp_path):
    """In crop mode 'instance' the highest crop is the snippet's score, and
    the largest magnitude its magnitude."""
    config = small_config(root, model__head__crop_mode='instance')
    _, videos = predictions(config, tmp_path / 'p.json', 'one-class-svm')
    for video in videos:
        (bag,) = features(root, [video['video']])
        assert video['crop_scores'].shape == bag.shape[:2]
        np.testing.assert_array_equal(
            video['scores'], video['crop_scores'].max(1)
        )
        np.testing.assert_allclose(
            video['magnitudes'], np.linalg.norm(bag, axis=-1).max(1), rtol=1e-5
        )


def test_fewer_snippets_by_seed(root, tmp_path):
    """One snippet of each normal video: the choice is the seed's."""
    config = small_config(root)

    def scores(seed):
        _, videos = predictions(
            config,
            tmp_path / 'p.json',
            'one-class-svm',
            seed=seed,
            max_snippets=4,
        )
        return np.concatenate([video['scores'] for video in videos])

    first = scores(0)
    assert np.array_equal(first, scores(0))
    assert not np.array_equal(first, scores(1))


def test_squeezing_keeps_order_and_sign():
    """Oracle by hand: 0 is 0.5, 1 is 0.75, -3 is 0.125; values that an
    exponential would make equal stay apart in float32."""
    values = to_unit_interval(np.array([-3.0, 0.0, 1.0, 200.0, 201.0]))
    np.testing.assert_allclose(values[:3], [0.125, 0.5, 0.75])
    assert (np.diff(values.astype(np.float32)) > 0).all()
    assert 0 < values.min() and values.max() < 1


def test_what_does_not_fit_is_told(root, tmp_path):
    """One sentence, with what was found."""
    config = small_config(root)
    with pytest.raises(ValueError, match="found 'svm', expected one of"):
        evaluate_classic(config, 'svm')
    with pytest.raises(ValueError, match='max_snippets: found 0'):
        evaluate_classic(config, 'one-class-svm', max_snippets=0)
    abnormal = make_data(tmp_path / 'abnormal', normal=0)
    for method, message in (
        ('linear-svm', 'label 1 alone'),
        ('one-class-svm', 'no normal videos'),
    ):
        with pytest.raises(ValueError, match=message):
            evaluate_classic(small_config(abnormal), method)
    assert math.isfinite(evaluate_classic(config, 'linear-svm')['anomaly/AUC'])
