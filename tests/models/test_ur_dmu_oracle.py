"""UR-DMU against what the authors' program gives.

Weights and inputs follow from names, see ``tests/support/peers.py``. The
expected numbers of one case stand here, those of all in
``../shared/peers/ur_dmu_oracle.npz``. Dropout is off, the noise is given.
"""

import copy

import numpy as np
import pytest
import torch

from rtfm_mmaction.models.released_names.methods import METHODS
from tests.support.helpers import needs_shared
from tests.support.peers import (
    draw,
    draw_embedded_parameter,
    draw_halves,
    drawn_model,
    oracle,
)

released_name = METHODS['ur_dmu'].released_name
# The authors' name of a term -> ours, and the weight that ours has in it.
TERMS = dict(
    att_loss=('loss_cls', 1),
    A_loss=('loss_abnormal_to_abnormal', 0.1),
    N_Aatt=('loss_abnormal_to_normal', 0.1),
    N_loss=('loss_normal_to_normal', 0.1),
    A_Nloss=('loss_normal_to_abnormal', 0.1),
    triplet=('loss_triplet', 0.1),
    kl_loss=('loss_kl', 1e-3),
    distance=('loss_distance', 1e-4),
)
# Case b of the authors' program: two videos, three crops, T = 5.
SHAPE = (2, 3, 5, 1024)
SCORES = [
    [0.549819, 0.453587, 0.433275, 0.463185, 0.414982],
    [0.588954, 0.524927, 0.532202, 0.525127, 0.523720],
]
LOSSES = dict(
    att_loss=0.8121639,
    A_loss=0.3425702,
    N_Aatt=1.1170187,
    N_loss=0.3400721,
    A_Nloss=1.1757348,
    triplet=0.9909078,
    kl_loss=4.1383033,
    distance=104.3447266,
    total_loss=1.2233672,
)
GRADIENTS = {
    'Amemory.memory_block': 0.2533547,
    'Nmemory.memory_block': 0.3377057,
    'cls_head.mlp.0.weight': 6.16118,
    'cls_head.mlp.2.bias': 0.1232326,
    'embedding.conv_1.0.weight': 8.798203,
    'encoder_mu.0.weight': 2.072394,
    'encoder_var.0.weight': 1.235903,
    'selfatt.layers.0.0.fn.to_out.0.weight': 3.018439,
    'selfatt.layers.0.0.fn.to_qkv.weight': 2.216932,
    'selfatt.layers.1.0.fn.to_qkv.weight': 1.616162,
    'selfatt.layers.1.0.norm.weight': 0.06999522,
    'selfatt.layers.1.1.fn.net.3.weight': 1.08736,
}


@pytest.fixture(scope='module')
def detector():
    return drawn_model('ur_dmu', 'neck.dropout', rule=draw_embedded_parameter)


def scores_of(model, case, shape):
    """Scores (B, T) of evaluation, float32."""
    x, _ = draw_halves(f'ur_dmu/{case}/x', shape)
    with torch.no_grad():
        found = model.eval().head.predict(model.neck(x))
    return found['scores'].numpy()


def training_of(model, case, shape):
    """The terms by the authors' names, and the model with its gradients."""
    x, labels = draw_halves(f'ur_dmu/{case}/x', shape)
    x = x.to(next(model.parameters()).dtype)
    pairs, crops, length = len(x) // 2, *x.shape[1:3]
    noise = draw(f'ur_dmu/{case}/eps', (pairs * crops, length, 512))
    noise = torch.from_numpy(noise.astype(np.float32)).to(x.dtype)
    model.train().zero_grad()
    model.head.draw_noise = lambda like: noise.view_as(like)
    terms = model.head.loss(model.neck(x), labels)
    total = sum(terms.values())
    total.backward()
    found = {
        theirs: terms[ours].item() / weight
        for theirs, (ours, weight) in TERMS.items()
    }
    return {**found, 'total_loss': total.item()}


def gradients_of(model):
    """The l2 norm of each parameter's gradient, by the released names."""
    return {
        released_name(name): parameter.grad.norm().item()
        for name, parameter in model.named_parameters()
    }


def test_the_oracle_s_numbers_of_one_case(detector):
    """Oracle: the numbers above, by the authors' program."""
    assert scores_of(detector, 'b', SHAPE) == pytest.approx(
        np.array(SCORES), abs=1e-5
    )
    for model in (detector, copy.deepcopy(detector).double()):
        found = training_of(model, 'b', SHAPE)
        assert found == pytest.approx(LOSSES, rel=1e-5)
    found = gradients_of(model)
    assert {name: found[name] for name in GRADIENTS} == pytest.approx(
        GRADIENTS, rel=1e-5
    )


@needs_shared('peers/ur_dmu_oracle.npz')
def test_the_oracle_s_weights_are_drawn(detector):
    """Oracle: names and sums of the authors' state dict, all of it."""
    expected = oracle('ur_dmu')
    sums = {
        released_name(name): tensor.double().sum().item()
        for name, tensor in detector.state_dict().items()
    }
    assert sums == pytest.approx(
        dict(zip(expected['weight_names'], expected['weight_sums']))
    )


@needs_shared('peers/ur_dmu_oracle.npz')
@pytest.mark.parametrize('case', 'abc')
def test_the_oracle_s_scores_terms_and_gradients(detector, case):
    """Oracle: the authors' program. Scores and terms of the loss in float32,
    gradients of all parameters in float64, since those of the classifier's
    last bias are differences of nearly equal numbers."""
    expected = oracle('ur_dmu')
    shape = expected[f'{case}/x_shape']
    scores = scores_of(detector, case, shape)
    assert scores == pytest.approx(expected[f'{case}/score_eval'], abs=1e-5)
    terms = {
        name: float(expected[f'{case}/loss/{name}'])
        for name in (*TERMS, 'total_loss')
    }
    for model in (detector, copy.deepcopy(detector).double()):
        found = training_of(model, case, shape)
        assert found == pytest.approx(terms, rel=1e-5)
    gradients = zip(
        expected[f'{case}/grad_names'], expected[f'{case}/grad_l2']
    )
    assert gradients_of(model) == pytest.approx(dict(gradients), rel=1e-5)
    x, labels = draw_halves(f'ur_dmu/{case}/x', shape)
    recalled = detector.head.recall(detector.neck(x)[labels == 1])
    for theirs, likeness in (
        ('A_att', recalled.abnormal_likeness),
        ('N_Aatt', recalled.normal_likeness),
    ):
        assert likeness.mean(1).detach().numpy() == pytest.approx(
            expected[f'{case}/att/{theirs}'], abs=1e-5
        )
