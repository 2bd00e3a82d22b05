"""ShanghaiTech's lists and masks."""

import numpy as np
import pytest

from rtfm_mmaction.datasets.annotations import validate_annotations
from rtfm_mmaction.io.frame_counts import read_frame_counts
from rtfm_mmaction.workshop.converters import convert_shanghaitech
from tests.support.helpers import SHARED, needs_shared

REAL = SHARED / 'annotations/shanghaitech'
MASKS = {
    '01_0014': [0, 1, 1, 0, 0],
    '01_0015': [1, 0, 0, 1],
    '01_0016': [0, 0, 0],
}
COUNTS = {'01_0014': 5, '01_002': 7, '01_0015': 4, '01_001': 9, '01_0016': 3}


def convert(folder, train='01_0014\r\n01_002', counts=None, masks=MASKS):
    (folder / 'train.txt').write_text(train, newline='')
    (folder / 'test.txt').write_text('01_0015\n01_001\n01_0016\n')
    (folder / 'masks').mkdir(exist_ok=True)
    for name, mask in masks.items():
        np.save(folder / 'masks' / f'{name}.npy', np.array(mask, np.uint8))
    return convert_shanghaitech(
        folder / 'train.txt', folder / 'test.txt', folder / 'masks', counts
    )


def test_small_lists_by_hand(tmp_path):
    """Masks give the labels and the test videos' intervals; a training
    video's intervals are held back; a mask of zeros is a normal video."""
    train, test = convert(tmp_path)
    assert [list(video.values()) for video in train] == [
        ['01_0014', 1, 'Abnormal', 5, None],
        ['01_002', 0, 'Normal', None, []],
    ]
    assert [list(video.values()) for video in test] == [
        ['01_0015', 1, 'Abnormal', 4, [[0, 1], [3, 4]]],
        ['01_001', 0, 'Normal', None, []],
        ['01_0016', 0, 'Normal', 3, []],
    ]
    train, test = convert(tmp_path, counts=COUNTS)
    assert {
        video['video']: video['frames'] for video in train + test
    } == COUNTS


@pytest.mark.parametrize(
    'train, message',
    [
        ('01_0014\n\n01_02', "train.txt:3: expected a name like .*'01_02'"),
        ('01_0014 1', "train.txt:1: .*name alone, found '1'"),
        ('01_0015', "test.txt:1: found video '01_0015' again.*train.txt:1"),
    ],
)
def test_malformed_lines(tmp_path, train, message):
    """Oracle: one error with file:line."""
    with pytest.raises(ValueError, match=message):
        convert(tmp_path, train)


def test_masks_that_do_not_fit(tmp_path):
    """Length unlike the frame count, values, rank, no array, none at all."""
    with pytest.raises(
        ValueError,
        match=r'01_0014\.npy: found 5 frames, '
        'expected 6',
    ):
        convert(tmp_path, counts={**COUNTS, '01_0014': 6})
    for mask, found in (
        ([0, 2], r'\[0 2\]'),
        ([[0, 1]], r'\(1, 2\)'),
        ([], 'no frames'),
    ):
        with pytest.raises(
            ValueError,
            match=rf'01_0014\.npy: expected a mask '
            f'of one 0 or 1 a frame, found .*{found}',
        ):
            convert(tmp_path, masks={'01_0014': mask})
    path = tmp_path / 'masks/01_0014.npy'
    np.save(path, np.array([{}], object), allow_pickle=True)
    with pytest.raises(ValueError, match=r'01_0014\.npy: expected a mask'):
        convert(tmp_path, masks={})
    path.write_bytes(b'\x93NUMPY')
    with pytest.raises(ValueError, match=r'01_0014\.npy: expected a mask'):
        convert(tmp_path, masks={})
    path.unlink()
    with pytest.raises(FileNotFoundError, match=r'01_0014\.npy: .*found none'):
        convert(tmp_path, masks={})
    with pytest.raises(FileNotFoundError, match='no: expected a folder'):
        convert_shanghaitech(
            tmp_path / 'train.txt', tmp_path / 'test.txt', tmp_path / 'no'
        )


@needs_shared('annotations/shanghaitech/frame_counts.csv')
def test_published_lists():
    """Oracle: rtfm.md for the numbers of videos; the labels that
    frame_counts.csv has, by another hand than the masks."""
    counts = read_frame_counts(REAL / 'frame_counts.csv')
    train, test = convert_shanghaitech(
        REAL / 'SH_Train.txt',
        REAL / 'SH_Test.txt',
        REAL / 'test_frame_mask',
        counts,
    )
    for entries, videos, abnormal in ((train, 238, 63), (test, 199, 44)):
        validate_annotations({}, entries, 'ShanghaiTech')
        assert len(entries) == videos
        assert sum(video['label'] for video in entries) == abnormal
    labels = {}
    for line in (REAL / 'frame_counts.csv').read_text().split()[1:]:
        name, subset, label, _ = line.split(',')
        labels[name] = (subset, int(label))
    for subset, entries in (('train', train), ('test', test)):
        for video in entries:
            assert labels[video['video']] == (subset, video['label'])
    assert all(
        video['abnormal_intervals'] is None
        for video in train
        if video['label']
    )
    total = sum(
        np.load(REAL / f'test_frame_mask/{video["video"]}.npy').sum()
        for video in test
        if video['label']
    )
    assert total == sum(
        end - start
        for video in test
        for start, end in video['abnormal_intervals']
    )
