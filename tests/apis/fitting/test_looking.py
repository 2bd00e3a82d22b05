"""The plain words on what lies in the two folders."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from rtfm_mmaction.apis.fitting.expected_time import Training
from rtfm_mmaction.apis.fitting.features import choose_fit_extractor
from rtfm_mmaction.apis.fitting.folders import Folders, FoundVideo
from rtfm_mmaction.apis.fitting.looking import (
    describe,
    found_lines,
    usable,
    warnings_of,
)
from rtfm_mmaction.extraction.many_videos import features_path

EXTRACTOR = choose_fit_extractor(dtype='fp32')


def video(name, seconds=40.0, fps=25.0, group=None, kind='Anomaly', **more):
    label = int(name.startswith('abnormal'))
    return FoundVideo(
        Path(name),
        name,
        label,
        group or name,
        kind if label else 'Normal',
        round(seconds * (fps or 25)),
        fps,
        **more,
    )


def sides(abnormal, normal, **more):
    """Videos by their lengths."""
    return [
        video(f'{side}/{index}', seconds, **more)
        for side, lengths in (('abnormal', abnormal), ('normal', normal))
        for index, seconds in enumerate(lengths)
    ]


def warned(videos):
    """Warnings but for that of few videos."""
    return [note for note in warnings_of(videos) if 'from 10' not in note]


def test_what_was_found_is_said():
    """Oracle: lengths, counts and names by hand."""
    videos = sides([10, 30, 20], [3600])
    videos[0] = replace(videos[0], kind='fire')
    videos.append(video('normal/frames', 20, fps=0.0))
    videos.append(video('normal/tiny', 0.6))
    folders = Folders(tuple(videos), {'abnormal/bad': 'bad.mp4: no video'})
    assert found_lines(folders) == [
        'abnormal: 3 videos, 1 min; shortest 10 s, median 20 s, longest 30 s',
        'normal: 3 videos, 1 h; shortest 0.6 s, median 20 s, longest 1 h',
        '1 of them say no frame rate, such as normal/frames: counted as 25 '
        'frames/s (--fps says it)',
        'classes: Anomaly 2, fire 1',
        '1 cannot be read and are left out: bad.mp4: no video',
        '1 with fewer than 16 frames, one snippet, cannot be used: '
        'normal/tiny',
    ]
    assert videos[-1] not in usable(videos) and len(usable(videos)) == 5


def test_cameras_are_said():
    """Oracle: by hand; the largest first."""
    videos = [
        video('abnormal/a', group='gate'),
        video('normal/a', group='hall'),
        video('normal/b', group='hall'),
        video('normal/c', group='gate'),
    ]
    assert found_lines(Folders(tuple(videos)))[-1] == (
        'cameras (abnormal + normal): gate 1 + 1, hall 0 + 2'
    )
    apart = [video('abnormal/a', group='gate'), video('normal/a', group='x')]
    assert 'scenes alone tell' in found_lines(Folders(tuple(apart)))[-1]


@pytest.mark.parametrize(
    'videos, words',
    [
        (sides([40] * 10, [40] * 10), []),
        # 5 s are 125 frames, 7 snippets.
        (
            sides([5] * 6, [10, 5, 5, 5]),
            [r'9 of 10 videos .*\(shortest 7\): trimmed clips'],
        ),
        (
            sides([40] * 6, [40] * 3 + [5]),
            ['1 of 10 videos has .* teach little'],
        ),
        (
            sides([10] * 5, [600] * 5),
            ['lengths alone .* last 10 s, normal ones 10 min'],
        ),
        # Apart, and by little; far, and not apart.
        (sides([40] * 5, [60] * 5), []),
        (sides([10, 600, 10, 600, 10], [600, 10, 600, 10, 600]), []),
        (
            sides([40] * 5, [40] * 4 + [400]),
            ['normal/4 has 6.7 min of the 9.3 min of normal videos'],
        ),
        (
            [
                *sides([40] * 2, [], fps=10.0, size=(320, 240)),
                *sides([], [40] * 2, size=(1920, 1080)),
            ],
            [
                'frame rates alone .*abnormal 10; normal 25 frames/s',
                'picture sizes alone .*abnormal 320x240; normal 1920x1080',
            ],
        ),
    ],
)
def test_what_is_to_be_feared(videos, words):
    """Oracle: which sentences, by hand, with their figures."""
    notes = warned(videos)
    assert len(notes) == len(words), notes
    for note, word in zip(notes, words):
        assert re.search(word, note)


def test_costs_are_said(tmp_path):
    """Oracle: by hand. 40 s are 62 snippets; where products run at
    55.6 GFLOP/s a clip takes 1 / 0.63 s; features that are there cost none."""
    videos = sides([40] * 2, [40] * 2)
    folders = Folders(tuple(videos), notes=('a note',))
    lines = describe(
        folders, EXTRACTOR, tmp_path, Training(5, 120, 0.5, 2), speed=55.6e9
    )
    assert 'a note' in lines
    extraction, training, whole = lines[-3:]
    assert extraction.startswith('extraction: 248 snippets of 1 crop by ')
    assert extraction.endswith('about 6.6 min and 1.02 MB of features')
    assert training == (
        'training: 5 runs of 120 steps, 2 at a time, about 3 min'
    )
    assert whole.startswith('together about 9.6 min: rough')
    tiles = choose_fit_extractor('tiles', dtype='fp32')
    lines = describe(folders, tiles, speed=55.6e9)
    assert '248 snippets of 6 crops' in lines[-1]
    assert 'about 39 min' in lines[-1] and lines[-1].endswith('measured here')
    for each in videos[1:]:
        path = features_path(tmp_path / EXTRACTOR.folder, each.name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    lines = describe(folders, EXTRACTOR, tmp_path, speed=55.6e9)
    assert '62 snippets' in lines[-1]
    features_path(tmp_path / EXTRACTOR.folder, videos[0].name).touch()
    assert describe(folders, EXTRACTOR, tmp_path)[-1].startswith(
        'extraction: the features are there'
    )
