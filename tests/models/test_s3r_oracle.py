"""S3R is what its authors' program is."""

import copy

import numpy as np
import pytest
import torch

from rtfm_mmaction.models.released_names.methods import METHODS
from tests.support import peers
from tests.support.helpers import needs_shared

# Of the oracle, so that something is compared where that is not there.
TABLE = {
    'eval_a/shape': (1, 1, 12, 2048),
    'eval_a/S': 6,
    'eval_a/macro_score': [0.49617309],
    'eval_a/scores': [
        *(0.38717032, 0.35035092, 0.24871772, 0.39550410, 0.36683440),
        *(0.41390159, 0.29661077, 0.35031988, 0.40769533, 0.43056728),
        *(0.40499219, 0.38975412),
    ],
    'eval_b/shape': (1, 10, 5, 2048),
    'eval_b/S': 20,
    'eval_b/macro_score': [0.49877970],
    'eval_b/scores': [
        *(0.36908369, 0.36879895, 0.36616783, 0.37437509, 0.39213355),
    ],
    'eval_c/shape': (1, 2, 3, 2048),
    'eval_c/S': 4,
    'eval_c/macro_score': [0.55572937],
    'eval_c/scores': [0.38757385, 0.36452805, 0.40191273],
    'train_a/shape': (4, 2, 8, 2048),
    'train_a/S': 6,
    'train_a/loss/classification': 0.70535475,
    'train_a/loss/magnitude': 0.88402404,
    'train_a/loss/smoothness': 0.00004353,
    'train_a/loss/sparsity': 0.01240256,
    'train_a/loss/macro': 0.73460157,
}
TERMS = dict(
    loss_cls='classification',
    loss_magnitude='magnitude',
    loss_smooth='smoothness',
    loss_sparse='sparsity',
    loss_macro='macro',
)
released_name = METHODS['s3r'].released_name
needs_oracle = needs_shared('peers/s3r_oracle.npz')


@pytest.fixture(scope='module')
def oracle():
    return peers.expected('s3r', TABLE)


@pytest.fixture(scope='module')
def drawn():
    return peers.drawn_model(
        's3r', 'neck.dropout', 'head.dropout', 'head.select_dropout'
    )


def case_of(oracle, drawn, case):
    """A detector with a case's dictionary, and the case's features."""
    size = (int(oracle[f'{case}/S']), 2048)
    rows = 0.3 * peers.draw(f's3r/{case}/dictionary', size)
    model = copy.deepcopy(drawn)
    model.neck.dictionary = torch.zeros(size)
    model.neck.set_dictionary(torch.from_numpy(rows.astype(np.float32)))
    x = peers.draw_features(f's3r/{case}', oracle[f'{case}/shape'])
    return model, x


def test_all_parameters_have_released_names(drawn):
    """The page's 88 entries but for eight of two modules that do nothing;
    oracle of two: the page."""
    names = {released_name(name) for name in drawn.state_dict()}
    assert len(names - {None}) == 88 - 8
    assert 'video_embedding.0.non_local.alter.1.running_mean' in names
    assert 'de_normal.channel_attention.channel_gate.mlp.3.bias' in names


@pytest.mark.parametrize('case', ['eval_a', 'eval_b', 'eval_c'])
def test_scores_are_those_of_the_oracle(oracle, drawn, case):
    """Within 1e-5 in float32; that of the rebuilt video, too."""
    model, x = case_of(oracle, drawn, case)
    model.eval()
    with torch.no_grad():
        x = model.neck(x)
        scores = model.head.predict(x)['scores'][0].numpy()
        macro = model.head.macro_scores(x).numpy()
    assert scores == pytest.approx(
        np.array(oracle[f'{case}/scores']), abs=1e-5
    )
    expected = np.array(oracle[f'{case}/macro_score'])
    assert macro == pytest.approx(expected, abs=1e-5)


def test_losses_are_those_of_the_oracle(oracle, drawn):
    """Within 1e-5 in float32. Their batch begins with the normal videos."""
    model, x = case_of(oracle, drawn, 'train_a')
    with torch.no_grad():
        found = model.train().head.loss(
            model.neck(x), torch.tensor([0, 0, 1, 1])
        )
    for ours, theirs in TERMS.items():
        expected = oracle[f'train_a/loss/{theirs}']
        assert found[ours].item() == pytest.approx(expected, abs=1e-5), ours


@needs_oracle
def test_gradients_are_those_of_the_oracle(oracle, drawn):
    """In float64."""
    model, x = case_of(oracle, drawn, 'train_a')
    model.double().train()
    terms = model.head.loss(model.neck(x.double()), torch.tensor([0, 0, 1, 1]))
    total = sum(terms[ours] for ours in TERMS)
    assert total.item() == pytest.approx(float(oracle['train_a/loss/total']))
    total.backward()
    parameters = {released_name(n): p for n, p in model.named_parameters()}
    prefix = 'train_a/grad/'
    wanted = [key for key in oracle.files if key.startswith(prefix)]
    assert wanted
    for key in wanted:
        found = parameters[key[len(prefix) :]].grad.numpy()
        assert found == pytest.approx(oracle[key], rel=1e-9, abs=1e-12), key
