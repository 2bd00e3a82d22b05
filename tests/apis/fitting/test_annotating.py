"""Annotation files of two folders. Oracle: by hand."""

import json
from pathlib import Path

import pytest

from rtfm_mmaction.apis.fitting.annotating import (
    annotate,
    known_intervals,
    within_videos,
)
from rtfm_mmaction.apis.fitting.folders import FoundVideo
from rtfm_mmaction.datasets.annotations import load_annotations


def found(name, label):
    kind = 'fire' if label else 'Normal'
    return FoundVideo(Path(name), name, label, name, kind, 80, 25.0)


VIDEOS = [
    found('abnormal/gate/a', 1),
    found('abnormal/gate/b', 1),
    found('normal/gate/c', 0),
]


def known(path, *entries):
    """An annotation file of (video, label, intervals)."""
    videos = [
        {
            'video': video,
            'label': label,
            'class': 'Fire' if label else 'Normal',
            'frames': None,
            'abnormal_intervals': intervals,
        }
        for video, label, intervals in entries
    ]
    path.write_text(json.dumps(dict(metainfo={}, data_list=videos)))
    return str(path)


def test_what_is_known_is_written(tmp_path):
    """Videos are known by any end of a name; times of others are passed
    over."""
    file = known(
        tmp_path / 'known.json',
        ('gate/a', 1, [[16, 80]]),
        ('other', 1, [[0, 5]]),
        ('c', 0, []),
    )
    annotate(tmp_path / 'out.json', VIDEOS, known_intervals(file, VIDEOS))
    metainfo, videos = load_annotations(tmp_path / 'out.json')
    assert metainfo['classes'] == ['fire', 'Normal']
    assert [
        (one['video'], one['class'], one['abnormal_intervals'])
        for one in videos
    ] == [
        ('abnormal/gate/a', 'fire', [[16, 80]]),
        ('abnormal/gate/b', 'fire', None),
        ('normal/gate/c', 'Normal', []),
    ]


@pytest.mark.parametrize(
    ('entry', 'words'),
    [
        (('a', 0, []), "'a': expected it to be abnormal, as its folder says"),
        (('gate/c', 1, None), None),
        (('c', 1, [[0, 5]]), "'c': expected it to be normal"),
        (('a', 1, [[16, 81]]), r'its 80 frames, found \[16, 81\]'),
        (('other', 1, [[0, 5]]), "such as 'abnormal/gate/a', with intervals"),
    ],
)
def test_what_contradicts_is_told(tmp_path, entry, words):
    """The file that was given is named."""
    file = known(tmp_path / 'known.json', entry)
    with pytest.raises(ValueError, match=words) as caught:
        within_videos(file, known_intervals(file, VIDEOS), VIDEOS)
    assert file in str(caught.value)
