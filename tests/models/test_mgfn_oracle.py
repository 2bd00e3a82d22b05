"""MGFN is what its authors' program is."""

import copy

import pytest
import torch

from rtfm_mmaction.models.released_names.methods import METHODS
from tests.support import peers
from tests.support.helpers import needs_shared

# Of the oracle, so that something is compared where that is not there.
TABLE = {
    'eval_a/shape': (1, 1, 24, 2049),
    'eval_a/scores': [
        *(0.30622606, 0.50690810, 0.83926758, 0.61221124, 0.75950887),
        *(0.55135861, 0.64017332, 0.88898838, 0.61094706, 0.76565290),
        *(0.36980475, 0.55648040, 0.72624249, 0.64547167, 0.64153029),
        *(0.45176421, 0.47099993, 0.45741941, 0.74202563, 0.90596931),
        *(0.88233836, 0.59718371, 0.27783816, 0.23631243),
    ],
    'eval_c/shape': (1, 5, 3, 2049),
    'eval_c/scores': [0.51555637, 0.27607333, 0.43900509],
    'train_a/shape': (4, 10, 32, 2049),
    'train_a/loss/classification': 0.66432380,
    'train_a/loss/contrast': 0.03102651,
    'train_a/loss/cluster_abnormal': 0.80622937,
    'train_a/loss/cluster_normal': 0.63265747,
    'train_a/loss/smoothness': 0.00087795,
    'train_a/loss/sparsity': 0.02581004,
}
TERMS = dict(
    loss_cls='classification',
    loss_contrast='contrast',
    loss_cluster_abnormal='cluster_abnormal',
    loss_cluster_normal='cluster_normal',
    loss_smooth='smoothness',
    loss_sparse='sparsity',
)
released_name = METHODS['mgfn'].released_name
needs_oracle = needs_shared('peers/mgfn_oracle.npz')


@pytest.fixture(scope='module')
def oracle():
    return peers.expected('mgfn', TABLE)


@pytest.fixture(scope='module')
def drawn():
    return peers.drawn_model('mgfn', 'head.select_dropout')


@pytest.fixture
def model(drawn):
    """A copy, whose running statistics may move."""
    return copy.deepcopy(drawn)


def features_of(oracle, case):
    """Features of a case; the norm, its last channel, is the neck's."""
    shape = (*oracle[f'{case}/shape'][:-1], 2048)
    return peers.draw_features(f'mgfn/{case}', shape)


def labels_of(x):
    """Their batches begin with the normal videos."""
    return torch.tensor([0, 1]).repeat_interleave(len(x) // 2)


def test_all_parameters_have_released_names(drawn):
    """145 entries, as the page counts them; oracle of two: the page."""
    names = [released_name(name) for name in drawn.state_dict()]
    assert len(set(names)) == 145 and None not in names
    assert 'stages.1.1.1.weight' in names
    assert 'stages.2.0.layers.1.2.4.bias' in names


@pytest.mark.parametrize(
    'case',
    ['eval_a', pytest.param('eval_b', marks=needs_oracle), 'eval_c'],
)
def test_scores_are_those_of_the_oracle(oracle, model, case):
    """Within 1e-5 in float32."""
    model.eval()
    with torch.no_grad():
        x = model.neck(features_of(oracle, case))
        scores = model.head.predict(x)['scores'][0].numpy()
    assert scores == pytest.approx(oracle[f'{case}/scores'], abs=1e-5)


@pytest.mark.parametrize(
    'case', ['train_a', pytest.param('train_b', marks=needs_oracle)]
)
def test_losses_are_those_of_the_oracle(oracle, model, case):
    """Within 1e-5 in float32, and 1e-4 the two that square differences of
    norms of several hundreds; scores, and the losses of before April 2023."""
    model.train()
    x = features_of(oracle, case)
    labels = labels_of(x)
    with torch.no_grad():
        z = model.neck(x)
        found = model.head.loss(z, labels)
    for ours, theirs in TERMS.items():
        error = 1e-4 if 'cluster' in ours else 1e-5
        assert found[ours].item() == pytest.approx(
            oracle[f'{case}/loss/{theirs}'], abs=error
        )
    if f'{case}/loss_old/sparsity' not in oracle:
        return
    scores = model.head.predict(z)['scores'].detach().numpy()
    assert scores == pytest.approx(oracle[f'{case}/scores'], abs=1e-5)
    # configs/_base_/models/mgfn_before_2023-04.py
    model.head.smooth_over = model.head.sparse_over = 'abnormal'
    model.head.loss_smooth.scope = 'batch'
    found = model.head.loss(z, labels)
    for key in ('smooth', 'sparse'):
        name = 'smoothness' if key == 'smooth' else 'sparsity'
        expected = oracle[f'{case}/loss_old/{name}']
        assert found[f'loss_{key}'].item() == pytest.approx(expected, abs=1e-5)


@needs_oracle
@pytest.mark.parametrize('case', ['train_a', 'train_b'])
def test_gradients_are_those_of_the_oracle(oracle, model, case):
    """In float64; theirs is of norms that were rounded to float32. The
    running mean of one step, too."""
    x = features_of(oracle, case)
    prefix = f'{case}/grad/'
    wanted = [key for key in oracle.files if key.startswith(prefix)]
    assert wanted
    parameters = {released_name(n): p for n, p in model.named_parameters()}
    # Other weights' gradients would cost a quarter of the time.
    model.double().train().requires_grad_(False)
    for key in wanted:
        parameters[key[len(prefix) :]].requires_grad_()
    terms = model.head.loss(model.neck(x.double()), labels_of(x))
    total = sum(terms[ours] for ours in TERMS)
    assert total.item() == pytest.approx(oracle[f'{case}/loss/total'])
    total.backward()
    for key in wanted:
        found = parameters[key[len(prefix) :]].grad.numpy()
        assert found == pytest.approx(oracle[key], rel=1e-6, abs=1e-7), key
    buffers = {released_name(n): b for n, b in model.named_buffers()}
    name = 'stages.1.0.layers.0.1.norm'
    assert buffers[f'{name}.running_mean'].numpy() == pytest.approx(
        oracle[f'{case}/running_mean/{name}']
    )
