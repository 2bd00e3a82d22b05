"""E4: two processes of four pairs each do what one does with the eight."""

import os

import pytest
import torch
import torch._dynamo  # by DDP, and by each child anew where it is not here
from mmaction.registry import MODELS
from mmengine.config import Config
from mmengine.model import (
    MMDistributedDataParallel,
    convert_sync_batchnorm,
    revert_sync_batchnorm,
)
from torch import nn

from rtfm_mmaction.models.rank_batch_norm import convert_to_rank_batch_norms
from tests.support.forking import run_ranks
from tests.support.helpers import ROOT

PAIRS, CROPS, T, C = 8, 2, 6, 8
CONFIGS = (
    'rtfm_i3d_ucf',
    'rtfm_i3d_ucf_paper',
    'sultani_i3d_ucf',
    'bn_wvad_i3d_xd',
)
# Of BN-WVAD; the head's follows the neck's.
SMALL = dict(
    embed_channels=12,
    num_heads=2,
    head_channels=4,
    feedforward_channels=6,
    dropout=0.0,
)


def build(name):
    """A small detector of a shipped config, without chance in training."""
    config = Config.fromfile(ROOT / f'configs/{name}.py').model
    config.in_channels = C
    if config.neck.type == 'GlobalLocalTransformer':
        config.neck.update(SMALL)
        config.head.in_channels = SMALL['embed_channels']
    else:
        for key in ('dropout', 'feature_dropout', 'select_dropout'):
            config.head[key] = 0.0
        config.head.hidden_channels = (6, 4)
    torch.manual_seed(3)
    model = MODELS.build(config).double()
    # The attention starts at zero, which would hide what is wrong in it.
    for module in model.modules():
        if isinstance(module, nn.BatchNorm1d):
            nn.init.normal_(module.weight)
    return model


def batch():
    """Eight pairs: abnormal bags, normal bags (P, N, T, C)."""
    torch.manual_seed(5)
    return 3 * torch.rand(2, PAIRS, CROPS, T, C, dtype=torch.float64)


def gradients(model, bags):
    """Gradients of the losses' sum, and what the norms have noted."""
    pairs = bags.shape[1]
    labels = torch.tensor([1] * pairs + [0] * pairs)
    inner = model.module if hasattr(model, 'module') else model
    if hasattr(model, 'module'):
        # DDP's own forward, so that its hooks average the gradients.
        inner.forward = lambda x: inner.head.loss(inner.neck(x), labels)
        terms = model(bags.flatten(0, 1))
    else:
        terms = inner.head.loss(inner.neck(bags.flatten(0, 1)), labels)
    sum(v for k, v in terms.items() if k.startswith('loss')).backward()
    return (
        {name: p.grad.clone() for name, p in inner.named_parameters()},
        {name: b.clone() for name, b in inner.named_buffers()},
    )


def is_close(found, expected):
    """Scores, and so the losses, are float32; a bias before a batch norm has
    no gradient but for rounding."""
    bound = 1e-5 * expected.abs().max() + 1e-12
    return (found - expected).abs().max() <= bound


def one_rank(rank, ranks, name, convert):
    model = build(name)
    if convert:
        model = convert_to_rank_batch_norms(model)
    model = MMDistributedDataParallel(model, broadcast_buffers=False)
    return gradients(model, batch()[:, rank::ranks])


@pytest.mark.parametrize('name', CONFIGS)
def test_two_ranks_have_the_gradients_of_one(name, tmp_path):
    """Losses of the release, of the paper's equations (all pairs), of deep
    MIL ranking (means of videos), and of BN-WVAD, which chooses snippets of
    the batch.

    Oracle: one process with torch's own ``BatchNorm1d``. Without
    synchronised norms the gradients differ, but not those of a network that
    has none.
    """
    expected, noted = gradients(build(name), batch())
    for found, buffers in run_ranks(2, tmp_path, one_rank, name, True):
        assert found.keys() == expected.keys()
        for key, value in expected.items():
            assert is_close(found[key], value), key
        assert buffers.keys() == noted.keys()
        for key, value in noted.items():
            torch.testing.assert_close(buffers[key], value, msg=key)
    (found, _), _ = run_ranks(2, tmp_path, one_rank, name, False)
    same = all(is_close(found[key], expected[key]) for key in expected)
    assert same == (name == 'sultani_i3d_ucf')


NORMS = {
    'rows': (lambda: nn.BatchNorm1d(3), (6, 3)),
    'sequence': (lambda: nn.BatchNorm1d(3, momentum=None), (6, 3, 4)),
    'video': (lambda: nn.BatchNorm3d(3, eps=0.1), (6, 3, 2, 2, 2)),
    'plain': (lambda: nn.BatchNorm1d(3, affine=False), (6, 3)),
    'untracked': (
        lambda: nn.BatchNorm1d(3, track_running_stats=False),
        (6, 3),
    ),
}


def norm_rank(rank, ranks, kind):
    make, shape = NORMS[kind]
    norm = convert_to_rank_batch_norms(make().double())
    torch.manual_seed(1)
    for _ in range(2):
        x = (5 + torch.randn(shape, dtype=torch.double))[rank::ranks]
        x.requires_grad_()
        y = norm(x)
        y.square().square().sum().backward()
    return (
        [x.grad, y, norm.eval()(x) if norm.track_running_stats else y],
        [*norm.buffers()],
        [p.grad for p in norm.parameters()],
    )


@pytest.mark.parametrize('kind', NORMS)
def test_norm_over_ranks_is_the_norm_of_all_rows(kind, tmp_path):
    """Two steps: output, gradients, running statistics, evaluation.

    Oracle: torch's batch norm of the rows of both.
    """
    make, shape = NORMS[kind]
    norm = make().double()
    torch.manual_seed(1)
    for _ in range(2):
        x = (5 + torch.randn(shape, dtype=torch.double)).requires_grad_()
        y = norm(x)
        y.square().square().sum().backward()
    evaluated = norm.eval()(x) if norm.track_running_stats else y
    results = run_ranks(2, tmp_path, norm_rank, kind)
    for rank, (tensors, buffers, _) in enumerate(results):
        for found, expected in zip(tensors, (x.grad, y, evaluated)):
            torch.testing.assert_close(found, expected[rank::2])
        for found, expected in zip(buffers, norm.buffers()):
            torch.testing.assert_close(found, expected)
    for one, two, weight in zip(
        results[0][2], results[1][2], norm.parameters()
    ):
        torch.testing.assert_close(one + two, weight.grad)


def low_precision(rank, ranks):
    norm = convert_to_rank_batch_norms(nn.BatchNorm1d(3))
    torch.manual_seed(1)
    x = (100 + torch.randn(64, 3))[rank::ranks]
    return norm(x), norm(x.bfloat16()), norm.running_var


def test_norm_over_ranks_keeps_precision_and_dtype(tmp_path):
    """A mean of 100 times the deviation: sums of squares would lose half of
    the digits. Oracle: float64."""
    norm = nn.BatchNorm1d(3).double()
    torch.manual_seed(1)
    x = 100 + torch.randn(64, 3).double()
    expected = norm(x.float().double())
    for rank, (out, half, _) in enumerate(
        run_ranks(2, tmp_path, low_precision)
    ):
        assert (out - expected[rank::2]).abs().max() < 1e-4
        assert half.dtype is torch.bfloat16


def single_value(rank, ranks):
    norm = convert_to_rank_batch_norms(nn.BatchNorm1d(2))
    try:
        norm(torch.zeros(1 - rank, 2))
    except ValueError as error:
        return str(error)


def test_one_value_of_all_ranks_has_no_variance(tmp_path):
    """Said as torch says it."""
    for said in run_ranks(2, tmp_path, single_value):
        assert said.startswith('Expected more than 1 value per channel')


@pytest.mark.parametrize('length', [T, C])
def test_norms_of_the_neck_may_be_of_any_class(length):
    """mmengine converts batch norms to ``SyncBatchNorm``, and back in a
    single process, by which they lose their class; T = C as well, where a
    norm over the wrong axis would not be noticed.

    Oracle: the network that was not converted.
    """
    neck = build('rtfm_i3d_ucf').neck
    x = torch.rand(2, CROPS, length, C, dtype=torch.float64)
    expected = neck(x)
    state = {key: value.clone() for key, value in neck.state_dict().items()}
    neck = convert_sync_batchnorm(build('rtfm_i3d_ucf').neck, 'torch')
    kinds = {type(m) for m in neck.modules()}
    assert nn.SyncBatchNorm in kinds and nn.BatchNorm1d not in kinds
    neck = revert_sync_batchnorm(neck)
    assert torch.equal(neck(x), expected)
    assert neck.state_dict().keys() == state.keys()
    for key, value in neck.state_dict().items():
        assert torch.equal(value, state[key]), key


def test_a_single_process_is_left_alone():
    """Bit by bit what torch's batch norm does."""
    x = torch.rand(5, 3)
    norm, other = nn.BatchNorm1d(3), nn.BatchNorm1d(3)
    assert torch.equal(norm(x), convert_to_rank_batch_norms(other)(x))
    assert 'RANK' not in os.environ
