"""Heads that scikit-learn fits. Oracle: scikit-learn's own decisions."""

import numpy as np
import pytest
import torch
from mmaction.registry import MODELS
from sklearn.neighbors import NearestNeighbors
from sklearn.svm import LinearSVC, OneClassSVM

from rtfm_mmaction.models.contracts import MILHead, predict_snippets

C = 6
RNG = np.random.default_rng(0)
NORMAL = RNG.normal(size=(40, C))
ABNORMAL = RNG.normal(1.0, 1.0, size=(30, C))
X = RNG.normal(size=(2, 3, 5, C))  # B, N, T, C


def linear():
    """A head and what it is to say of rows."""
    machine = LinearSVC(random_state=0).fit(
        np.concatenate([NORMAL, ABNORMAL]), np.repeat([0, 1], [40, 30])
    )
    state = dict(weight=machine.coef_[0], bias=machine.intercept_[0])
    return dict(type='LinearSVMHead'), state, machine.decision_function


def one_class():
    machine = OneClassSVM(nu=0.1, gamma=0.2).fit(NORMAL)
    state = dict(
        vectors=machine.support_vectors_,
        coefficients=machine.dual_coef_[0],
        intercept=machine.intercept_[0],
    )
    config = dict(
        type='OneClassSVMHead', num_vectors=len(state['vectors']), gamma=0.2
    )
    return config, state, lambda rows: -machine.decision_function(rows)


def neighbors():
    found = NearestNeighbors(n_neighbors=5).fit(NORMAL)
    config = dict(type='NearestNeighborHead', num_rows=len(NORMAL))
    return (
        config,
        dict(rows=NORMAL),
        lambda rows: found.kneighbors(rows)[0].mean(1),
    )


@pytest.mark.parametrize('make', [linear, one_class, neighbors])
@pytest.mark.parametrize('mode', ['average', 'instance'])
def test_heads_decide_as_scikit_learn(make, mode):
    """Mean of the crops judged, or the highest of the judged crops."""
    config, state, decide = make()
    head = MODELS.build(dict(config, in_channels=C, crop_mode=mode))
    head.load_state_dict(
        {key: torch.as_tensor(value) for key, value in state.items()}
    )
    assert isinstance(head, MILHead)
    found = predict_snippets(head, torch.as_tensor(X, dtype=torch.float32))
    crops = decide(X.reshape(-1, C)).reshape(2, 3, 5)
    means = decide(X.mean(1).reshape(-1, C)).reshape(2, 5)
    expected = means if mode == 'average' else crops.max(1)
    np.testing.assert_allclose(found['logits'], expected, atol=2e-5)
    sigmoids = 1 / (1 + np.exp(-crops.swapaxes(1, 2)))
    np.testing.assert_allclose(found['crop_scores'], sigmoids, atol=1e-5)
    with pytest.raises(NotImplementedError, match='rtfm fit'):
        head.loss(torch.zeros(1), torch.zeros(1))


def test_fewer_rows_than_neighbors():
    """Oracle: by hand: distances 3 and 4 to the two rows."""
    head = MODELS.build(
        dict(type='NearestNeighborHead', in_channels=2, num_rows=2)
    )
    head.rows.copy_(torch.tensor([[3.0, 0.0], [0.0, 4.0]]))
    assert head.judge(torch.zeros(1, 2)).item() == pytest.approx(3.5)


@pytest.mark.parametrize(
    ('config', 'words'),
    [
        (dict(type='NearestNeighborHead', num_rows=0), 'num_rows'),
        (dict(type='OneClassSVMHead', num_vectors=1, gamma=0.0), 'gamma'),
        (dict(type='LinearSVMHead', crop_mode='sum'), "got 'sum'"),
    ],
)
def test_settings_that_cannot_be(config, words):
    with pytest.raises(ValueError, match=words):
        MODELS.build(dict(config, in_channels=C))
