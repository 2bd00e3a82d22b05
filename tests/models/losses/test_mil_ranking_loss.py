"""Deep MIL ranking against figures worked by hand."""

import pytest
import torch
from mmaction.registry import MODELS


def ranking(scores, labels, **kwargs):
    loss = MODELS.build(dict(type='MILRankingLoss', **kwargs))
    return loss(torch.tensor(scores), torch.tensor(labels)).item()


def test_worked_figures_of_a_pair():
    """max(0, 1 - s_a + s_n): 0.9 over 0.2 lacks 0.3; the order of the labels
    does not matter; 1 over 0 lacks nothing; 0 under 1 lacks 2."""
    assert ranking([[0.9], [0.2]], [1, 0]) == pytest.approx(0.3)
    assert ranking([[0.2], [0.9]], [0, 1]) == pytest.approx(0.3)
    assert ranking([[1.0], [0.0]], [1, 0]) == 0
    assert ranking([[0.0], [1.0]], [1, 0]) == 2


def test_a_bag_scores_as_the_mean_of_its_selected_snippets():
    """(0.9, 0.5) is 0.7, (0.4, 0.2) is 0.3: 1 - 0.7 + 0.3."""
    scores = [[0.9, 0.5], [0.4, 0.2]]
    assert ranking(scores, [1, 0]) == pytest.approx(0.6)
    assert ranking(scores, [1, 0], loss_weight=2.0) == pytest.approx(1.2)


def test_mean_of_pairs_is_that_of_all_pairs():
    """Oracle: a loop over every abnormal and every normal bag, as the
    authors' program runs."""
    scores, labels = torch.rand(8, 1), [1, 0, 0, 1, 1, 0, 1, 0]
    truth = torch.tensor(labels)
    pairs = [
        max(0.0, 1 - a + n)
        for a in scores[truth == 1, 0].tolist()
        for n in scores[truth == 0, 0].tolist()
    ]
    assert ranking(scores.tolist(), labels) == pytest.approx(sum(pairs) / 16)


def test_regularisers_of_a_mean_pair():
    """Scores (0, 1, 0.5) and (1.5, 1, 1): neighbours differ by 1.25 and 0.25
    squared, sums are 1.5 and 3.5, norms of (3, 4) and (5, 12) 5 and 13."""
    scores = torch.tensor([[0.0, 1.0, 0.5], [1.5, 1.0, 1.0]])

    def build(kind, **kwargs):
        return MODELS.build(
            dict(type=kind, scope='video_mean', loss_weight=1.0, **kwargs)
        )

    assert build('SmoothnessLoss')(scores).item() == pytest.approx(0.75)
    sums = build('SparsityLoss', norm='l1')(scores)
    assert sums.item() == pytest.approx(2.5)
    norms = build('SparsityLoss')(torch.tensor([[3.0, 4.0], [5.0, 12.0]]))
    assert norms.item() == pytest.approx(9)
