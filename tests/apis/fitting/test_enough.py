"""Whether there are videos enough."""

from pathlib import Path

import pytest

from rtfm_mmaction.apis.fitting.enough import refuse_too_few, too_few_notes
from rtfm_mmaction.apis.fitting.folders import FoundVideo


def found(side, number, group=None, seconds=20):
    """Videos of a side, each its own group or all of one."""
    label = int(side == 'abnormal')
    names = [f'{side}/{index}' for index in range(number)]
    return [
        FoundVideo(
            Path(name),
            name,
            label,
            group or name,
            'Anomaly' if label else 'Normal',
            25 * seconds,
            25.0,
        )
        for name in names
    ]


@pytest.mark.parametrize(
    'videos, message',
    [
        (
            found('abnormal', 1) + found('normal', 5),
            '--abnormal: expected 2 videos or more, .* found 1$',
        ),
        (
            found('abnormal', 5),
            '--normal: expected 2 videos or more, .* found 0$',
        ),
        # Three hours of one video and nothing else.
        (
            found('abnormal', 5) + found('normal', 1, seconds=10800),
            'found 1; its 180 minutes can be cut into several files',
        ),
        (
            found('abnormal', 4, 'gate') + found('normal', 4),
            'expected 2 cameras with a video .* found 4 of one camera, gate; '
            "--groups '.\\+'",
        ),
    ],
)
def test_too_few_are_refused(videos, message):
    """Oracle: one sentence with what was found and what to do, by hand."""
    with pytest.raises(ValueError, match=message):
        refuse_too_few(videos)


def test_those_left_out_are_of_that_side():
    """Oracle: by hand: one of two."""
    videos = found('abnormal', 1) + found('normal', 2)
    with pytest.raises(ValueError, match=r'found 1 \(1 left out\)'):
        refuse_too_few(videos, ['abnormal/torn', 'normal/torn'])


def test_two_of_each_are_enough_for_folds_alone():
    """Oracle: by hand: 2 + 2 pass, with a note; 10 + 10 without one."""
    few = found('abnormal', 2) + found('normal', 2)
    refuse_too_few(few)
    (note,) = too_few_notes(few)
    assert 'from 10 groups' in note and '2 abnormal and 2 normal' in note
    many = found('abnormal', 10) + found('normal', 10)
    assert too_few_notes(many) == []
    # Of two cameras, however many videos.
    cameras = [
        video
        for camera in ('gate', 'hall')
        for video in found('abnormal', 9, camera) + found('normal', 9, camera)
    ]
    refuse_too_few(cameras)
    assert '2 abnormal and 2 normal' in too_few_notes(cameras)[0]
