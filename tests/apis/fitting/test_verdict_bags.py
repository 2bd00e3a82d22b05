"""Bags of what a person said of events. Oracle: snippets by hand."""

from pathlib import Path

import numpy as np
import pytest

from rtfm_mmaction.apis.fitting.folders import FoundVideo
from rtfm_mmaction.apis.fitting.verdict_bags import contradictions, cut_bags
from rtfm_mmaction.apis.verdicts import Verdict
from rtfm_mmaction.extraction.many_videos import features_path

LENGTH = 200


def video(name, label, fps=30.0):
    kind = 'fire' if label else 'Normal'
    path = Path(f'{name}.mp4')
    return FoundVideo(path, name, label, name, kind, 16 * LENGTH, fps)


def verdict(name, start, end, right=False):
    return Verdict(name, None, start, end, right, '')


def cut(folder, verdicts, videos, others=(), **more):
    """What is cut, and the snippets of each; snippet t has the feature t."""
    rows = np.arange(LENGTH, dtype=np.float32)[:, None, None]
    for one in [*videos, *others]:
        path = features_path(folder, one.name)
        path.parent.mkdir(parents=True, exist_ok=True)
        np.save(path, rows)
        path.with_suffix('.json').write_text('{}')
    said = []
    cuts = cut_bags(
        verdicts, videos, others, folder, 16, say=said.append, **more
    )
    snippets = [
        np.load(features_path(folder, one.bag.name)).ravel().tolist()
        for one in cuts
    ]
    return cuts, snippets, said


@pytest.mark.parametrize('fps', [25.0, 30.0, 29.97])
def test_a_stretch_has_its_snippets_and_no_others(tmp_path, fps):
    """Events are whole snippets; their times are rounded."""
    long = 16 / fps
    verdicts = [
        verdict('a', round(t * long, 3), round((t + 1) * long, 3))
        for t in range(LENGTH)
    ]
    _, (whole, *snippets), said = cut(tmp_path, verdicts, [video('a', 0, fps)])
    assert len(whole) == LENGTH
    assert snippets == [[t] for t in range(LENGTH)] and not said


@pytest.mark.parametrize(
    ('start', 'end', 'expected'),
    [
        (0.0, 1e300, [*range(LENGTH)]),
        (106.0, 107.0, [198, 199]),
        # Within a snippet.
        (0.6, 0.7, [1]),
    ],
)
def test_stretches_end_with_the_video(tmp_path, start, end, expected):
    """200 snippets of 16 / 30 s are 106.7 s."""
    verdicts = [verdict('a', start, end)]
    _, (_, snippets), _ = cut(tmp_path, verdicts, [video('a', 0)])
    assert snippets == expected


@pytest.mark.parametrize('start', [106.7, 500.0, 1e300])
def test_a_stretch_behind_the_end_is_told(tmp_path, start):
    """A video that ends before the stretch begins may be another one of the
    same name."""
    (whole,), _, (said,) = cut(
        tmp_path, [verdict('a', start, 2 * start)], [video('a', 0)]
    )
    assert whole.part.is_video and 'left out, as a.mp4 ends before' in said


def test_labels_and_kinds(tmp_path):
    """Confirmed ones are of the video's class, or of none in particular."""
    verdicts = [
        verdict('a', 1, 2, True),
        verdict('a', 3, 4),
        verdict('b', 1, 2, True),
    ]
    videos = [video('a', 1), video('b', 0)]
    cuts, _, _ = cut(tmp_path, verdicts, videos)
    bags = [one.bag for one in cuts if not one.part.is_video]
    assert [(bag.label, bag.kind, bag.group) for bag in bags] == [
        (1, 'fire', 'a'),
        (0, 'Normal', 'a'),
        (1, 'Anomaly', 'b'),
    ]
    (said,) = contradictions(verdicts + verdicts, videos)
    assert said.startswith('b: an event of it was confirmed')


def test_a_video_loses_what_is_otherwise(tmp_path):
    """Snippets by hand, of 0.64 s each: of an abnormal video what was refused,
    of a normal one what was confirmed, in whatever order. Each snippet is
    judged once."""
    videos = [video('a', 1, 25.0), video('b', 0, 25.0)]
    others = [video('c', 0, 25.0)]
    verdicts = [
        verdict('a', 3.2, 4.48),
        verdict('a', 1.28, 1.92),
        verdict('a', 6.4, 7.04, True),
        verdict('b', 0.0, 1.28, True),
        verdict('b', 6.4, 7.04),
        verdict('c', 0.64, 1.28, True),
    ]
    known = dict(a=[[0, 16]])
    cuts, snippets, said = cut(
        tmp_path, verdicts, videos, others, intervals=known
    )
    everything = set(range(LENGTH))
    assert [set(one) for one in snippets] == [
        everything - {2, 5, 6},
        everything - {0, 1},
        {5, 6},
        {2},
        {10},
        {0, 1},
        {10},
        {1},
    ]
    parts = [one.part for one in cuts]
    assert [part.is_video for part in parts] == [True] * 2 + [False] * 6
    assert [part.is_judged for part in parts] == [
        *(True, True),
        # Refused in an abnormal one, confirmed within it, the same the other
        # way round, of no folder.
        *(True, True, False, True, False, True),
    ]
    for part, own in zip(parts, snippets):
        assert part.snippets.tolist() == own
    assert [part.video for part in parts[:2]] == ['a', 'b']
    assert parts[0].intervals == known['a'] and parts[1].intervals == []
    assert parts[-1].intervals == [[0, 16 * LENGTH]]
    assert not said


def test_a_video_of_which_nothing_is_left(tmp_path):
    """It teaches nothing of its side any more, and that is told."""
    cuts, _, (said,) = cut(tmp_path, [verdict('a', 0.0, 1e9)], [video('a', 1)])
    (stretch,) = cuts
    assert not stretch.part.is_video and stretch.part.is_judged
    assert said.startswith('a: left out, as all of it was judged')
