"""The divergence from a standard normal against torch's own."""

import pytest
import torch
from mmaction.registry import MODELS
from torch.distributions import Normal, kl_divergence


def test_it_is_the_divergence_summed_over_time():
    """Oracle: torch.distributions; T = 1, too."""
    loss = MODELS.build(dict(type='GaussianKLLoss', loss_weight=1.0))
    for length in (1, 5):
        mean, log_variance = torch.randn(2, 3, length, 4)
        each = kl_divergence(
            Normal(mean, (log_variance / 2).exp()), Normal(0.0, 1.0)
        )
        assert loss(mean, log_variance).item() == pytest.approx(
            each.sum(1).mean().item(), rel=1e-5
        )


def test_its_weight():
    """By hand: mu = 2 in three snippets is 3 x 2, a thousandth of it."""
    loss = MODELS.build(dict(type='GaussianKLLoss'))
    mean = torch.full((1, 3, 4), 2.0)
    assert loss(mean, torch.zeros(1, 3, 4)).item() == pytest.approx(0.006)
