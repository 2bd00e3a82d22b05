"""Dropout that draws few random bits, beside torch's own."""

import pytest
import torch
from torch import nn

from rtfm_mmaction.models.sparing_dropout import SparingDropout


def half(*shape):
    return torch.ones(shape, dtype=torch.bfloat16)


@pytest.mark.parametrize('p', [0.1, 0.5, 0.7])
def test_what_goes_and_what_grows(p):
    """Oracles: 1 / (1 - p) as bfloat16 rounds it, zero elsewhere, in the
    gradient, too; a share within five deviations of the binomial, among the
    first values of four as among the last. Not by chance: the seed."""
    torch.manual_seed(0)
    x = half(100, 1001).requires_grad_()
    out = SparingDropout(p)(x)
    assert out.dtype is torch.bfloat16 and out.shape == x.shape
    grown = torch.tensor(1 / (1 - p)).bfloat16()
    assert set(out.unique().tolist()) == {0.0, grown.item()}
    for values in (out, *(out.flatten()[lane::4] for lane in range(4))):
        deviation = (p * (1 - p) / values.numel()) ** 0.5
        gone = (values == 0).float().mean().item()
        assert abs(gone - p) < 5 * deviation
    out.sum().backward()
    assert torch.equal(x.grad, out)


def test_each_value_goes_by_itself():
    """Neighbours go together as often as two of a pack of coins; another call
    draws others, the same seed the same. Oracle: (1 - p)^2."""
    torch.manual_seed(0)
    dropout = SparingDropout(0.5)
    first, second = (dropout(half(40001)) != 0 for _ in range(2))
    torch.manual_seed(0)
    assert torch.equal(dropout(half(40001)) != 0, first)
    for a, b in ((first[1:], first[:-1]), (first[4:], first[:-4])):
        assert abs((a & b).float().mean() - 0.25) < 0.011
    assert abs((first & second).float().mean() - 0.25) < 0.011


@pytest.mark.parametrize(
    'x, p, training',
    [
        (torch.ones(999), 0.7, True),
        (half(999), 0.7, False),
        (half(999), 0.0, True),
        (half(999), 1.0, True),
        (half(999), 1e-6, True),
        (half(0), 0.7, True),
    ],
)
def test_all_else_is_torchs(x, p, training):
    """Oracle: nn.Dropout under the same seed."""
    found, expected = SparingDropout(p), nn.Dropout(p)
    outs = []
    for module in (found, expected):
        torch.manual_seed(3)
        outs.append(module.train(training)(x))
    assert torch.equal(*outs)
