"""Bags of what a person said of events. Oracle: snippets by hand."""

from pathlib import Path

import numpy as np
import pytest

from rtfm_mmaction.apis.fitting.features import feature_path
from rtfm_mmaction.apis.fitting.folders import FoundVideo
from rtfm_mmaction.apis.fitting.verdict_bags import contradictions, cut_bags
from rtfm_mmaction.apis.verdicts import Verdict

LENGTH = 200


def video(name, label, fps=30.0):
    kind = 'fire' if label else 'Normal'
    path = Path(f'{name}.mp4')
    return FoundVideo(path, name, label, name, kind, 16 * LENGTH, fps)


def verdict(name, start, end, right=False):
    return Verdict(name, None, start, end, right, '')


def cut(folder, verdicts, videos):
    """The bags, and the snippets of each; snippet t has the feature t."""
    rows = np.arange(LENGTH, dtype=np.float32)[:, None, None]
    for one in videos:
        path = feature_path(folder, one.name)
        path.parent.mkdir(parents=True, exist_ok=True)
        np.save(path, rows)
        path.with_suffix('.json').write_text('{}')
    said = []
    bags = cut_bags(verdicts, videos, folder, 16, said.append)
    snippets = [
        np.load(feature_path(folder, bag.name)).ravel().tolist()
        for bag in bags
    ]
    return bags, snippets, said


@pytest.mark.parametrize('fps', [25.0, 30.0, 29.97])
def test_a_stretch_has_its_snippets_and_no_others(tmp_path, fps):
    """Events are whole snippets; their times are rounded."""
    long = 16 / fps
    verdicts = [
        verdict('a', round(t * long, 3), round((t + 1) * long, 3))
        for t in range(LENGTH)
    ]
    _, snippets, said = cut(tmp_path, verdicts, [video('a', 0, fps)])
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
    _, (snippets,), _ = cut(tmp_path, verdicts, [video('a', 0)])
    assert snippets == expected


@pytest.mark.parametrize('start', [106.7, 500.0, 1e300])
def test_a_stretch_behind_the_end_is_told(tmp_path, start):
    """A video that ends before the stretch begins may be another one of the
    same name."""
    bags, _, (said,) = cut(
        tmp_path, [verdict('a', start, 2 * start)], [video('a', 0)]
    )
    assert not bags and 'left out, as a.mp4 ends before' in said


def test_labels_and_kinds(tmp_path):
    """Confirmed ones are of the video's class, or of none in particular."""
    verdicts = [
        verdict('a', 1, 2, True),
        verdict('a', 3, 4),
        verdict('b', 1, 2, True),
    ]
    videos = [video('a', 1), video('b', 0)]
    bags, _, _ = cut(tmp_path, verdicts, videos)
    assert [(bag.label, bag.kind, bag.group) for bag in bags] == [
        (1, 'fire', 'a'),
        (0, 'Normal', 'a'),
        (1, 'Anomaly', 'b'),
    ]
    (said,) = contradictions(verdicts + verdicts, videos)
    assert said.startswith('b: an event of it was confirmed')
