"""Losses in the numbers that a model is built of."""

import pytest
import torch

from rtfm_mmaction.models import losses


@pytest.mark.parametrize('dtype', [torch.float64, torch.float32])
def test_losses_keep_float64_and_widen_half(dtype):
    """Property: what comes out is of the type that came in. Oracle of
    bfloat16: the same loss of the values in float32."""
    scores = torch.tensor([[0.9, 0.4], [0.3, 0.1]], dtype=dtype)
    labels = torch.tensor([1, 0])
    features = torch.rand(1, 2, 3, 4, dtype=dtype)
    for loss, arguments in (
        (losses.MILBCELoss(), (scores, labels)),
        (losses.MILRankingLoss(), (scores, labels)),
        (losses.SmoothnessLoss(), (scores,)),
        (losses.SparsityLoss(), (scores,)),
        (losses.MagnitudeLoss(), (features, features / 2)),
    ):
        value = loss(*arguments)
        assert value.dtype is dtype
        half = [
            x.bfloat16() if x.is_floating_point() else x for x in arguments
        ]
        wide = [x.float() for x in half]
        assert loss(*half) == loss(*wide)
