"""Each loss against figures worked by hand."""

import math

import pytest
import torch
from mmaction.registry import MODELS


def features_of_magnitude(magnitude, crops=1, selected=3):
    """One video's selected features, all alike, of a given norm."""
    features = torch.zeros(1, crops, selected, 4)
    features[..., 0] = magnitude
    return features


@pytest.mark.parametrize(
    'form, a, n, expected',
    [
        ('released', 60.0, 30.0, (40 + 30) ** 2),
        ('hinge', 60.0, 30.0, 100 - (60 - 30)),
        ('released', 150.0, 30.0, (50 + 30) ** 2),
        ('hinge', 150.0, 30.0, 0.0),
    ],
)
def test_magnitude_worked_figures(form, a, n, expected):
    """released: (|m - a| + n)^2; hinge: max(0, m - (a - n)), m = 100.

    a = 60, n = 30: 70^2 = 4900 (0.49 with its weight 1e-4), hinge 70;
    a = 150, n = 30: 80^2 = 6400 (0.64), hinge 0.
    """
    loss = MODELS.build(dict(type='MagnitudeLoss', form=form))
    value = loss(features_of_magnitude(a), features_of_magnitude(n))
    assert value.item() == pytest.approx(1e-4 * expected)


def test_magnitude_of_the_mean_against_mean_of_magnitudes():
    """Two selected features (6, 0) and (0, 8).

    released takes the norm of the mean (3, 4): 5, so (100 - 5 + 0)^2 = 9025;
    hinge the mean of the norms 6 and 8: 7, so 100 - 7 = 93.
    """
    abnormal = torch.tensor([[[[6.0, 0.0], [0.0, 8.0]]]])
    normal = torch.zeros(1, 1, 2, 2)
    for form, expected in (('released', 9025.0), ('hinge', 93.0)):
        loss = MODELS.build(
            dict(type='MagnitudeLoss', form=form, loss_weight=1.0)
        )
        assert loss(abnormal, normal).item() == pytest.approx(expected)


def test_magnitude_averages_over_crops():
    """Crops of norm 60 and 80 against 0: (40^2 + 20^2) / 2 = 1000."""
    abnormal = torch.cat(
        [features_of_magnitude(60.0), features_of_magnitude(80.0)], dim=1
    )
    loss = MODELS.build(dict(type='MagnitudeLoss', loss_weight=1.0))
    value = loss(abnormal, torch.zeros_like(abnormal))
    assert value.item() == pytest.approx(1000.0)


@pytest.mark.parametrize('form', ['released', 'hinge'])
def test_magnitude_all_pairs_against_a_loop(form):
    """'all' is the mean over each abnormal with each normal video."""
    abnormal, normal = torch.rand(2, 3, 2, 4, 5) * 30
    aligned = MODELS.build(dict(type='MagnitudeLoss', form=form))
    every = MODELS.build(dict(type='MagnitudeLoss', form=form, pairing='all'))
    loop = [
        aligned(abnormal[i : i + 1], normal[j : j + 1])
        for i in range(3)
        for j in range(3)
    ]
    assert torch.allclose(every(abnormal, normal), torch.stack(loop).mean())


def test_magnitude_aligned_pairs_the_ith_with_the_ith():
    """Videos of norm 100 and 0 against 0 and 100: (0 + 200^2) / 2."""
    abnormal = torch.cat(
        [features_of_magnitude(100.0), features_of_magnitude(0.0)]
    )
    loss = MODELS.build(dict(type='MagnitudeLoss', loss_weight=1.0))
    assert loss(abnormal, abnormal.flip(0)).item() == pytest.approx(20000.0)


@pytest.mark.parametrize(
    'form, expected',
    [
        ('mean_score', (-math.log(0.4) - math.log(0.9)) / 2),
        (
            'per_snippet',
            (-math.log(0.2) - math.log(0.6) - 2 * math.log(0.9)) / 2,
        ),
    ],
)
def test_mil_bce_worked_figures(form, expected):
    """Abnormal scores (0.2, 0.6), normal ones (0.1, 0.1); mean of videos."""
    loss = MODELS.build(dict(type='MILBCELoss', form=form))
    value = loss(torch.tensor([[0.2, 0.6], [0.1, 0.1]]), torch.tensor([1, 0]))
    assert value.item() == pytest.approx(expected)


def test_mil_bce_runs_under_autocast():
    """Cross-entropy of bfloat16 scores equals that of their float32 values."""
    scores = torch.rand(4, 3).bfloat16()
    labels = torch.tensor([1, 1, 0, 0])
    loss = MODELS.build(dict(type='MILBCELoss'))
    with torch.autocast('cpu', dtype=torch.bfloat16):
        value = loss(scores, labels)
    assert value.dtype is torch.float32
    assert torch.equal(value, loss(scores.float(), labels))


@pytest.mark.parametrize(
    'scope, expected',
    [('video', 1 + 0.25 + 0.25), ('batch', 1 + 0.25 + 1 + 0.25)],
)
def test_smoothness_scopes(scope, expected):
    """(0, 1, 0.5) and (1.5, 1, 1): the border 0.5 -> 1.5 adds 1."""
    loss = MODELS.build(
        dict(type='SmoothnessLoss', scope=scope, loss_weight=1.0)
    )
    value = loss(torch.tensor([[0.0, 1.0, 0.5], [1.5, 1.0, 1.0]]))
    assert value.item() == pytest.approx(expected)


@pytest.mark.parametrize(
    'norm, scope, expected',
    [
        ('l2', 'batch', math.sqrt(9 + 16 + 25 + 144)),
        ('l2', 'video', 5 + 13),
        ('l1', 'batch', 24),
        ('l1', 'video', 24),
    ],
)
def test_sparsity_norms(norm, scope, expected):
    """(3, 4) and (5, 12): norms 5 and 13, sums 7 and 17."""
    loss = MODELS.build(
        dict(type='SparsityLoss', norm=norm, scope=scope, loss_weight=1.0)
    )
    value = loss(torch.tensor([[3.0, 4.0], [5.0, 12.0]]))
    assert value.item() == pytest.approx(expected)


def test_single_snippet_has_nothing_to_smooth():
    """T = 1 has no neighbours within a video."""
    loss = MODELS.build(dict(type='SmoothnessLoss', scope='video'))
    assert loss(torch.rand(4, 1)).item() == 0


@pytest.mark.parametrize(
    'cfg',
    [
        dict(type='MagnitudeLoss', form='squared'),
        dict(type='MagnitudeLoss', pairing='random'),
        dict(type='MILBCELoss', form='focal'),
        dict(type='SmoothnessLoss', scope='global'),
        dict(type='SparsityLoss', norm='l3'),
        dict(type='SparsityLoss', scope='global'),
    ],
)
def test_unknown_choices_are_refused(cfg):
    """The error names the key, what was found and what is expected."""
    key, value = list(cfg.items())[1]
    with pytest.raises(ValueError, match=f'{key} must be one of .*{value}'):
        MODELS.build(cfg)
