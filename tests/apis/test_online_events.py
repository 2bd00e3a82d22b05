"""Events told one by one against the whole curve looked at afterwards."""

import json

import numpy as np
import pytest

from rtfm_mmaction.apis.online_events import OnlineEvents


def run(scores, step=1.0, **settings):
    events = OnlineEvents(**settings)
    news = []
    for index, score in enumerate(scores):
        news += [
            (index, item)
            for item in events.push(index * step, (index + 1) * step, score)
        ]
    return news + [(len(scores), item) for item in events.close()]


def test_hand_worked_curve():
    """Oracle: by hand. Low .4, high .7: rows 1-3 and 6-7 are events, row 4-5
    is none; they are 2 s apart, so that they become one with a gap of 2."""
    scores = [0, 0.5, 0.9, 0.1, 0.5, 0.1, 0.8, 0.6, 0.1, 0.2]
    news = run(scores, high=0.7, low=0.4, min_length=2, max_gap=0)
    assert [(at, *item[:5]) for at, item in news] == [
        (2, 'start', 0, 1, 3, 0.9),
        (3, 'end', 0, 1, 3, 0.9),
        (7, 'start', 1, 6, 8, 0.8),
        (8, 'end', 1, 6, 8, 0.8),
    ]
    assert [item.peak_time for _, item in news] == [2.5, 2.5, 6.5, 6.5]
    news = run(scores, high=0.7, low=0.4, min_length=0, max_gap=3)
    assert [(at, *item[:5]) for at, item in news] == [
        (2, 'start', 0, 1, 3, 0.9),
        (10, 'end', 0, 1, 8, 0.9),
    ]


def intervals_by_brute_force(scores, high, low, min_length, max_gap):
    """[start, end) of the events: rows, then gaps, then lengths."""
    rows, begin = [], None
    for index, score in enumerate([*scores, -1]):
        if score >= low and begin is None:
            begin = index
        elif score < low and begin is not None:
            if max(scores[begin:index]) >= high:
                rows.append([begin, index])
            begin = None
    joined = []
    for row in rows:
        if joined and row[0] - joined[-1][1] <= max_gap:
            joined[-1][1] = row[1]
        else:
            joined.append(row)
    return [row for row in joined if row[1] - row[0] >= min_length]


@pytest.mark.parametrize('step', [1.0, 0.64, 16 / 29.97])
def test_random_curves_equal_the_whole_curve(step):
    """Oracle: the intervals of the whole curve, by a slow loop; thresholds,
    lengths and gaps of all sizes, in snippets of ``step`` seconds."""
    random = np.random.default_rng(0)
    for _ in range(300):
        scores = random.random(random.integers(0, 30)).round(1).tolist()
        low, high = sorted(random.random(2).round(1))
        length, gap = (int(number) for number in random.integers(0, 4, 2))
        news = [
            item
            for _, item in run(
                scores,
                step,
                high=high,
                low=low,
                min_length=length * step,
                max_gap=gap * step,
            )
        ]
        expected = intervals_by_brute_force(scores, high, low, length, gap)
        assert [item.kind for item in news] == ['start', 'end'] * len(expected)
        for index, (start, stop) in enumerate(expected):
            begun, ended = news[2 * index : 2 * index + 2]
            assert begun.event == ended.event == index
            assert begun.start == ended.start == pytest.approx(start * step)
            assert ended.end == pytest.approx(stop * step)
            assert ended.peak == max(scores[start:stop])


def test_events_are_told_as_early_as_can_be():
    """Oracle: by hand. A begin once it is min_length long, an end once the
    gap is too long for any part to follow."""
    scores = [0.9, 0.9, 0.9, 0.1, 0.1, 0.1, 0.1]
    news = run(scores, high=0.5, low=0.5, min_length=2, max_gap=2)
    assert [(at, item.kind) for at, item in news] == [(1, 'start'), (5, 'end')]


def test_impossible_settings_are_refused():
    """The errors name both figures."""
    with pytest.raises(ValueError, match='found 0.6 and 0.5'):
        OnlineEvents(high=0.5, low=0.6)
    with pytest.raises(ValueError, match='found -1 and 0'):
        OnlineEvents(high=0.5, low=0.5, min_length=-1)


def test_a_state_goes_on_anywhere():
    """Oracle: the events that were not stopped; the state is JSON, saved
    behind each snippet and loaded into another object."""
    random = np.random.default_rng(1)
    settings = dict(high=0.7, low=0.4, min_length=2, max_gap=2)
    for _ in range(50):
        scores = random.random(25).round(1).tolist()
        events, news = OnlineEvents(**settings), []
        for index, score in enumerate(scores):
            news += events.push(index, index + 1, score)
            state = json.loads(json.dumps(events.state_dict()))
            events = OnlineEvents(**settings)
            events.load_state_dict(state)
        news += events.close()
        assert news == [item for _, item in run(scores, **settings)]


@pytest.mark.parametrize(
    'change, message',
    [
        (dict(number=-1), "'number' .* found -1"),
        (dict(told=1), "'told' .* found 1"),
        (dict(row=[0, 1, 2]), r"'row' .* found \[0, 1, 2\]"),
        (dict(row=[0, 1, 2, float('nan')]), "'row' .* nan"),
        (dict(event=None, told=True), "expected an 'event'"),
        (dict(more=1), "unknown 'more'"),
    ],
)
def test_a_state_that_does_not_fit_is_refused(change, message):
    """Nothing of it is taken."""
    events = OnlineEvents(high=0.5, low=0.5)
    events.push(0, 1, 0.9)
    before = events.state_dict()
    with pytest.raises(ValueError, match=message):
        events.load_state_dict({**before, **change})
    assert events.state_dict() == before
