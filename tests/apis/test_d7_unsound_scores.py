"""D7: one bad snippet costs that snippet, and no event or later score."""

import numpy as np
import pytest
import torch

from rtfm_mmaction.apis.online_events import OnlineEvents
from rtfm_mmaction.apis.streaming import FrameStream, StreamingDetector
from rtfm_mmaction.apis.watching import Watch
from rtfm_mmaction.extraction import build_extractor
from tests.support.random_detectors import build, features
from tests.support.tiny import make_weights, tiny_config

NAN = float('nan')


def run(scores, **settings):
    events, news = OnlineEvents(0.5, 0.5, **settings), []
    for index, score in enumerate(scores):
        news += events.push(index, index + 1, score)
    return [(one.kind, one.start, one.end) for one in news + events.close()]


@pytest.mark.parametrize(
    'scores, gap, expected',
    [
        ([0, NAN, 0.9, 0.9, 0.9, 0], 0, [(2, 5)]),
        ([0, 0.9, 0.9, 0.9, NAN, 0], 0, [(1, 4)]),
        ([0, 0.9, NAN, 0.9, 0], 0, [(1, 2), (3, 4)]),
        ([0, 0.9, NAN, 0.9, 0], 1, [(1, 4)]),
        ([NAN, NAN], 1, []),
    ],
)
def test_a_score_that_is_not_known_swallows_no_event(scores, gap, expected):
    """Oracle: by hand. It holds no event, and counts as a gap."""
    found = run(scores, max_gap=gap)
    assert [one[1:] for one in found if one[0] == 'end'] == expected
    assert len(found) == 2 * len(expected)


@pytest.mark.parametrize('value', [NAN, np.inf, -np.inf, 1e20, 3e38])
def test_features_that_would_poison_the_state_are_not_taken(value):
    """Oracle: the stream to which they never came, to the bit."""
    model, rows = build('released'), features(20)
    stream, sound = (StreamingDetector(model, 2) for _ in range(2))
    bad = rows[:1].copy()
    bad[0, 1, 3] = value
    stream.push(rows[:9]), sound.push(rows[:9])
    with pytest.raises(ValueError, match='expected finite features'):
        stream.push(bad)
    for ours, theirs in zip(
        stream.push(rows[9:]), sound.push(rows[9:]), strict=True
    ):
        assert ours.score == theirs.score and np.isfinite(ours.score)


@pytest.mark.parametrize('value', [NAN, 1e20])
def test_a_watch_goes_on_behind_a_bad_snippet(tmp_path, value):
    """Oracle: two videos of their own, one before the snippet and one behind
    it, watched each by itself; times are those of the whole. It is told."""
    extractor = build_extractor(tiny_config(make_weights(tmp_path / 'w.pth')))
    model, notes = build('released', channels=4), []

    def make(note=None):
        stream = FrameStream(extractor, model)
        return Watch(stream, OnlineEvents(0, 0), fps=16, note=note)

    random = np.random.default_rng(0)
    film = random.integers(0, 256, (16 * 25, 24, 32, 3), np.uint8)
    network = extractor.network

    class Failing:
        calls = 0

        def __call__(self, clips):
            self.calls += 1
            rows = network(clips)
            return rows + np.float32(value) if self.calls == bad else rows

    scores = []
    watching = make(notes.append)
    push = watching.events.push
    watching.events.push = lambda *args: scores.append(args) or push(*args)
    # The 11th snippet, of which each batch of crops is a call.
    batches = -(-len(extractor.grid) // extractor.batch_size)
    bad = 10 * batches + 1
    try:
        extractor.network = Failing()
        news = [one for frame in film for one in watching.push(frame)]
    finally:
        extractor.network = network
    news += watching.end()
    expected = []
    for first, part in ((0, film[:160]), (11, film[176:])):
        alone = make()
        alone.events.push = lambda *args, first=first: (
            expected.append((first + args[0], first + args[1], args[2])) or []
        )
        for frame in part:
            alone.push(frame)
        alone.end()
    assert [args[:3] for args in scores] == expected
    assert (
        len(scores) == 24
        and torch.isfinite(torch.tensor([args[2] for args in scores])).all()
    )
    assert watching.unsound == 1 and watching.dropped == 0
    (note,) = notes
    assert note.startswith('1 snippet could not be scored, the last one')
    # All scores are above the threshold: the gap alone parts the events.
    assert [(one.start, one.end) for one in news if one.kind == 'end'] == [
        (0, 10),
        (11, 25),
    ]
