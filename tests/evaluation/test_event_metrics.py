"""Figures of events."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score

from rtfm_mmaction.evaluation.functional import (
    detection_delay,
    event_level_metrics,
    false_alarms_per_hour,
    matching_metrics,
)
from rtfm_mmaction.evaluation.functional.event_matching import (
    match_events,
    temporal_iou,
)
from rtfm_mmaction.evaluation.functional.events import Event

# Seconds of a drawn video, all of whose times are whole tenths.
LENGTH = 6.0


def event(start, end, peak=0.9):
    return Event(start, end, peak, (start + end) / 2)


@st.composite
def apart(draw):
    """Spans in order and apart, some of which touch."""
    cuts = draw(st.lists(st.integers(0, 60), unique=True, max_size=10))
    cuts = sorted(cuts)[: len(cuts) // 2 * 2]
    spans = [(a / 10, b / 10) for a, b in zip(cuts[::2], cuts[1::2])]
    # Touching: the next one begins where this one ends.
    if len(spans) > 1 and draw(st.booleans()):
        spans[1] = (spans[0][1], spans[1][1])
    return spans


@st.composite
def videos(draw):
    """Events, with few peaks so that they tie, and intervals of videos."""
    events, intervals = [], []
    for _ in range(draw(st.integers(1, 3))):
        intervals.append(draw(apart()))
        events.append(
            [
                event(*span, draw(st.sampled_from([0.5, 0.7, 0.9])))
                for span in draw(apart())
            ]
        )
    return events, intervals


def frames(span):
    """Centres of a span's hundredths of a second, as a set of numbers."""
    return set(range(round(span[0] * 100), round(span[1] * 100)))


def grid_iou(one, other):
    return len(frames(one) & frames(other)) / len(frames(one) | frames(other))


def slow_matches(found, spans, iou):
    """Every pair in turn: highest peak, then first; highest IoU, then first."""
    taken, matches = set(), {}
    rest = list(enumerate(found))
    while rest:
        now = rest[0]
        for other in rest:
            if other[1].peak > now[1].peak or (
                other[1].peak == now[1].peak and other[1].start < now[1].start
            ):
                now = other
        rest.remove(now)
        best, share = -1, 0
        for index, span in enumerate(spans):
            here = grid_iou(now[1], span)
            if (
                index not in taken
                and here >= iou - 1e-9
                and (here > share + 1e-9)
            ):
                best, share = index, here
        taken.add(best)
        taken.discard(-1)
        matches[now[0]] = best
    return [matches[index] for index in range(len(found))]


def test_iou_by_hand():
    """Oracle: by hand. [0, 4) and [2, 6) share 2 of 6; touching ones none;
    0.1 + 0.2 against 0.3 is whole despite rounding."""
    np.testing.assert_array_equal(
        temporal_iou([(0, 4), (0, 0.1 + 0.2)], [(2, 6), (4, 5), (0, 0.3)]),
        [[0.333333333, 0, 0.075], [0, 0, 1]],
    )
    assert temporal_iou([], [(0, 1)]).shape == (0, 1)
    assert temporal_iou([(0, 1)], []).shape == (1, 0)


@settings(max_examples=200, deadline=None)
@given(videos(), st.sampled_from([0.1, 0.25, 0.3, 0.5, 1.0]))
def test_matches_by_brute_force(drawn, iou):
    """Oracle: hundredths of a second counted in sets, and nested loops."""
    for found, spans in zip(*drawn):
        assert match_events(found, spans, iou).tolist() == (
            slow_matches(found, spans, iou)
        )


def test_matching_is_one_to_one():
    """Oracle: by hand. The higher of two events inside an interval takes it,
    though the other fits better; one event over two intervals takes that
    with the higher IoU, of equal ones the first; a taken one leaves the next
    best."""
    fits, higher = event(0, 9, 0.6), event(4, 10, 0.9)
    assert match_events([fits, higher], [(0, 10)], 0.5).tolist() == [-1, 0]
    assert match_events([event(0, 10)], [(0, 4), (5, 10)], 0.1).tolist() == [1]
    assert match_events([event(0, 10)], [(0, 5), (5, 10)], 0.5).tolist() == [0]
    assert match_events([event(0, 10)], [(0, 4), (5, 9)], 0.5).tolist() == [-1]
    assert match_events(
        [event(1, 3, 0.6), event(0, 10, 0.9)], [(0, 2), (2, 10)], 0.1
    ).tolist() == [0, 1]
    # Of equal peaks the first event comes first, whatever the list's order.
    assert match_events(
        [event(5, 9), event(0, 4)], [(0, 9)], 0.1
    ).tolist() == [-1, 0]


def test_figures_by_hand():
    """Oracle: by hand. Peaks .9 right, .8 wrong, .7 right, .7 wrong, of 4
    intervals: precision 2/4, recall 2/4, F1 4/8; AP 1/4 x 1 + 1/4 x 2/4, as
    both of .7 enter together."""
    events = [
        [event(0, 10, 0.9), event(20, 30, 0.8)],
        [event(50, 60, 0.7), event(0, 10, 0.7)],
        [],
    ]
    intervals = [[(0, 10), (40, 50)], [(0, 20)], [(5, 6)]]
    assert matching_metrics(events, intervals, 0.5) == dict(
        precision=0.5, recall=0.5, F1=0.5, AP=0.375
    )
    # [0, 10) and [0, 20) have an IoU of 0.5, and not of 0.6.
    assert matching_metrics(events, intervals, 0.6) == dict(
        precision=0.25, recall=0.25, F1=0.25, AP=0.25
    )


@settings(max_examples=200, deadline=None)
@given(videos(), st.sampled_from([0.1, 0.3, 0.5]))
def test_figures_by_brute_force(drawn, iou):
    """Oracle: counts of slow matches; scikit-learn's average precision of
    them. It takes the positives it sees for all, so it is scaled by the share
    of the intervals that was found."""
    events, intervals = drawn
    right = [
        match >= 0
        for found, spans in zip(events, intervals)
        for match in slow_matches(found, spans, iou)
    ]
    peaks = [one.peak for found in events for one in found]
    annotated, hits = sum(map(len, intervals)), sum(right)
    figures = matching_metrics(events, intervals, iou)
    expected = dict.fromkeys(figures, math.nan)
    if right:
        expected['precision'] = hits / len(right)
    if annotated:
        expected['recall'] = hits / annotated
        missed, false = annotated - hits, len(right) - hits
        expected['F1'] = hits / (hits + (missed + false) / 2)
        expected['AP'] = (
            hits / annotated * average_precision_score(right, peaks)
            if hits
            else 0
        )
    assert figures == pytest.approx(expected, nan_ok=True)


def test_figures_where_one_side_is_empty():
    """Oracle: the definition. Nothing claimed has no precision, nothing to
    find has no recall."""
    nan = math.nan
    for events, intervals, expected in (
        ([[]], [[(0, 1)]], (nan, 0, 0, 0)),
        ([[event(0, 1)]], [[]], (0, nan, nan, nan)),
        ([[]], [[]], (nan, nan, nan, nan)),
        ([], [], (nan, nan, nan, nan)),
        ([[event(2, 3)]], [[(0, 1)]], (0, 0, 0, 0)),
    ):
        figures = matching_metrics(events, intervals, 0.5)
        np.testing.assert_array_equal(list(figures.values()), expected)


def test_false_alarms_by_hand():
    """Oracle: by hand. An hour of which 900 s are abnormal, with two events
    that touch no interval and one that overlaps one; half a normal hour with
    one: 3 in 1.25 h, and 1 in 0.5 h."""
    events = [
        [event(0, 10), event(90, 101), event(1000, 1001)],
        [event(0, 1800)],
    ]
    intervals = [[(100, 1000)], []]
    assert false_alarms_per_hour(events, intervals, [3600, 1800]) == dict(
        false_alarms_per_hour=3 / 1.25, false_alarms_per_hour_normal=2
    )


def test_false_alarms_need_time():
    """Oracle: the definition. No normal video, and no normal second, which
    0.1 + 0.2 is not despite its rounding."""
    alarms = false_alarms_per_hour([[]], [[(0, 0.3)]], [0.1 + 0.2])
    np.testing.assert_array_equal(list(alarms.values()), [math.nan] * 2)
    alarms = false_alarms_per_hour([[event(1, 2)]], [[(0, 1)]], [3601])
    np.testing.assert_array_equal(list(alarms.values()), [1, math.nan])


@settings(max_examples=200, deadline=None)
@given(videos())
def test_alarms_and_delays_by_brute_force(drawn):
    """Oracle: hundredths of a second counted in sets."""
    events, intervals = drawn
    alarms, quiet, delays, missed = [0, 0], [0, 0], [], 0
    for found, spans in zip(events, intervals):
        marked = set().union(*map(frames, spans))
        kinds = (0, 1) if not spans else (0,)
        for kind in kinds:
            alarms[kind] += sum(not frames(one) & marked for one in found)
            quiet[kind] += len(frames((0, LENGTH)) - marked)
        for span in spans:
            starts = [one.start for one in found if frames(one) & frames(span)]
            if starts:
                delays.append(max(0, min(starts) - span[0]))
            else:
                missed += 1
    rates = [
        360000 * count / time if time else math.nan
        for count, time in zip(alarms, quiet)
    ]
    found = false_alarms_per_hour(events, intervals, [LENGTH] * len(events))
    assert list(found.values()) == pytest.approx(rates, nan_ok=True)
    assert detection_delay(events, intervals) == pytest.approx(
        dict(
            delay_median=np.median(delays) if delays else math.nan,
            delay_mean=np.mean(delays) if delays else math.nan,
            missed=missed,
        ),
        nan_ok=True,
    )


def test_delay_by_hand():
    """Oracle: by hand. 10 to 12 is 2 late, the second event there does not
    count; the event from 29 covers two intervals before or at their begin, 0
    late; one ends where [60, 70) begins and misses it; 7 late in the other
    video."""
    events = [
        [event(15, 16), event(12, 13), event(29, 45), event(50, 60)],
        [event(7, 9)],
    ]
    intervals = [[(10, 20), (30, 35), (40, 44), (60, 70)], [(0, 8)]]
    assert detection_delay(events, intervals) == dict(
        delay_median=1, delay_mean=9 / 4, missed=1
    )


def test_all_figures():
    """Oracle: the functions for one threshold each, and their mean."""
    events, intervals = [[event(0, 4), event(6, 7, 0.8)]], [[(0, 10)]]
    figures = event_level_metrics(events, intervals, [20.0])
    # 0.4 is the IoU of the first event.
    assert [figures[f'recall@{iou}'] for iou in (0.1, 0.2, 0.3, 0.4, 0.5)] == [
        1,
        1,
        1,
        1,
        0,
    ]
    assert [figures[f'AP@{iou}'] for iou in (0.3, 0.4, 0.5)] == [1, 1, 0]
    assert figures['mAP'] == pytest.approx(4 / 5)
    assert figures['precision@0.1'] == 0.5
    assert figures['F1@0.1'] == pytest.approx(2 / 3)
    assert figures['missed'] == figures['false_alarms_per_hour'] == 0
    assert figures['delay_mean'] == 0
    only = event_level_metrics(events, intervals, [20.0], [0.5])
    assert only['mAP'] == 0 and 'AP@0.1' not in only
    assert math.isnan(event_level_metrics(events, [[]], [20.0])['mAP'])


def test_pooling_is_not_a_mean_over_videos():
    """Oracle: a video's events shifted behind another video are those of one
    long video."""
    events = [[event(0, 4, 0.5), event(8, 9, 0.7)], [event(3, 5, 0.6)], []]
    intervals = [[(0, 5)], [(2, 5), (7, 8)], [(1, 2)]]
    whole = (
        [
            [
                event(one.start + 10 * video, one.end + 10 * video, one.peak)
                for video, found in enumerate(events)
                for one in found
            ]
        ],
        [
            [
                (start + 10 * video, end + 10 * video)
                for video, spans in enumerate(intervals)
                for start, end in spans
            ]
        ],
    )
    figures = event_level_metrics(events, intervals, [10.0] * 3)
    expected = event_level_metrics(*whole, [30.0])
    assert figures == pytest.approx(expected, nan_ok=True)
    assert figures['precision@0.5'] == pytest.approx(2 / 3)


NAN = math.nan


@pytest.mark.parametrize(
    'events, intervals, durations, said',
    [
        (
            [[event(NAN, 1)]],
            [[]],
            [9.0],
            r'video 0: expected an event .*nan, 1',
        ),
        (
            [[], [event(3, 3)]],
            [[], []],
            [9.0, 9.0],
            r'video 1: expected an event',
        ),
        (
            [[event(-1, 3)]],
            [[]],
            [9.0],
            r'0 <= start < end <= 9 seconds.*\(-1, 3',
        ),
        ([[event(1, 10)]], [[]], [9.0], r'<= 9 seconds and a finite peak'),
        ([[event(1, math.inf)]], [[]], [9.0], r'expected an event.*inf'),
        ([[event(1, 2, NAN)]], [[]], [9.0], r'a finite peak, found .*nan'),
        ([[]], [[(2, 1)]], [9.0], r'annotated intervals with .* \(2, 1\)'),
        ([[]], [[(0, NAN)]], [9.0], r'annotated intervals with .* \(0, nan\)'),
        (
            [[]],
            [[(4, 5), (1, 2)]],
            [9.0],
            r'in order and apart, found \(1, 2\)',
        ),
        (
            [[]],
            [[(1, 3), (2, 4)]],
            [9.0],
            r'in order and apart, found \(2, 4\)',
        ),
        ([[]], [[(1, 10)]], [9.0], r'end <= 9 seconds, in order'),
        ([[]], [[]], [0.0], r'video 0: expected a duration above 0 .*found 0'),
        ([[]], [[]], [NAN], r'a duration above 0 seconds, found nan'),
        ([[]], [[]], [9.0, 9.0], r'as many videos, found 1, 1 and 2'),
    ],
)
def test_impossible_times_are_refused(events, intervals, durations, said):
    """One sentence with what was found and expected."""
    with pytest.raises(ValueError, match=said):
        event_level_metrics(events, intervals, durations)


@pytest.mark.parametrize('function', [matching_metrics, detection_delay])
def test_times_are_checked_without_durations_too(function):
    """One sentence, without a bound that nobody gave."""
    with pytest.raises(ValueError, match='0 <= start < end seconds and a fin'):
        function([[event(5, 2)]], [[]])
    with pytest.raises(ValueError, match='start < end seconds, in order'):
        function([[]], [[(5, 2)]])


@pytest.mark.parametrize(
    'thresholds, said',
    [
        ([0.0], 'above 0 and up to 1, found 0'),
        ([0.1, 1.1], 'above 0 and up to 1, found 1.1'),
        ([NAN], 'above 0 and up to 1, found nan'),
        ([], 'one threshold or more, found none'),
    ],
)
def test_impossible_thresholds_are_refused(thresholds, said):
    """One sentence each; with an IoU of 0 what is apart would match."""
    with pytest.raises(ValueError, match=said):
        event_level_metrics([[event(0, 1)]], [[(0, 1)]], [2.0], thresholds)
