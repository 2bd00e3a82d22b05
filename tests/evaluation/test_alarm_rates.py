"""What hours of normal video say of a rate of false alarms (faults.md, D1)."""

import math

import pytest
from scipy.stats import poisson

from rtfm_mmaction.evaluation.functional.alarm_rates import (
    AlarmRate,
    check_rate,
    highest_rate,
    hours_needed,
    poisson_interval,
)


@pytest.mark.parametrize(
    'events, low, high',
    [
        (0, 0, 3.689),
        (1, 0.0253, 5.572),
        (5, 1.623, 11.668),
        (10, 4.795, 18.390),
        (50, 37.11, 65.92),
    ],
)
def test_the_interval_is_the_tabulated_one(events, low, high):
    """Oracle: the printed table of exact 95% limits of a Poisson mean."""
    assert poisson_interval(events) == pytest.approx((low, high), rel=1e-3)


@pytest.mark.parametrize('events', [0, 1, 2, 7, 40])
@pytest.mark.parametrize('confidence', [0.5, 0.9, 0.99])
def test_what_the_interval_means(events, confidence):
    """Oracle: scipy's distribution, summed up. At the low end so many events
    or more, at the high end so many or fewer, have half of the rest."""
    low, high = poisson_interval(events, confidence)
    tail = (1 - confidence) / 2
    assert poisson.cdf(events, high) == pytest.approx(tail)
    if events:
        assert 1 - poisson.cdf(events - 1, low) == pytest.approx(tail)
    else:
        assert low == 0


@pytest.mark.parametrize('rate', [0.04, 1.0, 30.0])
def test_hours_that_a_rate_needs(rate):
    """Oracle: scipy's distribution. No event in so many hours has 5%: three
    over the rate; the other way round it is the rate that they show."""
    hours = hours_needed(rate)
    assert poisson.pmf(0, rate * hours) == pytest.approx(0.05)
    assert hours == pytest.approx(3 / rate, rel=2e-3)
    assert highest_rate(hours) == pytest.approx(rate)
    assert hours_needed(0) == math.inf


def test_a_rate_in_words():
    """Oracle: by hand, in both units; k = 5 in 2 hours, half the table."""
    assert str(AlarmRate(5, 2.0)) == (
        '5 events in 2 hours: 2.5 an hour (60 a camera and day), with 95% '
        'confidence 0.812 to 5.83 an hour'
    )
    assert str(AlarmRate(1, 0.01)).startswith(
        '1 event in 0.01 hours (36 s): 100 an hour (2400 a camera and day)'
    )


def test_a_rate_that_cannot_be_shown_is_refused():
    """Oracle: by hand. A minute without an event shows 3.0 a minute; three
    hours show one an hour, a little less does not; what a person can do who
    insists is in the sentence."""
    check_rate(1.0, 3.0, '--x')
    with pytest.raises(
        ValueError,
        match=r'false alarms: 1 an hour \(24 a camera and day\) needs at '
        r'least 3 hours of normal video, you gave 0.0167 hours \(60 s\); '
        r'without an event that shows at most 180 an hour \(4310 a camera '
        r'and day\)\. Expected more normal video or a higher rate, or --x$',
    ):
        check_rate(1.0, 1 / 60, '--x')
    with pytest.raises(ValueError, match='no false alarm at all'):
        check_rate(0.0, 1e6, '--x')
    with pytest.raises(ValueError, match='needs at least 3 hours'):
        check_rate(1.0, 2.98, '--x')
