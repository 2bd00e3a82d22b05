"""BN-WVAD against what the authors' program gives.

Weights and inputs follow from names, see ``tests/support/peers.py``. The
expected numbers of one case stand here, those of all in
``../shared/peers/bn_wvad_oracle.npz``.
"""

import copy

import numpy as np
import pytest
import torch

from rtfm_mmaction.models.contracts import predict_snippets
from rtfm_mmaction.models.released_names.methods import METHODS
from tests.support import peers
from tests.support.helpers import needs_shared

# Of the oracle, so that something is compared where that is not there.
TABLE = {
    'a/x_shape': (4, 9, 1024),
    'a/score_eval': [
        [
            *(5.71772671, 4.71925783, 4.58599234, 4.57784605, 5.42497778),
            *(6.10516453, 4.07360506, 5.12399817, 4.67247772),
        ],
        [
            *(4.26043129, 5.04911280, 4.99325085, 5.45504904, 5.05173397),
            *(4.80078316, 4.67009115, 5.13879776, 4.61627674),
        ],
        [
            *(5.08544397, 5.31893682, 4.95818615, 4.26329374, 5.57003403),
            *(5.79317236, 4.20139217, 4.63270664, 5.13289309),
        ],
        [
            *(4.84280062, 6.56612587, 6.18387079, 4.57722473, 5.07416773),
            *(5.40809250, 5.97792292, 5.44416952, 4.88058853),
        ],
    ],
    'a/pre_normal_scores': [
        [
            *(0.42892253, 0.31122464, 0.46657500, 0.39526045, 0.45540929),
            *(0.67497891, 0.26587045, 0.35580927, 0.35764524),
        ],
        [
            *(0.41221681, 0.34354460, 0.46215782, 0.44479600, 0.41718864),
            *(0.41684902, 0.50137895, 0.48506066, 0.28988510),
        ],
    ],
    'a/hinge_1': [
        *(3.20584488, -1.12376690, 0.44629478, -1.32216835, 0.17926693),
        *(-1.01840687, 0.11915779, -0.89495659),
    ],
    'a/hinge_2': [
        *(2.02958083, 1.03980541, 0.52511477, 0.33783269, 0.49546552),
        *(-0.35099936, 0.35219026),
    ],
    'a/loss/normal_loss': 1.27686882,
    'a/loss/mpp_loss': 16.12621498,
    'a/loss/total_loss': 17.40308380,
    'a/n_selected': (8, 7),
}
released_name = METHODS['bn_wvad'].released_name
needs_oracle = needs_shared('peers/bn_wvad_oracle.npz')
LEVELS = (1, 2)


@pytest.fixture(scope='module')
def oracle():
    return peers.expected('bn_wvad', TABLE)


@pytest.fixture(scope='module')
def drawn():
    return peers.drawn_model('bn_wvad', rule=peers.draw_embedded_parameter)


@pytest.fixture
def model(drawn):
    """A copy, whose running statistics may move."""
    return copy.deepcopy(drawn)


def features_of(oracle, case):
    shape = oracle[f'{case}/x_shape']
    return peers.draw_halves(f'bn_wvad/{case}/x', shape)


def scores_of(model, x):
    """s of evaluation, from its logarithm."""
    with torch.no_grad():
        found = predict_snippets(model.eval().head, model.neck(x))
    s = found['logits'].exp()
    assert torch.allclose(found['scores'], s / (1 + s))
    return s.numpy()


def train(model, x, labels):
    """The terms by the authors' names, with gradients and new statistics."""
    terms = model.train().head.loss(model.neck(x), labels)
    pulled = terms['loss_triplet_1'] + terms['loss_triplet_2']
    total = terms['loss_normal'] + pulled
    total.backward()
    return {
        'loss/normal_loss': terms['loss_normal'].item(),
        'loss/mpp_loss': pulled.item(),
        'loss/total_loss': total.item(),
    }


@needs_oracle
def test_the_oracle_s_weights_are_drawn(oracle, drawn):
    """Oracle: names and sums of the authors' state dict, all of it."""
    sums = {
        released_name(name): tensor.double().sum().item()
        for name, tensor in drawn.state_dict().items()
    }
    assert sums == pytest.approx(
        dict(zip(oracle['weight_names'], oracle['weight_sums']))
    )


@pytest.mark.parametrize(
    'case',
    ['a', *(pytest.param(case, marks=needs_oracle) for case in 'cd')],
)
def test_scores_are_those_of_the_oracle(oracle, model, case):
    """In float32; with tiny variances (d), which any eps would hide, too."""
    if case == 'd':
        for norm in model.head.norms:
            norm.running_var.div_(1024)
            norm.weight.data.div_(32)
    x, _ = features_of(oracle, case)
    assert scores_of(model, x) == pytest.approx(
        np.array(oracle[f'{case}/score_eval']), rel=1e-5
    )


@needs_oracle
def test_crops_are_judged_as_the_published_figures_are(oracle, model):
    """By the mean of products; what the authors' program makes of four axes,
    the product of means, is in what the head says, too."""
    x, _ = features_of(oracle, 'b')
    assert scores_of(model, x) == pytest.approx(
        oracle['b/score_eval_crops_as_batch'], rel=1e-5
    )
    judged = model.head(model.neck(x))
    product = judged.distances.mean(2).sum(0) * judged.logits.sigmoid().mean(1)
    assert product.detach().numpy() == pytest.approx(
        oracle['b/score_eval'], rel=1e-5
    )


@pytest.mark.parametrize('case', ['a', pytest.param('c', marks=needs_oracle)])
def test_losses_are_those_of_the_oracle(oracle, model, case):
    """In float32 and float64, with the hinges of all pairs in their order;
    then the running statistics have moved, once."""
    x, labels = features_of(oracle, case)
    wide = copy.deepcopy(model).double()
    found = train(model, x, labels)
    assert train(wide, x.double(), labels) == pytest.approx(found, rel=1e-5)
    assert found == pytest.approx(
        {key: float(oracle[f'{case}/{key}']) for key in found}, rel=1e-5
    )
    # The statistics of now stand for those after the step.
    for norm in model.head.norms:
        norm.momentum = 0.0
    judged = model.head(model.neck(x))
    scores = judged.logits.sigmoid().mean(1)[labels == 0]
    assert scores.detach().numpy() == pytest.approx(
        np.array(oracle[f'{case}/pre_normal_scores']), abs=1e-5
    )
    for level, distances in zip(LEVELS, judged.distances.mean(2)):
        near, far = model.head.pair_up(
            distances[labels == 1], distances[labels == 0]
        )
        assert len(near) == oracle[f'{case}/n_selected'][level - 1]
        assert (near - far + 1).detach().numpy() == pytest.approx(
            oracle[f'{case}/hinge_{level}'], abs=1e-4
        )


@needs_oracle
@pytest.mark.parametrize('case', 'ac')
def test_gradients_are_those_of_the_oracle(oracle, model, case):
    """In float64, of all parameters; and the running statistics."""
    x, labels = features_of(oracle, case)
    model.double()
    train(model, x.double(), labels)
    found = {
        released_name(name): parameter.grad.norm().item()
        for name, parameter in model.named_parameters()
    }
    expected = dict(
        zip(oracle[f'{case}/grad_names'], oracle[f'{case}/grad_l2'])
    )
    assert found == pytest.approx(expected, rel=1e-5)
    buffers = {released_name(n): b for n, b in model.named_buffers()}
    after = [key for key in oracle.files if key.startswith(f'{case}/after/')]
    assert len(after) == 4
    for key in after:
        assert buffers[key.split('/')[-1]].numpy() == pytest.approx(
            oracle[key], abs=1e-6
        )
