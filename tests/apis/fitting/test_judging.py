"""Figures of held-out videos. Oracle: scikit-learn, and numbers by hand."""

import numpy as np
import pytest
from sklearn.metrics import average_precision_score, roc_auc_score

from rtfm_mmaction.apis.fitting.cross_fitting import calibrate
from rtfm_mmaction.apis.fitting.judging import HeldOut, judge

RNG = np.random.default_rng(1)
LENGTHS = [3, 5, 4, 1, 6, 2]
LABELS = np.array([1, 1, 1, 0, 0, 0])
SCORES = [
    RNG.normal(label, 1.0, size=length)
    for length, label in zip(LENGTHS, LABELS)
]
COUNTS = [
    (frames, 16 - frames)
    for length, label in zip(LENGTHS, LABELS)
    for frames in [RNG.integers(0, 17, size=length) * label]
]


def test_figures_are_those_of_scikit_learn():
    """Peaks for videos, pooled snippets, and single frames, repeated."""
    found = judge(HeldOut(SCORES, LABELS, list('abcdef'), COUNTS))
    peaks = [video.max() for video in SCORES]
    assert found.video_AUC == pytest.approx(roc_auc_score(LABELS, peaks))
    assert found.video_AP == pytest.approx(
        average_precision_score(LABELS, peaks)
    )
    pooled = np.concatenate(SCORES)
    assert found.snippet_AUC == pytest.approx(
        roc_auc_score(np.repeat(LABELS, LENGTHS), pooled)
    )
    frames = np.concatenate(
        [np.repeat([1, 0], pair) for video in COUNTS for pair in zip(*video)]
    )
    assert found.AUC == pytest.approx(
        roc_auc_score(frames, np.repeat(pooled, 16))
    )
    assert found.merit == found.AUC


def test_merit_of_weak_labels():
    """Oracle: by hand: peaks 2, 1 against 1.5: AUC 0.5; snippets 2, 0, 1
    against 1.5: 1/3."""
    found = judge(
        HeldOut(
            [np.array([2.0, 0.0]), np.array([1.0]), np.array([1.5])],
            np.array([1, 1, 0]),
            list('abc'),
        )
    )
    assert found.AUC is None
    assert found.merit == pytest.approx((1 / 2 + 1 / 3) / 2)


def test_stretches_are_no_videos():
    """Oracle: the case above; a refused stretch of 1.7 is above two of three
    abnormal snippets and beside no video."""
    found = judge(
        HeldOut(
            [np.array([v]) for v in (1.0, 1.5, 1.7)] + [np.array([2.0, 0.0])],
            np.array([1, 0, 0, 1]),
            list('abcc'),
            is_video=np.array([True, True, False, True]),
        )
    )
    assert found.video_AUC == 1 / 2
    assert found.snippet_AUC == pytest.approx((1 + 0 + 1) / 6)


def test_snippets_of_corrupted_labels_rank_as_true_ones():
    """Oracle: 0.5 + share x (AUC - 0.5), of many snippets of which a known
    share is abnormal (Menon et al. 2015)."""
    rng, share, number = np.random.default_rng(0), 0.3, 60_000
    for shift in (0.5, 1.5):
        is_abnormal = rng.random(number) < share
        mixed = rng.normal(shift * is_abnormal)
        normal = rng.normal(size=number)
        true = roc_auc_score(
            np.repeat([1, 0], [is_abnormal.sum(), number]),
            np.concatenate([mixed[is_abnormal], normal]),
        )
        found = judge(
            HeldOut([mixed, normal], np.array([1, 0]), ['a', 'b'])
        ).snippet_AUC
        assert found == pytest.approx(0.5 + share * (true - 0.5), abs=0.005)


def test_scales_are_those_of_held_out_normal_snippets():
    """Oracle: by hand: medians 2 and 5, deviations 1 and 2; a fold without
    normal videos has the means of the others."""
    logits = [
        np.array([1.0, 3.0]),
        np.array([100.0]),
        np.array([3.0, 5.0, 5.0, 7.0]),
        np.array([-7.0]),
    ]
    centers, spreads = calibrate(
        logits, np.array([0, 1, 0, 1]), np.array([0, 0, 1, 2])
    )
    assert centers.tolist() == [2.0, 5.0, 3.5]
    assert spreads.tolist() == pytest.approx([1, 2**0.5, (1 + 2**0.5) / 2])


@pytest.mark.parametrize(
    ('logits', 'spreads'),
    [
        # A single normal snippet, or equal ones: the other fold's deviation.
        ([[1.0, 3.0], [7.0]], [1, 1]),
        ([[1.0, 3.0], [7.0, 7.0]], [1, 1]),
        ([[100.0, 300.0], [7.0, 7.5]], [100, 100]),
        # No fold tells one: that of 2 and 8.
        ([[2.0], [8.0]], [3, 3]),
        ([[2.0], [2.0, 2.0]], [1, 1]),
    ],
)
def test_no_model_outweighs_the_others(logits, spreads):
    """Oracle: by hand. A spread of next to nothing would make one model's
    logits millions, and the mean of all its own."""
    values = [np.array(video) for video in logits]
    centers, found = calibrate(values, np.array([0, 0]), np.array([0, 1]))
    assert centers.tolist() == [np.median(video) for video in values]
    assert found.tolist() == spreads
