"""States of watches in files: gone on with anywhere, or refused by name."""

import numpy as np
import pytest
import torch

from rtfm_mmaction.apis.digests import digest_of
from rtfm_mmaction.apis.online_events import OnlineEvents
from rtfm_mmaction.apis.streaming import FrameStream
from rtfm_mmaction.apis.watch_file import KnownPart, WatchFile
from rtfm_mmaction.apis.watching import Watch
from rtfm_mmaction.extraction import build_extractor
from rtfm_mmaction.io.state_file import read_state, write_state
from tests.support.random_detectors import build
from tests.support.tiny import make_weights, tiny_config

PARTS = dict(detector=KnownPart('d.pth', 'ab' * 32))


@pytest.fixture(scope='module')
def extractor(module_path):
    return build_extractor(tiny_config(make_weights(module_path / 'w.pth')))


@pytest.fixture
def fresh(extractor):
    """Makes watches of random frames by one random detector."""
    model = build('released', channels=4)

    def make(fps=25.0):
        return Watch(
            FrameStream(extractor, model),
            OnlineEvents(0.5, 0.48, max_gap=1),
            fps,
        )

    return make


def pictures(count):
    random = np.random.default_rng(0)
    noise = random.random((count, 24, 32, 3))
    brightness = np.repeat(random.random(count // 16 + 1), 16)[:count]
    return np.uint8(255 * noise * brightness[:, None, None, None])


def median_score(make):
    """A threshold that the random scores cross now and then."""
    stream = make().stream
    scores = [s.score for f in pictures(400) for s in stream.push(f)]
    return float(np.median(scores))


def test_going_on_at_any_frame_gives_the_same_news(fresh, tmp_path):
    """Oracle: the watch that was never stopped. Stopped every 37 frames, each
    time by another object, whose frame rate the file's replaces."""
    middle = median_score(fresh)

    def make(fps=25.0):
        watching = fresh(fps)
        watching.events = OnlineEvents(middle, middle, max_gap=0.7)
        return watching

    whole, film = make(), pictures(400)
    expected = [
        news
        for index, frame in enumerate(film)
        for news in whole.push(frame, float(index))
    ]
    expected += whole.end()
    assert len(expected) > 4
    found, watching = [], make()
    for start in range(0, len(film), 37):
        for index, frame in enumerate(film[start : start + 37], start):
            found += watching.push(frame, float(index))
        WatchFile(tmp_path / 's', watching, PARTS).save()
        watching = make(fps=7.0)
        assert WatchFile(tmp_path / 's', watching, PARTS).load()
        assert watching.frames == min(start + 37, len(film))
    assert found + watching.end() == expected


def test_without_a_file_a_watch_begins(fresh, tmp_path):
    """Oracle: by hand; removing what is not there is no error."""
    kept = WatchFile(tmp_path / 's', fresh(), PARTS)
    assert not kept.load()
    kept.remove()
    kept.save_when_due()
    first = kept.path.stat().st_mtime_ns
    kept.save_when_due()  # not yet due again
    assert kept.path.stat().st_mtime_ns == first
    kept.remove()
    assert list(tmp_path.iterdir()) == []


def test_digests_tell_networks_apart():
    """Property: one weight, a name or a type makes another digest; a copy,
    and where a tensor lies in memory, do not."""
    one = torch.nn.Linear(2, 3)
    other = torch.nn.Linear(2, 3)
    other.load_state_dict(one.state_dict())
    other.weight.data = other.weight.data.t().contiguous().t()
    assert digest_of(one) == digest_of(other)
    named = torch.nn.Sequential(one)
    half = torch.nn.Linear(2, 3).bfloat16()
    half.load_state_dict(one.state_dict())
    other.weight.data[0, 0] += 1
    assert len({digest_of(x) for x in (one, other, named, half)}) == 4


@pytest.mark.parametrize(
    'change, message',
    [
        (dict(version=1), 'version 3, found 1'),
        (dict(more=1), 'the state of a stream, found another kind'),
        (
            dict(made_of=dict(detector=['e.pth', 'cd' * 32])),
            r'detector d\.pth \(abababab\), found that with e\.pth',
        ),
        (dict(made_of={}), 'found that with none'),
        (dict(watch={}), "'stream', a dict, found None"),
        (('watch', 'fps', 0.0), "'fps' above 0, found 0.0"),
        (('watch', 'events', {}), "events.*found no 'event'"),
        (('watch', 'stream', dict(scores={})), "'frames'"),
    ],
)
def test_what_does_not_fit_names_the_file(fresh, tmp_path, change, message):
    """The error says what was expected, and nothing is taken."""
    path, watching = tmp_path / 's', fresh()
    for frame in pictures(20):
        watching.push(frame)
    kept = WatchFile(path, watching, PARTS)
    kept.save()
    content = read_state(path)
    if isinstance(change, dict):
        content.update(change)
    else:
        outer, key, value = change
        content[outer][key] = value
    write_state(path, content)
    with pytest.raises(ValueError, match=rf'/s: .*{message}'):
        kept.load()
    assert watching.frames == 20


def test_a_file_that_runs_code_is_refused(fresh, tmp_path):
    """The strict loader reads it: the code did not run."""

    class Evil:
        def __reduce__(self):
            return (open, (str(tmp_path / 'ran'), 'w'))

    np.savez(tmp_path / 's.npz', values=np.array([Evil()]))
    (tmp_path / 's.npz').rename(tmp_path / 's')
    with pytest.raises(ValueError, match='/s: expected a state that rtfm'):
        WatchFile(tmp_path / 's', fresh(), PARTS).load()
    assert not (tmp_path / 'ran').exists()
