"""The transformer of UR-DMU and BN-WVAD by its properties.

What it computes is held by the oracles of both methods.
"""

import pytest
import torch
import torch._dynamo  # or the first TorchDispatchMode takes seconds
from mmaction.registry import MODELS
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

from rtfm_mmaction.models.contracts import TemporalNeck, whole_video


def neck(**options):
    return MODELS.build(
        dict(
            type='GlobalLocalTransformer',
            in_channels=6,
            embed_channels=8,
            num_heads=2,
            head_channels=4,
            feedforward_channels=8,
            **options,
        )
    )


@pytest.mark.parametrize('length', [1, 2, 300])
def test_crops_are_sequences_of_their_own(length):
    """Property: each alone gives what all together give, of any length."""
    part, x = neck().eval(), torch.rand(2, 3, length, 6)
    together = part(x)
    assert together.shape == (2, 3, length, 8)
    alone = part(x[1:, 2:])
    assert torch.allclose(alone, together[1:, 2:], atol=1e-6)


def test_it_says_that_it_needs_the_whole_video():
    """A neck without the interface for pieces."""
    assert isinstance(neck(), TemporalNeck) and whole_video(neck())


def test_half_precision_is_near():
    """Property: bfloat16 rounds, and no more."""
    part, x = neck().eval(), torch.rand(1, 2, 9, 6)
    with torch.autocast('cpu', dtype=torch.bfloat16):
        half = part(x)
    full = part(x)
    assert (half.float() - full).norm() < 0.03 * full.norm()


class Largest(TorchDispatchMode):
    """Notes how many numbers the largest tensor holds that is made."""

    numbers = 0

    def __torch_dispatch__(self, function, types, args=(), kwargs=None):
        made = function(*args, **(kwargs or {}))
        for leaf in tree_leaves(made):
            if isinstance(leaf, torch.Tensor):
                self.numbers = max(self.numbers, leaf.numel())
        return made


@pytest.mark.parametrize('training', [True, False])
def test_no_matrix_of_all_snippets_is_made(training):
    """Property: of T = 1200, nothing as large as a tenth of T x T, with
    gradients and without."""
    part, x = neck().train(training), torch.rand(1, 1, 1200, 6)
    with Largest() as seen, torch.set_grad_enabled(training):
        context = part(x)
        if training:
            context.sum().backward()
    assert 1200 * 8 <= seen.numbers < 1200**2 / 10
