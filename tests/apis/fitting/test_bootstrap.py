"""Figures of draws of groups. Oracle: each draw written out, judged anew."""

import numpy as np
import pytest

from rtfm_mmaction.apis.fitting import bootstrap
from rtfm_mmaction.apis.fitting.bootstrap import (
    bootstrap_auc,
    bootstrap_merit,
    bootstrap_video_figures,
    resample_groups,
)
from rtfm_mmaction.apis.fitting.judging import HeldOut, judge

RNG = np.random.default_rng(2)
LENGTHS = [3, 5, 4, 1, 6, 2, 4]
LABELS = np.array([1, 1, 1, 0, 0, 0, 1])
GROUPS = list('aabbccd')
# To a digit, so that some are equal.
SCORES = [RNG.normal(size=length).round(1) for length in LENGTHS]
COUNTS = [
    (frames, 16 - frames)
    for length, label in zip(LENGTHS, LABELS)
    for frames in [RNG.integers(0, 17, size=length) * label]
]


def test_groups_are_drawn_and_not_videos():
    """Videos of a group come together, as often; as many groups as there
    are; both labels in each draw; the seed tells all."""
    counts = resample_groups(GROUPS, LABELS, seed=3, draws=200)
    assert 150 < len(counts) <= 200
    for first, second in ((0, 1), (2, 3), (4, 5)):
        np.testing.assert_array_equal(counts[:, first], counts[:, second])
    assert (counts[:, [0, 2, 4, 6]].sum(1) == 4).all()
    assert (counts[:, LABELS == 0].sum(1) > 0).all()
    np.testing.assert_array_equal(
        counts, resample_groups(GROUPS, LABELS, seed=3, draws=200)
    )


@pytest.mark.parametrize('is_video', [None, np.arange(7) != 3])
@pytest.mark.parametrize('counts_of_frames', [None, COUNTS])
def test_figures_are_those_of_each_draw(counts_of_frames, is_video):
    """Oracle: each draw written out; stretches are of no figure of videos."""
    held_out = HeldOut(SCORES, LABELS, GROUPS, counts_of_frames, is_video)
    counts = resample_groups(GROUPS, held_out.sides, draws=20)
    areas, precisions = bootstrap_video_figures(held_out, counts)
    merits = bootstrap_merit(held_out, counts)
    for row, area, precision, merit in zip(counts, areas, precisions, merits):
        one = judge(held_out.take(np.repeat(np.arange(7), row).tolist()))
        assert area == pytest.approx(one.video_AUC)
        assert precision == pytest.approx(one.video_AP)
        assert merit == pytest.approx(one.merit)


def test_many_scores_are_sorted_into_steps(monkeypatch):
    """Oracle: the same without steps, within one of them."""
    scores = [RNG.normal(label, size=400) for label in (1, 0)]
    weights = [np.ones(400), np.zeros(400)]
    once = np.ones((1, 2))
    exact = bootstrap_auc(scores, weights, weights[::-1], once)
    monkeypatch.setattr(bootstrap, 'STEPS', 50)
    found = bootstrap_auc(scores, weights, weights[::-1], once)
    assert found != exact
    assert found == pytest.approx(exact, abs=0.02)
