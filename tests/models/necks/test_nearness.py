"""Sums by nearness against the matrix of weights itself."""

import math

import pytest
import torch

from rtfm_mmaction.models.necks import nearness
from rtfm_mmaction.models.necks.nearness import (
    BLOCK,
    FAR,
    spread_over_neighbours,
)


def by_the_matrix(x):
    """W x with W_ij = G_ij / sum_k G_jk, G_ij = exp(-|i - j| / e)."""
    steps = torch.arange(x.shape[1], dtype=torch.float64)
    near = torch.exp(-(steps[:, None] - steps).abs() / math.e)
    return (near / near.sum(1)) @ x


@pytest.mark.parametrize('length', [1, 2, 7, BLOCK])
def test_short_videos_are_exact(length):
    """Oracle: the matrix, in float64."""
    x = torch.randn(2, length, 3, dtype=torch.float64)
    found = spread_over_neighbours(x)
    assert torch.allclose(found, by_the_matrix(x), rtol=0, atol=1e-14)


@pytest.mark.parametrize('length', [BLOCK + 1, 3 * BLOCK + FAR // 2])
def test_what_long_videos_leave_out_is_below_what_is_said(length):
    """Oracle: the matrix; 4e-10 of the largest value, all of one sign, which
    is the worst case, and gradients alike."""
    x = torch.ones(1, length, 1, dtype=torch.float64, requires_grad=True)
    expected = by_the_matrix(x)
    found = spread_over_neighbours(x)
    assert 0 < (found - expected).abs().max() < 4e-10
    weights = torch.randn_like(expected)
    (found_grad,) = torch.autograd.grad((found * weights).sum(), x)
    (expected_grad,) = torch.autograd.grad((expected * weights).sum(), x)
    assert torch.allclose(found_grad, expected_grad, rtol=0, atol=4e-9)


def test_columns_sum_to_one():
    """Property: nothing gets lost, at the ends either."""
    x = torch.rand(1, 2 * BLOCK, 2, dtype=torch.float64)
    found = spread_over_neighbours(x)
    assert torch.allclose(found.sum(1), x.sum(1), rtol=1e-9)


def test_a_graph_is_of_any_length(monkeypatch):
    """Oracle: the blocks; what is recorded has none."""
    x = torch.randn(1, BLOCK + 20, 2)
    blocks = spread_over_neighbours(x)
    monkeypatch.setattr(nearness, 'is_traced', lambda: True)
    assert torch.allclose(spread_over_neighbours(x), blocks, atol=1e-6)
