"""Glance-and-focus network: its parts by loops, and odd videos."""

import pytest
import torch
from mmaction.registry import MODELS

from rtfm_mmaction.models.contracts import whole_video
from rtfm_mmaction.models.necks.channel_norm import ChannelNorm
from rtfm_mmaction.models.necks.focus import Focus
from rtfm_mmaction.models.necks.glance import Glance

TINY = dict(type='GlanceFocus', widths=(4, 8), depths=(1, 1), head_channels=4)


def tiny(in_channels=3):
    torch.manual_seed(0)
    return MODELS.build(dict(TINY, in_channels=in_channels))


def test_channel_norm_divides_by_deviation_and_epsilon():
    """Oracle: numpy's mean and biased deviation. Of torch's own layer norm it
    differs, since epsilon is no part of the variance."""
    norm = ChannelNorm(5, eps=0.5).double()
    x = torch.randn(2, 3, 5, dtype=torch.float64)
    values = x.numpy()
    expected = values - values.mean(-1, keepdims=True)
    expected = expected / (values.std(-1, keepdims=True) + 0.5)
    assert norm(x).detach().numpy() == pytest.approx(expected)


def test_gradient_of_a_snippet_without_deviation_is_finite():
    """Channels of nought, of which the release has no finite gradient, have
    one; that of other snippets is torch's of the formula."""
    norm = ChannelNorm(4).double()
    x = torch.randn(2, 4, dtype=torch.float64)
    x[0] = 0
    x.requires_grad_()
    (norm(x) * torch.arange(4)).sum().backward()
    assert x.grad[0].isfinite().all() and x.grad[1].abs().sum() > 0
    again = x.detach()[1].requires_grad_()
    plain = (again - again.mean()) / (again.std(correction=0) + 1e-5)
    (plain * torch.arange(4)).sum().backward()
    assert torch.allclose(again.grad, x.grad[1])


def test_glance_by_loops():
    """Oracle: softmax of q k / sqrt(D) over all snippets, head by head, each
    of D channels on end."""
    glance = Glance(6, num_heads=2, head_channels=3).double()
    x = torch.randn(1, 5, 6, dtype=torch.float64)
    query, key, value = glance.to_qkv(glance.norm(x))[0].split(6, dim=-1)
    heard = torch.zeros(5, 6, dtype=torch.float64)
    for head in (slice(0, 3), slice(3, 6)):
        for t in range(5):
            weights = key[:, head] @ query[t, head] / 3**0.5
            heard[t, head] = weights.softmax(0) @ value[:, head]
    assert torch.allclose(glance(x)[0], glance.to_out(heard[None])[0])


@pytest.mark.parametrize('length', [1, 3, 8])
def test_focus_by_loops(length):
    """Oracle: each channel by the kernel of head j mod H, zeros beyond the
    ends, T below the five taps too."""
    focus = Focus(6, num_heads=2).double().eval()
    x = torch.randn(2, length, 6, dtype=torch.float64)
    value = focus.to_v(focus.norm(x))
    kernels, biases = focus.rel_pos.weight[:, 0], focus.rel_pos.bias
    out = torch.zeros_like(value)
    for t in range(length):
        for j in range(6):
            out[:, t, j] = biases[j % 2]
            for tap in range(5):
                if 0 <= t + tap - 2 < length:
                    near = value[:, t + tap - 2, j]
                    out[:, t, j] += kernels[j % 2, tap] * near
    assert torch.allclose(focus(x), focus.to_out(out))


def test_magnitude_is_that_of_what_comes_in():
    """Property: features turned within their length change what is embedded
    of them, and not of their norm."""
    neck = tiny().eval()
    torch.nn.init.zeros_(neck.to_tokens.weight)
    x = torch.rand(1, 1, 4, 3)
    assert torch.allclose(neck(x), neck(-x.flip(-1)), atol=1e-6)
    assert not torch.allclose(neck(x), neck(2 * x), atol=1e-3)


def test_features_of_nought_train():
    """Property: gradients of a step on nothing but zeros are finite."""
    neck = tiny()
    for bias in (neck.to_tokens.bias, neck.to_mag.bias):
        torch.nn.init.zeros_(bias)
    neck(torch.zeros(2, 1, 4, 3)).square().sum().backward()
    assert all(p.grad.isfinite().all() for p in neck.parameters())


def test_it_needs_the_whole_video():
    assert whole_video(tiny())


@pytest.mark.parametrize(
    'change, words',
    [
        (dict(in_channels=0), 'in_channels'),
        (dict(depths=(1,)), 'depths'),
        (dict(widths=(4, 6)), 'widths that head_channels = 4 divides'),
    ],
)
def test_odd_settings_are_refused(change, words):
    with pytest.raises(ValueError, match=words):
        MODELS.build(dict(dict(TINY, in_channels=3), **change))
