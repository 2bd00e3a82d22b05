"""D2: lag is measured and told; what was dropped is never bridged."""

import itertools
import threading
import time

import numpy as np
import pytest

from rtfm_mmaction.apis.following import Follower
from rtfm_mmaction.apis.online_events import OnlineEvents
from rtfm_mmaction.apis.streaming import FrameStream
from rtfm_mmaction.apis.watching import Watch
from rtfm_mmaction.extraction import build_extractor
from rtfm_mmaction.io.frame_source import Arrival
from rtfm_mmaction.io.lag import LagTeller, UpstreamLag
from rtfm_mmaction.io.prefetch import keep_up
from tests.support.random_detectors import build
from tests.support.tiny import make_weights, tiny_config

FPS, LENGTH = 16.0, 16
START = 1.7e9  # of the clock of the world, in seconds since 1970


@pytest.fixture(scope='module')
def extractor(module_path):
    return build_extractor(tiny_config(make_weights(module_path / 'w')))


@pytest.fixture
def make(extractor):
    """Makes a watch that takes each score for an event, and its scores."""
    model = build('released', channels=4)

    def made(**settings):
        events = OnlineEvents(0, 0, **settings)
        push, scores = events.push, []
        events.push = lambda *args: scores.append(args) or push(*args)
        return Watch(FrameStream(extractor, model), events, FPS), scores

    return made


@pytest.fixture(scope='module')
def film():
    random = np.random.default_rng(0)
    return random.integers(0, 256, (16 * 30, 24, 32, 3), np.uint8)


def arrivals_of(film, numbers, late=0.0):
    """Frames that came in time, each of which was read late."""
    return [
        Arrival(film[n], n / FPS + late, START + n / FPS + late, n, late)
        for n in numbers
    ]


def follow(watching, arrivals, clock=None, **settings):
    notes = []
    clock = clock or [0.0]
    follower = Follower(
        watching, 10.0, 5.0, notes.append, lambda: clock[0], **settings
    )
    news = []
    for arrival in arrivals:
        clock[0] = max(clock[0], arrival.came)
        news += follower.take(arrival)
    return news + watching.end(), notes, follower


def test_parts_between_gaps_are_videos_of_their_own(make, film):
    """Oracle: each part watched alone, to the bit; snippets lie within a
    part, and their times are those of the whole. The first gap begins and
    ends within snippets of the whole; frames that make none are no part of
    any."""
    parts = (0, 165), (240, 350), (380, 480)
    watching, scores = make()
    numbers = itertools.chain(*(range(*part) for part in parts))
    news, notes, _ = follow(watching, arrivals_of(film, numbers))
    expected = []
    for first, last in parts:
        alone, own = make()
        for frame in film[first:last]:
            alone.push(frame)
        alone.end()
        assert len(own) == (last - first) // LENGTH
        expected += [
            (begin + first / FPS, end + first / FPS, score)
            for begin, end, score, _ in own
        ]
    assert [row[:3] for row in scores] == expected
    assert watching.dropped == 75 + 30
    # Each part is an event, as max_gap is 0.
    assert [(one.start, one.end) for one in news if one.kind == 'end'] == [
        (0, 160 / FPS),
        (240 / FPS, 336 / FPS),
        (380 / FPS, 476 / FPS),
    ]
    assert notes == [
        'fell behind: 75 frames (4.7 s) were dropped to keep up '
        '(--when-behind)'
    ]  # and the second ones within the minute are not told again


@pytest.mark.parametrize(
    'max_gap, spans', [(5, [(0, 10), (16, 30)]), (6, [(0, 30)])]
)
def test_an_event_crosses_a_gap_within_max_gap(make, film, max_gap, spans):
    """Oracle: by hand, a gap of 6 s. Where it is too long the event's end is
    told with the gap, and not when something follows."""
    watching, _ = make(max_gap=max_gap)
    numbers = [*range(160), *range(256, 480)]
    arrivals = arrivals_of(film, numbers)
    clock = [0.0]
    follower = Follower(watching, 99, 99, lambda note: None, lambda: clock[0])
    news = [one for a in arrivals[:161] for one in follower.take(a)]
    assert [one.kind for one in news] == ['start', 'end'][: len(spans)]
    news += [one for a in arrivals[161:] for one in follower.take(a)]
    news += watching.end()
    ends = [one for one in news if one.kind == 'end']
    assert [(one.start, one.end) for one in ends] == spans


def test_utc_is_that_of_the_frame(make, film):
    """Oracle: by hand. Frame n came n/16 s after the start; it was read 3 s
    later, and the line is written later still. Across the gap, too."""
    watching, _ = make()
    numbers = [*range(160), *range(256, 480)]
    news, _, _ = follow(watching, arrivals_of(film, numbers, late=3.0))
    assert [one.kind for one in news] == ['start', 'end'] * 2
    for one, frame in zip(news, (0, 159, 256, 479), strict=True):
        assert one.utc == pytest.approx(START + frame / FPS)


@pytest.mark.parametrize('max_gap, events', [(0, 2), (30, 1)])
def test_a_silent_camera_ends_the_event(make, film, max_gap, events):
    """Oracle: by hand. After 12 s of silence, beyond the timeout, the event
    ends then, unless max_gap is longer; seconds do not go on by them, and
    utc does."""
    watching, _ = make(max_gap=max_gap)
    first = arrivals_of(film, range(160))
    silence = Arrival(None, 10 + 12.0, START + 10 + 12.0, 160)
    later = [
        arrival._replace(came=arrival.came + 20, utc=arrival.utc + 20)
        for arrival in arrivals_of(film, range(160, 320))
    ]
    follower = Follower(watching, 10, 99, lambda note: None, lambda: 0.0)
    news = [one for a in [*first, silence] for one in follower.take(a)]
    assert [one.kind for one in news] == ['start', 'end'][:events]
    news += [one for a in later for one in follower.take(a)]
    news += watching.end()
    ends = [one for one in news if one.kind == 'end']
    assert [(one.start, one.end) for one in ends] == (
        [(0, 10), (10, 20)] if events == 2 else [(0, 20)]
    )
    assert ends[-1].utc == pytest.approx(START + 20 + 319 / FPS)


def test_a_stream_that_is_back_at_once_has_no_gap(make, film):
    """Oracle: the watch without the break, to the bit."""
    watching, scores = make()
    whole, expected = make()
    arrivals = arrivals_of(film, range(320))
    arrivals = arrivals[:165] + [
        one._replace(came=one.came + 9) for one in arrivals[165:]
    ]
    follow(watching, arrivals)
    follow(whole, arrivals_of(film, range(320)))
    assert [row[:3] for row in scores] == [row[:3] for row in expected]


def test_going_on_after_a_long_stop_is_a_gap(make, film):
    """Oracle: by hand; the state knows when the last frame came. A stop of
    9 s is none, and one of 11 s ends the event."""
    for stop, kinds in ((9, ['start']), (11, ['start', 'end'])):
        watching, _ = make()
        follower = Follower(watching, 10, 99, print, lambda: 0.0)
        arrivals = arrivals_of(film, range(150))
        news = [one for a in arrivals for one in follower.take(a)]
        again, _ = make()
        again.load_state_dict(watching.state_dict())
        follower = Follower(again, 10, 99, print, lambda: 0.0)
        utc = START + 149 / FPS + stop
        news += follower.take(Arrival(film[150], 5.0, utc, 0))
        assert [one.kind for one in news] == kinds
        assert again.frames == 151


def test_a_state_knows_the_gap(make, film):
    """Oracle: the watch that was not stopped; saved and loaded behind a gap
    within a snippet."""
    numbers = [*range(165), *range(240, 480)]
    whole, _ = make()
    expected, _, _ = follow(whole, arrivals_of(film, numbers))
    news, watching = [], make()[0]
    for at, arrival in enumerate(arrivals_of(film, numbers)):
        if at in (100, 170, 250):
            state = watching.state_dict()
            watching, _ = make()
            watching.load_state_dict(state)
        if at == 165:
            news += watching.gap(75, 75 / FPS)
        news += watching.push(arrival.frame, arrival.utc)
    assert watching.frames == 480
    assert news + watching.end() == expected


def test_lag_is_told_when_it_grows_and_at_the_end(make, film):
    """Oracle: by hand. The work takes 2/16 s a frame, so that frame n is done
    at (n + 1) / 8 s, (n + 2) / 16 s behind: 5 s at n = 79, 10 at 159. Then
    all waits are over."""
    watching, _ = make()
    notes, clock = [], [0.0]
    follower = Follower(watching, 99, 5.0, notes.append, lambda: clock[0])
    for arrival in arrivals_of(film, range(200)):
        clock[0] += 2 / FPS
        follower.take(arrival)
    assert notes == ['5.1 s behind', '10.2 s behind']
    assert follower.lag.now == pytest.approx(201 / 16)
    assert follower.summary() == 'at most 12.6 s behind'
    clock[0] = 200 / FPS
    follower.take(*arrivals_of(film, [200]))
    assert notes[2:] == ['in time again']
    follower.take(*arrivals_of(film, [361]))
    assert follower.summary() == (
        'at most 12.6 s behind, 160 frames (10.0 s) dropped, once'
    )


def test_a_machine_that_is_too_slow_says_so_once_a_minute(make, film):
    """Oracle: by hand. Each minute 5 frames in time, 80 dropped, and 6 s of
    lag."""
    watching, _ = make()
    notes, clock = [], [0.0]
    follower = Follower(watching, 99, 5.0, notes.append, lambda: clock[0])
    number = 0
    for second in range(0, 90, 10):
        for late in (6.0, 0.0):
            clock[0] = second + late
            for _ in range(5):
                follower.take(Arrival(film[0], second, START, number))
                number += 1
        number += 80
    assert notes == [
        '6.0 s behind',
        'in time again',
        'fell behind: 80 frames (5.0 s) were dropped to keep up '
        '(--when-behind)',
        'fell behind: 80 frames (5.0 s) were dropped to keep up, 560 frames '
        '(35.0 s) so far (--when-behind)',
    ]


def test_what_waits_too_long_is_dropped_as_a_whole():
    """Oracle: by hand. Nobody listens while 0 to 99 come, one a second; at
    most 10 s may wait, from the second item on: 0 is in hands, 1 to 11 wait
    when 12 comes, and go; so do 12 to 22, …; at last 89 to 99 wait."""
    came, go = threading.Event(), threading.Event()

    def items():
        yield 0
        go.wait(30)
        yield from range(1, 100)
        came.set()

    kept = keep_up(items(), float, longest=10, fewest=2)
    assert next(kept) == 0
    go.set()
    assert came.wait(30)
    assert list(kept) == list(range(89, 100))


def test_few_that_wait_are_kept_however_late():
    """Oracle: by hand; and errors come in their place."""

    def items():
        yield from (0, 100, 200, 300)
        raise KeyError('lost')

    found = []
    with pytest.raises(KeyError, match='lost'):
        for item in keep_up(items(), float, longest=10, fewest=4):
            found.append(item)
    assert found == [0, 100, 200, 300]


def test_what_comes_faster_than_it_was_filmed_waits():
    """Oracle: by hand. 500 frames within a second at an address that does not
    say how long it is: a file all the same, of which nothing is dropped,
    though its frames wait long then. Never more than 50 wait."""
    made = []

    def items():
        for number in range(500):
            made.append(number)
            yield number / 500 if number < 100 else number

    found = []
    for item in keep_up(items(), float, 10, 2, most=lambda: 50):
        if not found:
            limit = time.monotonic() + 30
            while len(made) < 52 and time.monotonic() < limit:
                time.sleep(0.01)
        found.append(item)
        assert len(made) <= len(found) + 52
    assert len(found) == 500


def test_the_thread_ends_with_its_listener():
    """Oracle: the threads that run."""
    before = threading.active_count()
    kept = keep_up(itertools.count(), float, longest=5, fewest=2)
    next(kept)
    assert threading.active_count() == before + 1
    kept.close()
    assert threading.active_count() == before


def test_upstream_lag_by_hand():
    """Oracle: a source of 25 frames/s whose reader takes 2 frames' time for
    each from second 10 to 20: 5 s late then; the clocks go apart by 1e-4."""
    lag, found, now = UpstreamLag(), [], 0.0
    for frame in range(1000):
        sent = frame / 25
        busy = 2 / 25 if 10 <= sent < 15 else 0.0
        now = max(now + busy, sent * (1 + 1e-4))
        found.append(lag.add(now, sent))
    assert max(found[:250]) < 0.01
    assert found[374] == pytest.approx(5, abs=0.1)
    assert found[-1] < 0.05


def test_a_source_that_sets_its_clock_is_not_late():
    """Oracle: by hand: its clock jumps back, and by an hour; then one frame
    is 2 s late. A source without a clock is never late."""
    lag = UpstreamLag()
    times = [(0, 50), (1, 51), (2, 3), (3, 4), (4, 3604), (7, 3605)]
    assert [lag.add(*pair) for pair in times] == pytest.approx(
        [0, 0, 0, 0, 0, 2], abs=0.01
    )
    assert lag.add(9, float('nan')) == 0


def test_lag_is_told_again_where_it_comes_again():
    """Oracle: by hand."""
    teller = LagTeller(10)
    said = [teller.add(lag) for lag in (11, 15, 23, 6, 4, 3, 12)]
    assert said == [
        '11.0 s behind',
        None,
        '23.0 s behind',
        None,
        'in time again',
        None,
        '12.0 s behind',
    ]
    assert (teller.now, teller.highest) == (12, 23)
