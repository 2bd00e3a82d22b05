"""Clips of a still scene take the features of an earlier one."""

import json
import runpy

import cv2
import numpy as np
import pytest
from mmengine.config import Config

from rtfm_mmaction.extraction.passes import Part, run_in_passes
from rtfm_mmaction.extraction.still import StillClips
from tests.support.helpers import ROOT
from tests.support.tiny import make_weights, tiny_config

main = runpy.run_path(str(ROOT / 'tools/features/extract.py'))['main']


def snippet(*greys):
    """Frames of one grey a crop, side by side: (2, 4, 4 * N, 3)."""
    return np.repeat(
        np.broadcast_to(
            np.array(greys, np.uint8)[:, None], (2, 4, len(greys), 3)
        ),
        4,
        axis=2,
    )


def crops(frames):
    return [
        frames[:, :, left : left + 4] for left in range(0, frames.shape[2], 4)
    ]


def features(videos, bound, pass_size=1):
    """Greys of the clips whose features each clip has, and how many of a
    pass were scored."""
    scored = []

    def network(clips):
        scored.extend(int(clip[0, 0, 0, 0]) for clip in clips)
        return np.array([clip[0, 0, 0, :1] for clip in clips], np.float32)

    def parts():
        for path, snippets in videos.items():
            yield Part(path, 'started', None)
            for greys in snippets:
                yield Part(path, 'snippet', snippet(*greys))
            yield Part(path, 'done', None)

    found = {path: [] for path in videos}
    order = []
    for path, kind, value in run_in_passes(
        parts(), crops, network, pass_size, StillClips(bound)
    ):
        order.append((path, kind))
        if kind == 'snippet':
            found[path].append(tuple(value[:, 0].astype(int)))
    assert order == [(part.path, part.kind) for part in parts()]
    return found, scored


@pytest.mark.parametrize('pass_size', [1, 2, 3, 7, 100])
def test_clips_are_held_against_the_last_scored_one(pass_size):
    """By hand, bound 8: the left crop grows by 3 a snippet, so that every
    third one is scored; the right one is still. Both begin anew in the
    second video. Passes of all sizes give the same."""
    videos = dict(
        a=[(0, 50), (3, 57), (6, 50), (9, 43), (12, 50), (17, 58)],
        b=[(17, 58), (18, 58)],
    )
    found, scored = features(videos, 8, pass_size)
    assert found == dict(
        a=[(0, 50), (0, 50), (0, 50), (9, 50), (9, 50), (17, 58)],
        b=[(17, 58), (17, 58)],
    )
    assert scored[:7] == [0, 50, 9, 17, 58, 17, 58]
    assert len(scored) == -(-7 // pass_size) * pass_size


def test_the_bound_itself_is_a_difference():
    """One value of one pixel of one frame that is 8 off is one too many."""
    still = StillClips(8)
    clip = snippet(100)
    still.score(0, clip, [])
    other = clip.copy()
    other[1, 2, 3, 1] -= 7
    assert still.place(0, other) is not None
    other[1, 2, 3, 1] -= 1
    assert still.place(0, other) is None
    assert still.place(1, clip) is None
    still.forget()
    assert still.place(0, clip) is None


@pytest.fixture
def place(tmp_path):
    """Folders of frames, so that pixels are what was written: 'moves', and
    'rests', of which the third of four snippets has a bright spot."""
    random = np.random.default_rng(0)
    scene = random.integers(50, 200, (48, 64, 3), np.uint8)
    for name, moves in (('moves', True), ('rests', False)):
        (tmp_path / 'videos' / name).mkdir(parents=True)
        for index in range(64):
            frame = np.roll(scene, 3 * index, 1) if moves else scene.copy()
            frame[:] += random.integers(0, 4, frame.shape, np.uint8)
            if index == 40:
                frame[20:28, 28:36] = 255
            cv2.imwrite(
                str(tmp_path / 'videos' / name / f'{index:02}.png'), frame
            )
    config = tiny_config(make_weights(tmp_path / 'w.pth'))
    config['custom_imports'] = dict(imports=['tests.support.tiny'])
    Config(config).dump(tmp_path / 'config.py')
    return tmp_path


def run(place, *more, out='out'):
    paths = (place / 'config.py', place / 'videos', '--out', place / out)
    return main([*map(str, paths), *more])


def rows(place, name, out='out'):
    return np.load(place / out / f'{name}.npy')


def test_a_still_video_is_scored_once(place):
    """Oracles: features of a run without the bound; where nothing moves they
    are those of the first snippet, and the spot is in the middle crop (the
    third of five) and those that reach there."""
    run(place, out='all')
    run(place, '--still', '8')
    np.testing.assert_array_equal(
        rows(place, 'moves'), rows(place, 'moves', 'all')
    )
    found, every = rows(place, 'rests'), rows(place, 'rests', 'all')
    assert (found[1] == found[0]).all() and (found[3, 2] != found[0, 2]).any()
    np.testing.assert_array_equal(found[0], every[0])
    np.testing.assert_array_equal(found[2, 2], every[2, 2])
    assert not (every[1] == every[0]).all()
    record = json.loads((place / 'out/rests.json').read_text())
    assert record['settings']['still'] == 8
    record = json.loads((place / 'all/rests.json').read_text())
    assert 'still' not in record['settings']


@pytest.mark.parametrize('batch', ['1', '3', '4'])
def test_going_on_gives_the_same_bytes(place, batch):
    """As after a kill between the two videos: the first one is there.

    Oracle: the bytes of one run; in passes of 3 clips of 40.
    """
    more = ('--still', '8', '--batch-size', batch)
    run(place, *more)
    run(place, *more, out='again')
    for kind in ('npy', 'json'):
        (place / f'again/rests.{kind}').unlink()
    run(place, *more, out='again')
    for name in ('moves', 'rests'):
        for kind in ('npy', 'json'):
            one, other = (
                (place / out / f'{name}.{kind}').read_bytes()
                for out in ('out', 'again')
            )
            assert one == other


@pytest.mark.parametrize('bound', [('--still', '9'), ()])
def test_another_bound_does_not_go_on(place, bound):
    """Features of two bounds do not come to stand in one folder."""
    run(place, '--still', '8')
    with pytest.raises(SystemExit, match='still: found 8.0, expected'):
        run(place, *bound)


@pytest.mark.parametrize('bound', ['0', '-1', '256', 'nan'])
def test_bounds_out_of_range_are_told(place, bound):
    """Before weights are looked for."""
    with pytest.raises(SystemExit, match='still: expected more than 0 and up'):
        run(place, '--still', bound)
