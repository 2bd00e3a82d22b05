"""UCSD Ped2's list."""

import pytest

from rtfm_mmaction.datasets.annotations import validate_annotations
from rtfm_mmaction.workshop.converters import convert_ucsd_ped2
from tests.support.helpers import SHARED, needs_shared

REAL = SHARED / 'data/ucsd_ped2'
LIST = (
    'Train001 test 0\r\nTrain007 train 0  \r\n\r\n'
    'Test001 test 1 61 180 200 200\r\nTest002 train 1 95 180'
)


def convert(folder, text=LIST, counts=None):
    (folder / 'list.txt').write_text(text, newline='')
    return convert_ucsd_ped2(folder / 'list.txt', counts)


def test_small_list_by_hand(tmp_path):
    """Counted from 1 with the end included: 61 to 180 is [60, 180), frame
    200 alone [199, 200). Training intervals are held back."""
    train, test = convert(tmp_path)
    assert [list(video.values()) for video in train] == [
        ['Train007', 0, 'Normal', None, []],
        ['Test002', 1, 'Abnormal', None, None],
    ]
    assert [list(video.values()) for video in test] == [
        ['Train001', 0, 'Normal', None, []],
        ['Test001', 1, 'Abnormal', None, [[60, 180], [199, 200]]],
    ]


def test_frames_bound_training_intervals_too(tmp_path):
    """They are not written, but they tell that a count is wrong."""
    counts = dict(Train001=180, Train007=180, Test001=200, Test002=160)
    with pytest.raises(
        ValueError,
        match="list.txt:5, video 'Test002': found "
        '.*frame 180 of a video of 160',
    ):
        convert(tmp_path, counts=counts)
    with pytest.warns(UserWarning, match="'Test002': cut .*180 .* of 179"):
        train, _ = convert(tmp_path, counts={**counts, 'Test002': 179})
    assert train[1]['frames'] == 179


@pytest.mark.parametrize(
    'line, message',
    [
        ('Test003', "expected train or test, .*found ''"),
        ('Test003 test', "found 'test'"),
        ('Test003 val 0', "found 'val 0'"),
        ('Test003 test 2', "found 'test 2'"),
        ('Test003 test 1', "1 and intervals, .*found 'test 1'"),
        ('Test003 test 0 1 5', "found 'test 0 1 5'"),
        ('Test003 test 1 5', "in pairs .*found '5'"),
        ('Test003 test 1 0 5', 'counted from 1, found 0 5'),
        ('Test001 test 0', "video 'Test001' again"),
    ],
)
def test_malformed_lines(tmp_path, line, message):
    """Oracle: one error with file:line, found and expected."""
    with pytest.raises(ValueError, match=rf'list\.txt:6: .*{message}'):
        convert(tmp_path, f'{LIST}\r\n{line}')


def test_subset_without_videos(tmp_path):
    """Nothing to train on."""
    with pytest.raises(ValueError, match='list.txt: expected train videos'):
        convert(tmp_path, 'Train001 test 0')


@needs_shared('data/ucsd_ped2/annotations.txt')
def test_published_list():
    """Oracle: its README for the numbers of videos, and two of its lines."""
    train, test = convert_ucsd_ped2(REAL / 'annotations.txt')
    for entries, videos, abnormal in ((train, 10, 6), (test, 18, 6)):
        validate_annotations({}, entries, 'Ped2')
        assert len(entries) == videos
        assert sum(video['label'] for video in entries) == abnormal
    spans = {video['video']: video['abnormal_intervals'] for video in test}
    assert spans['Test005'] == [[0, 129]]
    assert spans['Test008'] == [[0, 180]]
    assert {video['video'] for video in train if video['label']} == {
        f'Test{number:03d}' for number in (2, 6, 9, 10, 11, 12)
    }
