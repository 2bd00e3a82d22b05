"""The memories' four terms against figures worked by hand."""

import math

import pytest
import torch
from mmaction.registry import MODELS


def terms(*likenesses, k=1, **options):
    loss = MODELS.build(dict(type='MemoryBCELoss', **options))
    found = loss(*map(torch.tensor, likenesses), k=k)
    return {name: value.item() for name, value in found.items()}


def test_worked_figures():
    """K = 2 of three. Abnormal memory on an abnormal video: the mean of 0.5
    and 0.3. Normal memory there: the mean of 1 - 0.2 and 1 - 0.4. On the
    normal video all three count: (1 - 0.1)(1 - 0.2)(1 - 0.5), and 0.9 x 0.8 x
    0.5, in the mean of their logarithms."""
    found = terms(
        [[0.1, 0.5, 0.3]],
        [[0.9, 0.2, 0.4]],
        [[0.1, 0.2, 0.5]],
        [[0.9, 0.8, 0.5]],
        k=2,
        loss_weight=1.0,
    )
    assert found == pytest.approx(
        dict(
            loss_abnormal_to_abnormal=-math.log(0.4),
            loss_abnormal_to_normal=-math.log(0.7),
            loss_normal_to_abnormal=-math.log(0.36) / 3,
            loss_normal_to_normal=-math.log(0.36) / 3,
        )
    )


def test_one_snippet_and_no_likeness_at_all():
    """T = 1 < K, and a likeness of 0, whose logarithm is cut at -100."""
    found = terms([[0.0]], [[0.5]], [[0.5]], [[0.5]], k=3)
    assert found['loss_abnormal_to_abnormal'] == pytest.approx(10)
    assert found['loss_abnormal_to_normal'] == pytest.approx(0.1 * math.log(2))
