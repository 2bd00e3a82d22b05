"""Thresholds from normal videos."""

import numpy as np
import pytest

from rtfm_mmaction.evaluation.functional.events import EventRule
from rtfm_mmaction.evaluation.functional.thresholds import (
    false_alarm_threshold,
    quantile_threshold,
)


def test_quantile_is_a_share_of_snippets():
    """Oracle: counting. 10 scores, 0.9: nine of them at or below."""
    curves = [np.arange(6) / 10, np.arange(6, 10) / 10]
    assert quantile_threshold(curves, 0.9) == 0.8
    assert quantile_threshold(curves, 1) == 0.9
    assert quantile_threshold(curves, 0) == 0
    assert quantile_threshold([np.array([0.3])], 0.5) == 0.3
    with pytest.raises(ValueError, match='expected scores, found none'):
        quantile_threshold([], 0.5)
    with pytest.raises(ValueError, match='quantile: expected 0 to 1'):
        quantile_threshold(curves, 1.5)


@pytest.mark.parametrize('seed', range(12))
@pytest.mark.parametrize('per_hour', [0, 100, 400])
@pytest.mark.parametrize(
    'settings',
    [
        dict(),
        dict(max_gap=8.0),
        dict(min_length=8.0),
        dict(low=0.25),
        dict(smoothing=12.0),
    ],
)
def test_lowest_threshold_that_holds_from_there_on(seed, per_hour, settings):
    """Oracle: brute force between any two neighbours of all scores and
    scores / share, where alone the events can change."""
    random = np.random.default_rng(seed)
    curves = [(random.random(length), 4.0) for length in (1, 30, 17)]
    rule = EventRule(high=0.5, **settings)
    share = 0.8 if rule.low is None else 0.5
    found = false_alarm_threshold(curves, per_hour, rule)
    limit = per_hour * 48 * 4 / 3600

    def count(high):
        trial = EventRule(**{**settings, 'high': high, 'low': share * high})
        return sum(len(trial.find(*curve)) for curve in curves)

    scores = np.concatenate([scores for scores, _ in curves])
    steps = np.unique([0, *scores, *scores / share, 2])
    middles = (steps[:-1] + steps[1:]) / 2
    bad = [
        step
        for step, middle in zip(steps[1:], middles)
        if count(middle) > limit
    ]
    assert count(found.high) <= limit
    assert found.low == pytest.approx(share * found.high)
    # From the upper end of the last interval with too many on.
    if bad:
        assert found.high == pytest.approx(bad[-1], abs=1e-11)


def test_saturated_normal_scores_allow_nothing():
    """Oracle: by hand. Normal snippets that score 1 put the threshold above
    1; nothing is then an event, and the result says so by its value."""
    found = false_alarm_threshold(
        [(np.array([1.0, 0, 1]), 4.0)], 0, EventRule(high=0.5)
    )
    assert found.high > 1
    assert found.find(np.ones(5), 4.0) == []


def test_bad_input_is_one_sentence():
    """Nothing normal, and a limit below 0."""
    with pytest.raises(ValueError, match='normal videos: expected scores'):
        false_alarm_threshold([], 1, EventRule(high=0.5))
    with pytest.raises(ValueError, match='per hour: expected 0 or more'):
        false_alarm_threshold([(np.zeros(3), 1.0)], -1, EventRule(high=0.5))
