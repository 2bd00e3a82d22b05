"""Events of whole curves."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rtfm_mmaction.apis.online_events import OnlineEvents
from rtfm_mmaction.evaluation.functional.events import EventRule, find_events
from rtfm_mmaction.evaluation.functional.smoothing import smooth_scores


def test_events_by_hand():
    """Oracle: by hand, snippets of a second. 0.45 holds what 0.9 makes; a gap
    of two is closed by max_gap = 2 and not by 1; the peak is the highest's
    middle; a row that never reaches 0.5 is none."""
    scores = np.array([0, 0, 0.9, 0.45, 0.1, 0.1, 0.7, 0, 0.45, 0.45])
    rule = EventRule(0.5, max_gap=2)
    assert rule.find(scores, 1.0) == [(2, 7, 0.9, 2.5)]
    assert EventRule(0.5, max_gap=1).find(scores, 1.0) == [
        (2, 4, 0.9, 2.5),
        (6, 7, 0.7, 6.5),
    ]
    assert EventRule(0.5, min_length=2).find(scores, 1.0) == [(2, 4, 0.9, 2.5)]
    assert EventRule(0.5, low=0.5).find(scores, 2.0)[0] == (4, 6, 0.9, 5)
    assert EventRule(0.95).find(scores, 1.0) == []
    assert EventRule(0.5).find(np.zeros(0), 1.0) == []
    # One snippet, which the video's end cuts.
    assert EventRule(0.5).find(np.ones(1), 1.0, end=0.4) == [(0, 0.4, 1, 0.2)]


def test_nan_is_no_event_but_refused():
    """A NaN would split an event in silence."""
    with pytest.raises(ValueError, match='expected finite numbers, found 1'):
        EventRule(0.5).find(np.array([1, np.nan, 1]), 1.0)


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.integers(0, 5), max_size=25),
    st.integers(1, 5),
    st.integers(0, 5),
    st.sampled_from([0, 0.5, 1, 1.5, 2.5]),
    st.sampled_from([0, 0.5, 1, 2]),
)
def test_online_and_offline_agree(values, high, low, min_length, max_gap):
    """Oracle: OnlineEvents, snippet by snippet of half a second."""
    scores, low = np.array(values) / 5, min(low, high)
    online, ends = OnlineEvents(high / 5, low / 5, min_length, max_gap), []
    for index, score in enumerate(scores):
        ends += online.push(index / 2, (index + 1) / 2, score)
    ends += online.close()
    assert find_events(
        scores,
        np.arange(len(scores) + 1) / 2,
        high / 5,
        low / 5,
        min_length,
        max_gap,
    ) == [
        (news.start, news.end, news.peak, news.peak_time)
        for news in ends
        if news.kind == 'end'
    ]


@pytest.mark.parametrize('width', [2, 4, 6, 3.9, 4.1])
def test_median_window_is_the_nearest_odd_one(width):
    """F: 2, 4, 6 give 3, 5, 7 alike. Oracle: an impulse of n neighbouring
    ones outlives a median of w snippets if n > w / 2."""
    window = {2: 3, 4: 5, 6: 7, 3.9: 3, 4.1: 5}[width]
    for length in range(1, 5):
        scores = np.zeros(31)
        scores[12 : 12 + length] = 1
        found = smooth_scores(scores, width)
        assert found.any() == (length > window / 2), (length, window)


def test_smoothing():
    """Oracle: numpy's median of each window with the ends repeated; a
    Gaussian keeps the mean of an impulse far from the ends."""
    random = np.random.default_rng(0).random(12)
    padded = np.pad(random, 2, mode='edge')
    np.testing.assert_array_equal(
        smooth_scores(random, 5),
        [np.median(padded[i : i + 5]) for i in range(12)],
    )
    # The nearest odd number of snippets, at least one.
    np.testing.assert_array_equal(smooth_scores(random, 0.4), random)
    np.testing.assert_array_equal(smooth_scores(random, 0), random)
    impulse = np.zeros(41)
    impulse[20] = 1
    smooth = smooth_scores(impulse, 2, 'gaussian')
    assert smooth.sum() == pytest.approx(1)
    assert smooth[22] / smooth[20] == pytest.approx(np.exp(-0.5), rel=1e-6)
    # A peak of one snippet is gone, an event of three stays.
    rule = EventRule(0.5, smoothing=1.5)
    assert rule.find(np.array([0, 1, 0, 0, 1, 1, 1, 0]), 0.5) == [
        (2, 3.5, 1, 2.25)
    ]


@pytest.mark.parametrize(
    'wrong, said',
    [
        (dict(low=0.6), 'low threshold of at most'),
        (dict(min_length=-1), 'of 0 or more'),
        (dict(max_gap=float('nan')), 'of 0 or more'),
        (dict(smoothing=-1), 'width of 0 or more'),
        (dict(smoothing_kind='mean'), "expected one of .* found 'mean'"),
    ],
)
def test_impossible_rules_are_refused(wrong, said):
    """One sentence each."""
    with pytest.raises(ValueError, match=said):
        EventRule(**{'high': 0.5, **wrong})
