"""Models that scikit-learn fits, as members of a detector.

Oracle: scikit-learn's own decisions on the rows of a fold.
"""

import numpy as np
import pytest
from sklearn.neighbors import NearestNeighbors
from sklearn.preprocessing import StandardScaler

from rtfm_mmaction.apis.fitting import classic_models
from rtfm_mmaction.apis.fitting.bags import Bags
from rtfm_mmaction.apis.fitting.classic_models import (
    LINEAR_C,
    fit_linear_svm,
    fit_one_class_svm,
    fold_data,
    linear_members,
    neighbor_member,
    one_class_member,
    snippet_instances,
    some_rows,
)
from rtfm_mmaction.apis.fitting.members import Scaled, assemble
from rtfm_mmaction.models.long_video import score_in_chunks
from tests.support.small_data import make_data

C = 8


@pytest.fixture(scope='module')
def bags(module_path):
    """Four abnormal and four normal videos of two crops."""
    make_data(module_path, abnormal=4, normal=4, channels=C)
    return Bags(
        str(module_path / 'annotations/train.json'),
        list('abcdefgh'),
        data_prefix=dict(features=str(module_path / 'features')),
    )


def logits_of(member, bags, mode):
    detector = assemble([Scaled(member)], C, mode).detector
    return score_in_chunks(detector, bags[0])['logits']


@pytest.mark.parametrize('mode', ['average', 'instance'])
def test_members_decide_as_scikit_learn(bags, mode):
    """Fitted to all but two videos; each crop, or their mean, is judged."""
    training = [0, 1, 2, 4, 5, 6]
    data = fold_data(bags, training, mode, 'name', seed=0)
    rows = [
        snippet_instances(bags[i], mode).reshape(-1, C).astype(float)
        for i in training
    ]
    normal = np.concatenate(rows[3:])
    means = np.stack([video.mean(0) for video in rows])
    judged = snippet_instances(bags[0], mode)
    flat = judged.reshape(-1, C).astype(float)

    def highest(decisions):
        return np.reshape(decisions, judged.shape[:2]).max(1)

    members = linear_members(data, seed=0)
    assert list(members) == list(LINEAR_C)
    for c, member in members.items():
        machine = fit_linear_svm(means, [1, 1, 1, 0, 0, 0], 0, c)
        np.testing.assert_allclose(
            logits_of(member, bags, mode),
            highest(machine.decision_function(flat)),
            atol=2e-5,
        )
    np.testing.assert_allclose(
        logits_of(one_class_member(data), bags, mode),
        highest(-fit_one_class_svm(normal).decision_function(flat)),
        atol=2e-5,
    )
    scaler = StandardScaler().fit(normal)
    found = NearestNeighbors(n_neighbors=5).fit(scaler.transform(normal))
    np.testing.assert_allclose(
        logits_of(neighbor_member(data), bags, mode),
        highest(found.kneighbors(scaler.transform(flat))[0].mean(1)),
        rtol=1e-4,
    )


def test_fewer_normal_rows_by_seed(bags, monkeypatch):
    """Two rows of each of four normal videos: the seed's choice; all of them
    where there are no more, whatever the seed."""
    every = [
        fold_data(bags, range(8), 'average', 'name', seed).normal
        for seed in (0, 1)
    ]
    np.testing.assert_array_equal(*every)
    monkeypatch.setattr(classic_models, 'MAX_ROWS', 8)
    few = [
        fold_data(bags, range(8), 'average', 'name', seed).normal
        for seed in (0, 0, 1)
    ]
    assert few[0].shape == (8, C)
    np.testing.assert_array_equal(few[0], few[1])
    assert not np.array_equal(few[0], few[2])


def test_rows_keep_their_order():
    """Oracle: a property: those that are chosen rise as all of them do."""
    rows = np.arange(20.0)[:, None]
    found = some_rows(rows, 7, np.random.default_rng(0))
    assert found.shape == (7, 1) and (np.diff(found[:, 0]) > 0).all()


def test_instances_of_a_snippet():
    """(T, N, C) = (3, 2, 4) is (3, 1, 4) averaged, (3, 2, 4) one by one."""
    bag = np.random.rand(3, 2, 4)
    average = snippet_instances(bag, 'average')
    assert average.shape == (3, 1, 4)
    assert average[2, 0, 1] == pytest.approx((bag[2, 0, 1] + bag[2, 1, 1]) / 2)
    single = snippet_instances(bag, 'instance')
    assert single.shape == (3, 2, 4) and single[2, 1, 3] == bag[2, 1, 3]
