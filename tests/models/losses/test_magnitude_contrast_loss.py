"""MGFN's contrast of magnitudes, by hand."""

import pytest
import torch

from rtfm_mmaction.models.losses import (
    MagnitudeClusterLoss,
    MagnitudeContrastLoss,
)

# Two pairs, two crops, one selected snippet, of l1 norms 1, 2 and 3, 5.
FEATURES = torch.tensor([[1.0, 2.0], [3.0, 5.0]])[:, :, None, None]


def test_contrast_is_a_squared_hinge_by_hand():
    """Norms 1, 3, 2, 5 less 0 have distances of themselves (one rank); of m =
    3 is missing 2, 0, 1, 0: (4 + 0 + 1 + 0) / 4."""
    loss = MagnitudeContrastLoss(margin=3, loss_weight=1)
    found = loss(FEATURES, torch.zeros_like(FEATURES))
    assert found.item() == pytest.approx(1.25, abs=1e-5)
    # Two ranks: (3, 4) and (0, 0) are 5 apart.
    ranks = torch.tensor([3.0, -4.0]).view(1, 1, 2, 1)
    loss = MagnitudeContrastLoss(margin=7, loss_weight=0.5)
    found = loss(ranks, torch.zeros_like(ranks))
    assert found.item() == pytest.approx(0.5 * 2**2, abs=1e-5)


@pytest.mark.parametrize(
    'pairs, crops, expected',
    [
        # Crop 2 less crop 1 of each video: 1 and 2.
        (2, 2, (1 + 4) / 2),
        # One crop: the second video less the first.
        (2, 1, 4),
        # Three rows 1, 3, 9: the middle one is left out.
        (3, 1, 64),
        (1, 1, 0),
    ],
)
def test_clusters_compare_halves_of_rows_by_hand(pairs, crops, expected):
    """Rows are those of the first crop, then of the second."""
    features = FEATURES
    if pairs == 3:
        features = torch.tensor([1.0, 3.0, 9.0])[:, None, None, None]
    features = features[:pairs, :crops].clone().requires_grad_()
    found = MagnitudeClusterLoss(loss_weight=1)(features)
    assert found.item() == pytest.approx(expected, abs=1e-4)
    found.backward()
    assert features.grad.isfinite().all()
