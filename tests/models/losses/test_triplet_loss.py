"""Triplets against figures worked by hand and torch."""

import pytest
import torch
import torch.nn.functional as F
from mmaction.registry import MODELS


def triplet(near, far, **options):
    loss = MODELS.build(dict(type='TripletLoss', **options))
    return loss(torch.tensor(near), torch.tensor(far)).item()


def test_worked_figures():
    """0.5 and 1.2 lack 0.3 of a margin of 1; 0 and 3 lack nothing."""
    assert triplet([0.5], [1.2]) == pytest.approx(0.3)
    assert triplet([0.5, 0.0], [1.2, 3.0]) == pytest.approx(0.15)
    assert triplet(
        [0.5], [1.2], margin=2.0, loss_weight=10.0
    ) == pytest.approx(13)


def test_it_is_that_of_torch():
    """Oracle: torch's loss of three vectors, whose distances are taken."""
    anchor, near, far = torch.randn(3, 5, 4)
    found = triplet(
        F.pairwise_distance(anchor, near).tolist(),
        F.pairwise_distance(anchor, far).tolist(),
    )
    expected = F.triplet_margin_loss(anchor, near, far)
    assert found == pytest.approx(expected.item())
