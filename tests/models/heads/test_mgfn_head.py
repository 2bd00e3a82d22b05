"""MGFN's head: whose scores are regularised, and small or odd batches."""

import pytest
import torch
from mmaction.registry import MODELS


def build(**kwargs):
    torch.manual_seed(0)
    return MODELS.build(dict(type='MGFNHead', in_channels=4, **kwargs))


@pytest.mark.parametrize('over', ['abnormal', 'normal', 'all'])
def test_regularisers_take_the_videos_that_they_are_said(over):
    """Oracle: sums by numpy over the scores of those videos, whose order in
    the batch is neither theirs nor ours."""
    head = build(
        smooth_over=over,
        sparse_over=over,
        loss_smooth=dict(type='SmoothnessLoss', scope='video', loss_weight=1),
        loss_sparse=dict(type='SparsityLoss', loss_weight=1),
    )
    x = torch.randn(4, 2, 5, 4)
    labels = torch.tensor([0, 1, 1, 0])
    found = head.loss(x, labels)
    scores = head.predict(x)['scores'].detach().numpy()
    taken = dict(abnormal=[1, 2], normal=[0, 3], all=[0, 1, 2, 3])[over]
    differences = scores[taken, 1:] - scores[taken, :-1]
    assert found['loss_smooth'].item() == pytest.approx(
        (differences**2).sum(), rel=1e-5
    )
    assert found['loss_sparse'].item() == pytest.approx(
        (scores[taken] ** 2).sum() ** 0.5, rel=1e-5
    )


@pytest.mark.parametrize('mode', ['average', 'instance'])
@pytest.mark.parametrize(
    'pairs, crops, length', [(1, 1, 1), (1, 1, 2), (3, 1, 4), (5, 3, 7)]
)
def test_any_batch_of_pairs_trains(pairs, crops, length, mode):
    """One pair, one crop, fewer snippets than K, an odd number of rows.
    Property: terms and gradients are finite."""
    head = build(crop_mode=mode)
    x = torch.randn(2 * pairs, crops, length, 4, requires_grad=True)
    labels = torch.tensor([1, 0]).repeat_interleave(pairs)
    terms = head.loss(x, labels)
    assert all(value.isfinite() for value in terms.values())
    sum(v for k, v in terms.items() if 'loss' in k).backward()
    assert x.grad.isfinite().all()


def test_odd_settings_are_refused():
    with pytest.raises(ValueError, match='sparse_over must be one of'):
        build(sparse_over='half')
    with pytest.raises(ValueError, match='MGFNHead.*as many abnormal'):
        build().loss(torch.rand(2, 1, 3, 4), torch.tensor([1, 1]))
