"""docs/outcomes.py: a hit, a miss and a false alarm, chosen by rule."""

import json
import runpy

import cv2

from tests.support.helpers import ROOT
from tests.support.tiny import make_video

SCRIPT = runpy.run_path(str(ROOT / 'docs/outcomes.py'))


def result(video, scores, known=(), events=(), source=''):
    """JSON of rtfm infer; 16 frames a snippet at 16 frames/s, so that a second
    is a snippet."""
    return dict(
        video=video,
        source=str(source),
        fps=16.0,
        snippet_len=16,
        threshold=0.5,
        label=int(bool(known)),
        abnormal_intervals=[list(interval) for interval in known],
        events=[
            dict(start=start, end=end, peak=peak, peak_time=start + 0.5)
            for start, end, peak in events
        ],
        scores=scores,
    )


def test_each_is_chosen_by_its_rule():
    """By hand: the higher of two hits; the known time without an event; the
    event beside what is known."""
    found = SCRIPT['find_outcomes'](
        [
            result('low', [0.1, 0.6], [(16, 32)], [(1, 2, 0.6)]),
            result('high', [0.9, 0.1], [(0, 16)], [(0, 1, 0.9)]),
            result('missed', [0.4, 0.2, 0.3], [(16, 48)]),
            result('alarm', [0.1, 0.7, 0.1], [], [(1, 2, 0.7)]),
        ]
    )
    assert [(one.kind, one.video['video'], one.frame) for one in found] == [
        ('hit', 'high', 8),
        ('miss', 'missed', 32),
        ('false alarm', 'alarm', 24),
    ]
    assert found[1].score == 0.3


def test_the_closest_to_a_false_alarm_is_said_to_be_none():
    """By hand: 0.4 outside of what is known, and 0.45 inside does not count."""
    (miss, close) = SCRIPT['find_outcomes'](
        [
            result('missed', [0.4, 0.45], [(16, 32)]),
            result('calm', [0.1, 0.3]),
        ]
    )
    assert miss.kind == 'miss'
    assert (close.video['video'], close.frame) == ('missed', 8)
    assert close.words.startswith('none came')


def test_pictures_are_drawn(tmp_path, capsys):
    """Property: a picture each, of its size, below 100 kB; files that are no
    results are passed over."""
    video = make_video(tmp_path / 'v.mp4', 48)
    for one in (
        result('a', [0.1, 0.9, 0.1], [(16, 32)], [(1, 2, 0.9)], video),
        result('b', [0.1, 0.2, 0.1], [(16, 32)], source=video),
    ):
        (tmp_path / f'{one["video"]}.json').write_text(json.dumps(one))
    (tmp_path / 'other.json').write_text('{}')
    SCRIPT['main']([str(tmp_path), '--out', str(tmp_path / 'pictures')])
    said = capsys.readouterr().out
    for kind in ('hit', 'miss', 'false-alarm'):
        path = tmp_path / f'pictures/outcome_{kind}.png'
        assert cv2.imread(str(path)).shape == (552, 600, 3)
        assert path.stat().st_size < 100_000
        assert f'](pictures/{path.name})' in said
