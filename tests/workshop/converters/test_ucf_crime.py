"""UCF-Crime's lists."""

import re
from collections import Counter
from math import ceil

import numpy as np
import pytest

from rtfm_mmaction.datasets.annotations import validate_annotations
from rtfm_mmaction.datasets.benchmark_classes import UCF_CLASSES
from rtfm_mmaction.datasets.ground_truth import frame_labels
from rtfm_mmaction.io.frame_counts import read_frame_counts
from rtfm_mmaction.workshop.converters import convert_ucf_crime
from tests.support.helpers import SHARED, needs_shared

TRAIN = (
    'Abuse/Abuse001_x264.mp4\r\n\r\n'
    'Training_Normal_Videos_Anomaly/Normal_Videos001_x264.mp4'
)
TEST = (
    'RoadAccidents001_x264.mp4  RoadAccidents  1  42  -1  -1  \n'
    'Normal_Videos_003_x264.mp4  Normal  -1  -1  -1  -1  \n'
    'Arson011_x264.mp4  Arson  150  420  680  1267  \n'
)
REAL = SHARED / 'annotations/ucf_crime'


def convert(folder, train=TRAIN, test=TEST, counts=None):
    (folder / 'train.txt').write_text(train, newline='')
    (folder / 'test.txt').write_text(test, newline='')
    return convert_ucf_crime(folder / 'train.txt', folder / 'test.txt', counts)


def test_small_lists_by_hand(tmp_path):
    """1-based with the end included: 1 to 42 are frames 0 to 41, [0, 42);
    training videos have weak labels alone."""
    train, test = convert(tmp_path)
    assert [list(video.values()) for video in train] == [
        ['Abuse001_x264', 1, 'Abuse', None, None],
        ['Normal_Videos001_x264', 0, 'Normal', None, []],
    ]
    assert [list(video.values()) for video in test] == [
        ['RoadAccidents001_x264', 1, 'RoadAccidents', None, [[0, 42]]],
        ['Normal_Videos_003_x264', 0, 'Normal', None, []],
        ['Arson011_x264', 1, 'Arson', None, [[149, 420], [679, 1267]]],
    ]


COUNTS = {
    'Abuse001_x264': 100,
    'Normal_Videos001_x264': 200,
    'RoadAccidents001_x264': 60,
    'Normal_Videos_003_x264': 300,
    'Arson011_x264': 1266,
}


def test_interval_behind_the_last_frame_is_cut_and_told(tmp_path):
    """Arson011: annotated up to frame 1267 of 1266. The warning names the
    line, the video and both numbers."""
    with pytest.warns(UserWarning) as told:
        train, test = convert(tmp_path, counts=COUNTS)
    assert len(told) == 1
    assert re.search(
        "test.txt:3, video 'Arson011_x264': cut .*1267 .*1266",
        str(told[0].message),
    )
    assert test[2]['abnormal_intervals'] == [[149, 420], [679, 1266]]
    assert [video['frames'] for video in train + test] == list(COUNTS.values())


@pytest.mark.parametrize('frames', [1250, 600])
def test_interval_far_behind_the_last_frame_is_refused(tmp_path, frames):
    """17 frames behind and more: no rounding any more."""
    with pytest.raises(
        ValueError,
        match="test.txt:3, video 'Arson011_x264': "
        f'found .* frame 1267 of a video of {frames}',
    ):
        convert(tmp_path, counts={**COUNTS, 'Arson011_x264': frames})


def test_whole_interval_behind_the_last_frame_is_refused(tmp_path):
    """Frames 11 to 14 of a video of 10: nothing of it would be left."""
    with pytest.raises(
        ValueError,
        match="'Arson011_x264': found .*frame 14 "
        'of a video of 10 frames, expected it to start within',
    ):
        convert(
            tmp_path,
            test='Arson011_x264.mp4  Arson  1  5  11  14',
            counts={**COUNTS, 'Arson011_x264': 10},
        )


def test_missing_frame_count(tmp_path):
    """Counts of other videos, none of this one."""
    with pytest.raises(
        ValueError,
        match="train.txt:1: found no frame count of video 'Abuse001_x264'",
    ):
        convert(tmp_path, counts={'b': 1})


GOOD = 'Arson011_x264.mp4  Arson  150  420  -1  -1'


@pytest.mark.parametrize(
    'line, message',
    [
        (
            'Arsn011_x264.mp4  Arson  1  2  -1  -1',
            "begins with .*'Arsn011_x264'",
        ),
        ('011_x264.mp4  Arson  1  2  -1  -1', "found '011_x264'"),
        ('Arson011_x264.mp4', "class 'Arson' and four .*found ''"),
        (
            'Arson011_x264.mp4  Abuse  1  2  -1  -1',
            "class 'Arson' .*'Abuse 1 2",
        ),
        ('Arson011_x264.mp4  Arson  1  2', "four frame numbers .*'Arson 1 2'"),
        ('Arson011_x264.mp4  Arson  1  2  -1  -1  5', 'four frame numbers'),
        (
            'Arson011_x264.mp4  Arson  -1  -1  -1  -1',
            'intervals of an abnormal',
        ),
        ('Normal_Videos_1.mp4  Normal  1  5  -1  -1', '-1 of a normal'),
        ('Arson011_x264.mp4  Arson  1  x  -1  -1', "in pairs .*found '1 x'"),
        ('Arson011_x264.mp4  Arson  1  5  -1  9', 'found -1 9'),
        (
            'Arson011_x264.mp4  Arson  0  5  -1  -1',
            'counted from 1, found 0 5',
        ),
        ('Arson011_x264.mp4  Arson  7  5  -1  -1', 'found 7 5'),
        ('Abuse001_x264.mp4  Abuse  1  5  -1  -1', 'again.*train.txt:1'),
    ],
)
def test_malformed_lines_of_the_test_list(tmp_path, line, message):
    """Oracle: one error with file:line, found and expected."""
    with pytest.raises(ValueError, match=rf'test\.txt:2: .*{message}'):
        convert(tmp_path, test=f'\r\n{line}\r\n')
    assert convert(tmp_path, test=GOOD)[1][0]['abnormal_intervals'] == [
        [149, 420]
    ]


@pytest.mark.parametrize(
    'line, message',
    [
        ('Abuse/Abuse001_x264.mp4 1', "name alone, found '1' behind"),
        ('Abuse/abuse001_x264.mp4', "found 'abuse001_x264'"),
    ],
)
def test_malformed_lines_of_the_training_list(tmp_path, line, message):
    """Oracle: one error with file:line."""
    with pytest.raises(ValueError, match=rf'train\.txt:1: .*{message}'):
        convert(tmp_path, train=line)


@needs_shared('annotations/ucf_crime/frame_counts.csv')
def test_published_lists():
    """Oracle: rtfm.md for the numbers of videos; the annotation that the
    authors' .mat files repeat; five intervals end behind their video."""
    with pytest.warns(UserWarning) as told:
        train, test = convert_ucf_crime(
            REAL / 'Anomaly_Train.txt',
            REAL / 'Temporal_Anomaly_Annotation.txt',
            read_frame_counts(REAL / 'frame_counts.csv'),
        )
    cut = [re.search("video '(.*?)'", str(one.message))[1] for one in told]
    assert cut == [
        'Arson011_x264',
        'Arson016_x264',
        'Explosion033_x264',
        'Fighting003_x264',
        'Shooting015_x264',
    ]
    for entries, videos, abnormal in ((train, 1610, 810), (test, 290, 140)):
        validate_annotations({}, entries, 'UCF-Crime')
        assert len(entries) == videos
        assert sum(video['label'] for video in entries) == abnormal
    assert {video['class'] for video in train} == {*UCF_CLASSES, 'Normal'}
    assert Counter(video['class'] for video in test) == dict(
        Normal=150,
        RoadAccidents=23,
        Shooting=23,
        Explosion=21,
        Shoplifting=21,
        Burglary=13,
        Arson=9,
        Arrest=5,
        Fighting=5,
        Robbery=5,
        Stealing=5,
        Vandalism=5,
        Assault=3,
        Abuse=2,
    )
    assert all(
        video['abnormal_intervals'] is None
        for video in train
        if video['label']
    )
    spans = {video['video']: video['abnormal_intervals'] for video in test}
    assert spans['Abuse028_x264'] == [[164, 240]]
    assert spans['Stealing079_x264'] == [[2549, 3210], [3509, 4500]]
    assert sum(-(-video['frames'] // 16) * 16 for video in test) == 1114144


@needs_shared('annotations/ucf_crime/frame_counts.csv')
@pytest.mark.filterwarnings('ignore:.*cut an abnormal interval')
def test_published_ground_truth_frame_by_frame():
    """Oracle: rtfm.md for the length, 1 114 144 frames with T = ceil(n / 16);
    for its contents the authors' MATLAB program, GT(max(start, 1):min(end,
    n)), done with the text of the annotation; a last snippet that is not full
    has its last frame's label."""
    counts = read_frame_counts(REAL / 'frame_counts.csv')
    _, test = convert_ucf_crime(
        REAL / 'Anomaly_Train.txt',
        REAL / 'Temporal_Anomaly_Annotation.txt',
        counts,
    )
    built = np.concatenate(
        [
            frame_labels(
                video['abnormal_intervals'],
                video['frames'],
                ceil(video['frames'] / 16),
            )
            for video in test
        ]
    )
    expected = []
    for line in (REAL / 'Temporal_Anomaly_Annotation.txt').open():
        name, _, *numbers = line.split()
        frames = counts[name[: -len('.mp4')]]
        labels = [0] * frames
        for start, end in (map(int, numbers[:2]), map(int, numbers[2:])):
            if start > 0:
                for index in range(max(start, 1), min(end, frames) + 1):
                    labels[index - 1] = 1
        expected += labels + [labels[-1]] * (-frames % 16)
    assert len(built) == 1114144
    assert np.array_equal(built, expected)
