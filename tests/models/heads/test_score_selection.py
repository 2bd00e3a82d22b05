"""Selection by score, and the head without magnitude learning."""

import pytest
import torch
from mmaction.registry import MODELS
from torch import nn


def build(**kwargs):
    head = MODELS.build(
        dict(
            type='RTFMHead',
            in_channels=2,
            hidden_channels=(),
            dropout=0.0,
            feature_dropout=0.0,
            select_dropout=0.0,
            **kwargs,
        )
    )
    # score = sigmoid(first channel)
    head.classifier[-1].weight.data = torch.tensor([[1.0, 0.0]])
    head.classifier[-1].bias.data.zero_()
    return head


def bags():
    """Snippet 0 has the largest score, snippet 1 the largest magnitude."""
    x = torch.zeros(2, 1, 3, 2)
    x[0, 0, 0] = torch.tensor([2.0, 0.0])
    x[0, 0, 1] = torch.tensor([-1.0, 9.0])
    return x, torch.tensor([1, 0])


@pytest.mark.parametrize(
    'select_by, chosen', [('score', 2.0), ('magnitude', -1.0)]
)
def test_the_selected_snippet_stands_for_the_bag(select_by, chosen):
    """Oracle by hand, K = 1: the ranking hinge sees sigmoid(2) or sigmoid(-1)
    of the abnormal bag, and sigmoid(0) = 0.5 of the normal one."""
    head = build(
        select_by=select_by,
        num_selected=1,
        loss_cls=dict(type='MILRankingLoss'),
    )
    losses = head.loss(*bags())
    score = torch.tensor(chosen).sigmoid()
    assert losses['loss_cls'].item() == pytest.approx(1 - score.item() + 0.5)
    magnitude = {2.0: 2.0, -1.0: 82**0.5}[chosen]
    assert losses['magnitude_abnormal'].item() == pytest.approx(magnitude)


def test_tiles_compete_by_score():
    """In mode 'instance' the best of all (tile, snippet) pairs: sigmoid(3) of
    tile 1, not the average of the tiles."""
    head = build(
        select_by='score',
        num_selected=1,
        crop_mode='instance',
        loss_cls=dict(type='MILRankingLoss'),
    )
    x = torch.zeros(2, 2, 3, 2)
    x[0, 1, 2, 0] = 3.0
    losses = head.loss(x, torch.tensor([1, 0]))
    score = torch.tensor(3.0).sigmoid().item()
    assert losses['loss_cls'].item() == pytest.approx(1 - score + 0.5)


def test_without_magnitude_learning_there_is_no_such_term():
    """The terms that are left sum to a loss that trains the classifier."""
    head = build(select_by='score', loss_magnitude=None)
    losses = head.loss(*bags())
    assert set(losses) == {
        'loss_cls',
        'loss_smooth',
        'loss_sparse',
        'magnitude_abnormal',
        'magnitude_normal',
    }
    sum(v for k, v in losses.items() if k.startswith('loss')).backward()
    assert head.classifier[-1].weight.grad.abs().sum() > 0


@pytest.mark.parametrize('num_relu, expected', [(None, 2), (1, 1), (0, 0)])
def test_layers_without_a_relu(num_relu, expected):
    """So many ReLUs, the first ones; the layers keep their names, so that
    checkpoints of either load."""
    head = MODELS.build(
        dict(
            type='RTFMHead',
            in_channels=4,
            hidden_channels=(8, 6),
            num_relu=num_relu,
        )
    )
    kinds = [type(layer) for layer in head.classifier]
    assert kinds.count(nn.ReLU) == expected
    assert kinds[1] is nn.ReLU or expected == 0
    assert [name for name in head.state_dict() if 'weight' in name] == [
        'classifier.0.weight',
        'classifier.3.weight',
        'classifier.6.weight',
    ]


def test_bad_settings_are_refused():
    """One error each, with key and value."""
    with pytest.raises(ValueError, match="select_by.*'norm'"):
        build(select_by='norm')
    with pytest.raises(ValueError, match='num_relu.*0 hidden.*got 1'):
        build(num_relu=1)
