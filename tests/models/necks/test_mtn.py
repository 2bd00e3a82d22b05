"""The temporal network against step-by-step torch and slow loops."""

import pytest
import torch
import torch.nn.functional as F
from mmaction.registry import MODELS
from torch import nn

from rtfm_mmaction.models.necks import MTN
from rtfm_mmaction.models.necks.shifted_product import convolve_by_product
from rtfm_mmaction.models.necks.temporal_conv import (
    TemporalConv1d,
    convolve_by_kernel,
    convolve_by_rows,
)
from rtfm_mmaction.models.necks.tsa import dot_product_attention


@pytest.mark.parametrize(
    'length, dilation',
    [(1, 1), (1, 4), (2, 1), (2, 2), (3, 2), (4, 4), (9, 1), (9, 4)],
)
def test_all_ways_to_convolve_equal_a_loop(length, dilation):
    """y[t] = sum over taps of W[tap] x[t + (tap - 1) dilation], 0 outside.
    T below, at and above the dilation and twice it."""
    x, weight = torch.randn(2, length, 5), torch.randn(3, 5, 3)
    expected = torch.zeros(2, length, 3)
    for t in range(length):
        for tap in range(3):
            source = t + (tap - 1) * dilation
            if 0 <= source < length:
                expected[:, t] += x[:, source] @ weight[..., tap].T
    for convolve in (
        convolve_by_kernel,
        convolve_by_product,
        convolve_by_rows,
    ):
        assert torch.allclose(
            convolve(x, weight, dilation), expected, atol=1e-5
        )


@pytest.mark.parametrize('length, dilation', [(1, 1), (3, 2), (3, 4), (9, 4)])
def test_gradients_of_the_product(length, dilation):
    """Those of input and weights. Oracle: differences of float64 outputs."""
    x = torch.randn(2, length, 4, dtype=torch.float64, requires_grad=True)
    weight = torch.randn(3, 4, 5, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(
        lambda x, weight: convolve_by_product(x, weight, dilation),
        (x, weight),
    )


@pytest.mark.parametrize('sequences', [3, 80])
def test_temporal_conv_equals_conv1d_of_the_same_parameters(sequences):
    """With few rows and with many. Oracle: torch's Conv1d on (M, C, T), and
    its gradients."""
    conv = TemporalConv1d(6, 4, 3, dilation=2)
    reference = nn.Conv1d(6, 4, 3, padding=2, dilation=2)
    reference.load_state_dict(conv.state_dict())
    x = torch.randn(sequences, 7, 6)
    expected = reference(x.transpose(1, 2)).transpose(1, 2)
    assert torch.allclose(conv(x), expected, atol=1e-6)
    conv(x).square().mean().backward()
    expected.square().mean().backward()
    assert torch.allclose(conv.weight.grad, reference.weight.grad, atol=1e-6)


def test_temporal_conv_in_bfloat16_is_near_float32():
    """The half-precision way differs by no more than bfloat16 rounds."""
    conv, x = TemporalConv1d(64, 32, 3, dilation=4), torch.randn(2, 9, 64)
    with torch.autocast('cpu', dtype=torch.bfloat16):
        half = conv(x)
    assert half.dtype is torch.bfloat16
    full = conv(x)
    assert (half.float() - full).norm() < 0.01 * full.norm()
    (wanted,) = torch.autograd.grad(full.square().sum(), conv.weight)
    (found,) = torch.autograd.grad(half.float().square().sum(), conv.weight)
    assert found.dtype is torch.float32
    assert (found - wanted).norm() < 0.02 * wanted.norm()


def test_even_kernel_is_refused():
    """An even number of taps cannot keep the length."""
    with pytest.raises(ValueError, match='kernel_size must be odd.*4'):
        TemporalConv1d(2, 2, 4)


@pytest.mark.parametrize('length', [1, 5, 40])
def test_attention_orders_agree(length):
    """(theta phi^T / T) g by a loop, on both sides of T = D = 8."""
    theta, phi, g = torch.randn(3, 2, length, 8, dtype=torch.float64)
    expected = torch.zeros(2, length, 8, dtype=torch.float64)
    for t in range(length):
        for s in range(length):
            weight = (theta[:, t] * phi[:, s]).sum(-1, keepdim=True) / length
            expected[:, t] += weight * g[:, s]
    assert torch.allclose(dot_product_attention(theta, phi, g), expected)


def test_attention_starts_as_the_identity():
    """The last normalisation starts at zero: y = ReLU(conv(x))."""
    tsa = MODELS.build(dict(type='TSA', in_channels=16, out_channels=4))
    x = torch.randn(2, 6, 16)
    expected = F.relu(x @ tsa.reduce[0].weight[..., 0].T)
    assert torch.allclose(tsa(x), expected, atol=1e-6)


def released_forward(neck, x):
    """The released network in plain torch, from the method's description.

    (B, N, T, C) -> (B N, C, T); three branches convolution, ReLU, batch
    norm; 1x1 convolution and ReLU, non-local block with dot products over T;
    concatenation; convolution, ReLU, batch norm; plus the input.
    """
    videos, crops, length, channels = x.shape
    f = x.reshape(videos * crops, length, channels).transpose(1, 2)
    *pdc, tsa = neck.parts
    branches = [branch for part in pdc for branch in part.branches]

    def norm(bn, y):
        scale = bn.weight / torch.sqrt(bn.running_var + bn.eps)
        return (y - bn.running_mean[:, None]) * scale[:, None] + (
            bn.bias[:, None]
        )

    def one(conv, y):
        return F.conv1d(y, conv.weight, conv.bias)

    parts = []
    # The narrowest are the first to be left out.
    for branch, dilation in zip(branches[::-1], (4, 2, 1)):
        y = F.conv1d(
            f,
            branch[0].weight,
            branch[0].bias,
            padding=dilation,
            dilation=dilation,
        )
        parts.insert(0, norm(branch[2], y.relu()))
    c = F.conv1d(f, tsa.reduce[0].weight).relu()
    theta, phi, g = (one(conv, c) for conv in (tsa.theta, tsa.phi, tsa.g))
    attention = theta.transpose(1, 2) @ phi / length
    y = (attention @ g.transpose(1, 2)).transpose(1, 2)
    parts.append(c + norm(tsa.project[1], one(tsa.project[0], y)))
    y = torch.cat(parts, dim=1)
    if not isinstance(neck.fusion, nn.Identity):
        y = norm(
            neck.fusion[2],
            F.conv1d(y, neck.fusion[0].weight, padding=1).relu(),
        )
    return (y + f).transpose(1, 2).reshape(x.shape)


def randomised(**options):
    """An MTN whose normalisations are moved away from their start."""
    neck = MODELS.build(dict(type='MTN', **options))
    neck.init_weights()
    for module in neck.modules():
        if isinstance(module, nn.BatchNorm1d):
            for tensor in (module.weight, module.bias, module.running_mean):
                nn.init.normal_(tensor.data)
            nn.init.uniform_(module.running_var, 0.5, 2)
    return neck.eval()


@pytest.mark.parametrize(
    'with_fusion, crops, length',
    [
        (True, 1, 1),
        (False, 1, 1),
        (True, 5, 7),
        (False, 10, 32),
        (True, 1, 200),
        (False, 1, 200),
    ],
)
def test_mtn_equals_plain_torch(with_fusion, crops, length):
    """Oracle: torch's own functions, step by step; both forms."""
    neck = randomised(in_channels=32, with_fusion=with_fusion)
    x = torch.randn(2, crops, length, 32)
    with torch.no_grad():
        assert torch.allclose(
            neck(x), released_forward(neck, x), atol=1e-4, rtol=1e-4
        )


# By hand: channels of the dilations 1, 2 and 4 and of the attention.
WIDTHS = {
    1: (0, 0, 0, 1),
    2: (0, 0, 1, 1),
    3: (0, 1, 1, 1),
    4: (1, 1, 1, 1),
    5: (1, 1, 1, 2),
    53: (13, 13, 13, 14),
    54: (13, 13, 14, 14),
    2048: (512, 512, 512, 512),
}


@pytest.mark.parametrize('channels', WIDTHS)
def test_four_parts_share_any_number_of_channels(channels):
    """Oracle: by hand; a part without channels is not there."""
    with torch.device('meta'):
        neck = MODELS.build(dict(type='MTN', in_channels=channels))
    found = {}
    for part in neck.parts:
        for branch in getattr(part, 'branches', ()):
            found[branch[0].dilation[0]] = branch[0].out_channels
        if hasattr(part, 'reduce'):
            found['attention'] = part.reduce[0].out_channels
    expected = dict(zip((1, 2, 4, 'attention'), WIDTHS[channels]))
    assert found == {name: width for name, width in expected.items() if width}


@pytest.mark.parametrize('with_fusion', [True, False])
@pytest.mark.parametrize('channels', [1, 2, 3, 5, 53])
def test_mtn_of_odd_channels_equals_plain_torch(channels, with_fusion):
    """Oracle: torch's own functions, step by step, parts without channels
    left out; shapes are kept for T = 1 as well."""
    neck = randomised(in_channels=channels, with_fusion=with_fusion)
    for length in (1, 9):
        x = torch.randn(2, 3, length, channels)
        with torch.no_grad():
            expected = released_forward(neck, x)
            assert neck(x).shape == x.shape
            assert torch.allclose(neck(x), expected, atol=1e-4, rtol=1e-4)


@pytest.mark.parametrize('channels', [1, 2, 3, 53])
@pytest.mark.parametrize('with_pdc', [True, False])
@pytest.mark.parametrize('with_tsa', [True, False])
def test_odd_channels_train(channels, with_pdc, with_tsa):
    """Property: a step changes each part, and lowers what it steps down."""
    neck = MODELS.build(
        dict(
            type='MTN',
            in_channels=channels,
            with_pdc=with_pdc,
            with_tsa=with_tsa,
        )
    )
    neck.init_weights()
    x, wanted = torch.randn(2, 4, 2, 6, channels)
    before = {name: p.clone() for name, p in neck.named_parameters()}
    optimizer = torch.optim.SGD(neck.parameters(), lr=0.01)
    losses = []
    for _ in range(2):
        optimizer.zero_grad()
        losses.append((neck(x) - wanted).square().mean())
        losses[-1].backward()
        optimizer.step()
    assert losses[1] < losses[0]
    changed = {
        name.split('.')[1]
        for name, p in neck.named_parameters()
        if name.startswith('parts') and not torch.equal(p, before[name])
    }
    assert changed == {str(index) for index in range(len(neck.parts))}


@pytest.mark.parametrize(
    'with_pdc, with_tsa, reach',
    [
        (False, False, 0),
        (True, False, 5),
        (False, True, 1),
    ],
)
def test_ablation_leaves_the_context_that_is_on(with_pdc, with_tsa, reach):
    """A change at snippet 10 reaches as far as the parts that are on.

    PDC alone: 4 snippets by dilation, 1 by the fusion. TSA starts as the
    identity, so what is left is the fusion's 1. Both off: a 1x1 convolution.
    """
    neck = MODELS.build(
        dict(type='MTN', in_channels=16, with_pdc=with_pdc, with_tsa=with_tsa)
    )
    neck.eval()
    x = torch.randn(1, 1, 21, 16)
    y = x.clone()
    y[0, 0, 10] += 1
    changed = (neck(x) - neck(y)).abs().amax(-1)[0, 0] > 1e-6
    expected = [abs(t - 10) <= reach for t in range(21)]
    if with_pdc:  # taps sit at -4, -2, -1, 0, 1, 2, 4, each +-1
        expected[10 - 5 : 10 + 6] = [True] * 11
    assert changed.tolist() == expected
    assert neck(x).shape == x.shape


def test_baseline_is_one_1x1_convolution_plus_skip():
    """With PDC and TSA off: X = W F + b + F."""
    neck = MODELS.build(
        dict(type='MTN', in_channels=8, with_pdc=False, with_tsa=False)
    )
    x = torch.randn(2, 3, 4, 8)
    (conv,) = neck.parts
    expected = x @ conv.weight[..., 0].T + conv.bias + x
    assert torch.allclose(neck(x), expected, atol=1e-6)


def test_weights_start_xavier_uniform_with_zero_bias():
    """Bound sqrt(6 / (fan in + fan out)) of each weight is nearly reached."""
    neck = MODELS.build(dict(type='MTN', in_channels=64))
    neck.init_weights()
    conv = neck.parts[0].branches[0][0]
    bound = (6 / (64 * 3 + 16 * 3)) ** 0.5
    assert 0.95 * bound < conv.weight.abs().max() <= bound
    assert not conv.bias.any()
    assert not neck.parts[1].project[1].weight.any()


def test_crops_do_not_see_each_other():
    """Each crop is a sequence of its own."""
    neck = MODELS.build(dict(type='MTN', in_channels=16))
    neck.eval()
    x = torch.randn(2, 3, 5, 16)
    alone = torch.cat([neck(x[:, i : i + 1]) for i in range(3)], dim=1)
    assert torch.allclose(neck(x), alone, atol=1e-5)


def test_wrong_channels_name_both_figures():
    """The error says what was found and what the config says."""
    neck = MODELS.build(dict(type='MTN', in_channels=16))
    with pytest.raises(ValueError, match='C = 8, but .*in_channels = 16'):
        neck(torch.randn(1, 1, 4, 8))
    with pytest.raises(ValueError, match='in_channels .* at least 1, found 0'):
        MODELS.build(dict(type='MTN', in_channels=0))


def test_training_in_bfloat16():
    """X is of half the size and near that of float32, gradients as well; in
    evaluation and without autocast it is float32.

    Oracle: the same network in float32.
    """
    torch.manual_seed(0)
    neck, x, weights = MTN(32), *torch.rand(2, 2, 3, 8, 32)
    found = {}
    for autocast in (False, True):
        neck.zero_grad()
        with torch.autocast('cpu', torch.bfloat16, enabled=autocast):
            out = neck(x)
        assert out.dtype is (torch.bfloat16 if autocast else torch.float32)
        (out.float() * weights).mean().backward()
        found[autocast] = [out.detach().float()] + [
            weight.grad.clone()
            for weight in neck.parameters()
            if weight.ndim > 1
        ]
    for index, (value, expected) in enumerate(zip(found[True], found[False])):
        bound = 0.1 if index else 0.02
        assert (value - expected).norm() <= bound * expected.norm()
    with torch.autocast('cpu', torch.bfloat16):
        assert neck.eval()(x).dtype is torch.float32
