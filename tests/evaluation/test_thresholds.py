"""Thresholds from normal videos."""

import time
from dataclasses import replace

import numpy as np
import pytest

from rtfm_mmaction.evaluation.functional.events import EventRule
from rtfm_mmaction.evaluation.functional.logits import to_logits, to_scores
from rtfm_mmaction.evaluation.functional.smoothing import (
    smooth_logits,
    smooth_scores,
)
from rtfm_mmaction.evaluation.functional.thresholds import (
    false_alarm_threshold,
    learn_threshold,
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


@pytest.mark.parametrize(
    'settings, per_hour, seed',
    [
        (dict(), 0, 0),
        (dict(), 100, 1),
        (dict(), 400, 2),
        (dict(max_gap=8.0), 100, 3),
        (dict(min_length=8.0), 0, 7),
        (dict(min_length=8.0), 100, 4),
        (dict(min_length=8.0), 100, 11),
        (dict(low=0.25), 0, 6),
        (dict(low=0.25), 100, 5),
        (dict(smoothing=12.0), 100, 4),
    ],
)
def test_lowest_threshold_that_holds_from_there_on(settings, per_hour, seed):
    """Oracle: brute force between any two neighbours of all scores and
    scores / share, where alone the events can change.

    The limits: no event, 5 of them, which lower thresholds keep to again
    (for each setting that changes what is an event), and more than there
    ever are. With a least length, where the threshold is a score / share (7
    and 4) and where it is a score (11).
    """
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


def threshold_by_threshold(curves, per_hour, rule):
    """Learn by finding all events anew at each threshold from above."""
    share = 0.8 if rule.low is None else rule.low / rule.high
    smooth = [
        (smooth_scores(scores, rule.smoothing / seconds), seconds)
        for scores, seconds in curves
    ]
    values = np.unique(np.concatenate([scores for scores, _ in smooth]))
    steps = np.union1d(values, values / share)
    limit = per_hour * sum(len(s) * seconds for s, seconds in curves) / 3600
    found = events = None
    for step in steps[steps <= values[-1]][::-1]:
        high = float(max(step * (1 + 1e-12), np.nextafter(0, 1)))
        trial = replace(rule, high=high, low=share * high)
        count = sum(
            len(replace(trial, smoothing=0).find(*curve)) for curve in smooth
        )
        if count > limit:
            break
        found, events = trial, count
    return found, events


@pytest.mark.parametrize('seed', range(8))
@pytest.mark.parametrize('per_hour', [0, 30, 300])
@pytest.mark.parametrize(
    'settings',
    [
        dict(),
        dict(max_gap=2.0),
        dict(max_gap=9.0, min_length=3.0, low=0.1),
        dict(min_length=2.0, low=0.5),
        dict(smoothing=3.0, max_gap=0.64),
    ],
)
def test_one_pass_learns_what_many_do(seed, per_hour, settings):
    """Oracle: brute force, the algorithm of before (faults.md, D8): to the
    bit. Smooth curves, white noise, and few values with many ties."""
    random = np.random.default_rng(seed)
    noise = random.normal(size=200)
    curves = [
        (to_scores(np.convolve(noise, np.ones(9), 'valid')), 0.64),
        (random.random(80), 1.0),
        (random.integers(0, 5, 90) / 4.5, 0.5),
        (random.random(1), 2.0),
    ]
    rule = EventRule(high=0.5, **settings)
    learned = learn_threshold(curves, per_hour, rule)
    expected, events = threshold_by_threshold(curves, per_hour, rule)
    assert learned.rule == expected
    assert learned.rate.events == events
    hours = (192 * 0.64 + 80 + 45 + 2) / 3600
    assert learned.rate.hours == pytest.approx(hours)
    assert events == sum(len(expected.find(*curve)) for curve in curves)


def test_hours_are_learned_from_in_a_moment():
    """Oracle: the clock (faults.md, D8). 6 h at 100 events an hour took 112 s
    where 0.5 are enough."""
    noise = np.random.default_rng(0).normal(size=6 * 5625 + 9)
    scores = to_scores(4 * np.convolve(noise, np.ones(10) / 10, 'valid'))
    begin = time.perf_counter()
    learned = learn_threshold(
        [(scores, 0.64)], 100, EventRule(high=0.5, max_gap=2.0)
    )
    assert time.perf_counter() - begin < 20
    assert learned.rate.events == 600


@pytest.mark.parametrize('seed', range(6))
@pytest.mark.parametrize(
    'settings',
    [
        dict(max_gap=2.0),
        dict(low=0.5),
        dict(low=0.3, min_length=2.0, smoothing=3.0),
    ],
)
def test_logits_and_scores_say_the_same(seed, settings):
    """Oracle: the same curves by their scores, which do not saturate here."""
    random = np.random.default_rng(seed)
    logits = [random.normal(size=length) * 3 for length in (70, 40)]
    by_scores = learn_threshold(
        [(to_scores(z), 1.0) for z in logits],
        120,
        EventRule(high=0.5, **settings),
    )
    by_logits = learn_threshold(
        [(to_scores(z), 1.0, z) for z in logits],
        120,
        EventRule(high=0.5, **settings),
    )
    assert by_logits.rate == by_scores.rate
    # A little higher, so that scores of float32 are below it.
    for name in ('high', 'low'):
        by = [getattr(way.rule, name) for way in (by_scores, by_logits)]
        assert 1 < by[1] / by[0] < 1 + 3e-7
    assert to_scores(by_logits.rule.high_logit) == pytest.approx(
        by_logits.rule.high, rel=3e-7
    )
    for z in logits:
        found = by_logits.rule.find(to_scores(z), 1.0, logits=z)
        expected = by_scores.rule.find(to_scores(z), 1.0)
        assert [event[:2] for event in found] == [e[:2] for e in expected]


def test_scores_that_saturate_are_ranked_by_their_logits():
    """Oracle: by hand (faults.md, D1). All normal peaks are 1 in float32;
    the threshold lies above the highest of them, and finds what is higher,
    which no threshold of scores could."""
    normal = np.array([-5, 20, -5, 30, -5, 25, -5], np.float32)
    scores = (1 / (1 + np.exp(-normal))).astype(np.float32)
    assert scores.max() == 1 and (scores == 1).sum() == 3
    rule, rate = learn_threshold(
        [(scores, 1.0, normal)], 0, EventRule(high=0.5)
    )
    assert rate.events == 0
    assert 30 < rule.high_logit < 30.001
    logits = np.array([-5, 29, -5, 31, 40, 3, -5], np.float32)
    (event,) = rule.find(np.ones(7, np.float32), 1.0, logits=logits)
    # 3 scores 0.95, more than 0.8 times the threshold.
    assert event[:2] == (3, 6) and event.peak_time == 4.5
    allowed = learn_threshold(
        [(scores, 1.0, normal)], 3600 * 2 / 7, EventRule(high=0.5)
    )
    assert allowed.rate.events == 2
    assert 20 < allowed.rule.high_logit < 20.001


@pytest.mark.parametrize('seed', range(6))
def test_a_rate_that_varies(seed):
    """Oracle: brute force as above, by the snippets' own times: lengths and
    gaps are those, and so are the hours."""
    random = np.random.default_rng(seed)
    scores = random.random(60)
    edges = np.cumsum([0, *random.uniform(0.3, 3, 60)])
    rule = EventRule(high=0.5, max_gap=2.5, min_length=1.5)
    learned = learn_threshold([(scores, 1.6, None, edges)], 120, rule)
    assert learned.rate.hours == pytest.approx(edges[-1] / 3600)
    steps = np.union1d(scores, scores / 0.8)
    for step in steps[steps <= scores.max()][::-1]:
        high = step * (1 + 1e-12)
        trial = replace(rule, high=high, low=0.8 * high)
        events = len(trial.find(scores, 1.6, edges=edges))
        if events > 120 * learned.rate.hours:
            break
        found = trial, events
    assert (learned.rule, learned.rate.events) == found


def test_smoothing_of_logits():
    """Oracle: the scores' own smoothing where these have the digits; where
    they have none a Gaussian's weights, by hand."""
    z = np.random.default_rng(1).normal(size=30) * 4
    for kind in ('median', 'gaussian'):
        np.testing.assert_allclose(
            to_scores(smooth_logits(z, 3, kind)),
            smooth_scores(to_scores(z), 3, kind),
            rtol=1e-12,
        )
    high = np.full(9, 50.0)
    high[4] = 40
    smooth = smooth_logits(high, 1, 'gaussian')
    weights = np.exp(-(np.arange(-4, 5) ** 2) / 2)
    weights /= weights.sum()
    missing = (weights * np.exp(-high)).sum()
    assert smooth[4] == pytest.approx(-np.log(missing), rel=1e-9)


def test_logits_and_scores_are_the_same_thing():
    """Oracle: the definition, and the ends."""
    z = np.array([-3.0, 0.0, 5.0])
    np.testing.assert_allclose(to_scores(z), 1 / (1 + np.exp(-z)))
    np.testing.assert_allclose(to_logits(to_scores(z)), z)
    assert to_logits(np.array([-0.1, 0, 1, 1.1])).tolist() == [
        -np.inf,
        -np.inf,
        np.inf,
        np.inf,
    ]


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
