"""layout='auto': what is found, and when it asks."""

import numpy as np
import pytest

from rtfm_mmaction.datasets.feature_folder import FeatureFolder
from rtfm_mmaction.datasets.feature_layouts import LAYOUTS, FeatureLayout
from rtfm_mmaction.datasets.layout_detection import detect_layout
from tests.support.helpers import SHARED, needs_shared
from tests.support.small_data import write_features

VIDEOS = [('a', 'Abuse'), ('b', 'Normal')]


def detect(root, videos=VIDEOS):
    return detect_layout(FeatureFolder(root), videos)


def make(root, name, *shapes, crops=0):
    """Files of the videos a, b, … with random values of these shapes."""
    rng = np.random.default_rng(0)
    for video, shape in zip('abc', shapes):
        for crop in range(crops) if crops else ['']:
            write_features(
                root,
                name.format(video=video, crop=crop),
                rng.random(shape, np.float32),
            )


@pytest.mark.parametrize(
    'expected, name, shapes, crops',
    [
        ('packed', '{video}.npy', [(7, 4), (9, 4)], 0),
        ('packed', '{video}.npy', [(7, 10, 4), (9, 10, 4)], 0),
        ('packed', '{video}.npy', [(7, 6, 4), (9, 6, 4)], 0),  # six tiles
        ('rtfm', '{video}_i3d.npy', [(7, 10, 4), (9, 10, 4)], 0),
        ('rtfm', '{video}_i3d.npy', [(10, 10, 4), (9, 10, 4)], 0),
        ('rtfm', '{video}_i3d.npy', [(7, 5, 4)], 0),
        ('rtfm', '{video}_i3d.npy', [(32, 10, 4), (32, 10, 4)], 0),
        ('crop_first', '{video}_i3d.npy', [(10, 7, 4), (10, 9, 4)], 0),
        ('crop_first', '{video}_i3d.npy', [(10, 32, 4), (10, 32, 4)], 0),
        ('per_crop', '{video}__{crop}.npy', [(7, 4), (9, 4)], 5),
        ('per_crop', '{video}__{crop}.npy', [(7, 4), (9, 4)], 1),
        ('per_crop_single', '{video}_{crop}.npy', [(7, 4), (9, 4)], 10),
        ('vggish', '{video}__vggish.npy', [(7, 4), (9, 4)], 0),
    ],
)
def test_layouts_are_told_apart(tmp_path, expected, name, shapes, crops):
    """Oracle: the layout that the files were written in."""
    make(tmp_path, name, *shapes, crops=crops)
    layout, message = detect(tmp_path)
    assert layout == LAYOUTS[expected]
    assert f'found {expected!r}: files of {len(shapes)} of 2' in message


def test_first_crop_without_number(tmp_path):
    """<video>.npy is crop 0 where __1 stands beside it."""
    make(tmp_path, '{video}.npy', (7, 4), (9, 4))
    make(tmp_path, '{video}__1.npy', (7, 4), (9, 4))
    assert detect(tmp_path)[0] == LAYOUTS['per_crop']


def test_magnitude_channel_is_noticed(tmp_path):
    """(10, 32, C + 1) whose last channel is the norm of the others."""
    rng = np.random.default_rng(0)
    for video in 'ab':
        feature = rng.random((10, 32, 8), np.float32)
        norm = np.linalg.norm(feature, axis=-1, keepdims=True)
        write_features(
            tmp_path, f'{video}_i3d.npy', np.concatenate([feature, norm], -1)
        )
    assert detect(tmp_path)[0] == LAYOUTS['mgfn']


def test_packed_with_crops_first(tmp_path):
    """No name in the table, but plain from the shapes."""
    make(tmp_path, '{video}.npy', (10, 7, 4), (10, 9, 4))
    layout, message = detect(tmp_path)
    assert layout == FeatureLayout('{video}.npy', axes='NTC')
    assert "'packed with crops first'" in message


@pytest.mark.parametrize(
    'shapes',
    [
        [(10, 10, 4)],
        [(5, 10, 4)],
        [(10, 5, 4), (10, 5, 4)],
        [(7, 6, 4), (7, 6, 4)],
    ],
)
def test_it_asks_where_snippets_could_be_crops(tmp_path, shapes):
    """Both axes could be the crops; the error names a file and the ways."""
    make(tmp_path, '{video}_i3d.npy', *shapes)
    with pytest.raises(
        ValueError,
        match=r"a_i3d\.npy: .* could be the crops .*'rtfm'.*'crop_first'",
    ):
        detect(tmp_path)


def test_it_asks_where_no_axis_is_constant(tmp_path):
    """Such files cannot be of one data set."""
    make(tmp_path, '{video}_i3d.npy', (7, 5, 4), (8, 10, 4))
    with pytest.raises(ValueError, match='neither of the first two axes'):
        detect(tmp_path)


def test_two_sets_in_one_folder_are_told(tmp_path):
    """Files of both namings for each video."""
    make(tmp_path, '{video}.npy', (7, 4), (9, 4))
    make(tmp_path, '{video}__{crop}.npy', (7, 4), (9, 4), crops=2)
    with pytest.raises(
        ValueError, match=r'each of the layouts packed, per_crop'
    ):
        detect(tmp_path)


def test_nothing_fits(tmp_path):
    """The error says what is there."""
    make(tmp_path, '{video}-rgb.npy', (7, 4))
    with pytest.raises(
        FileNotFoundError,
        match=r'a\.npy or a_i3d\.npy, found none .*a-rgb\.npy',
    ):
        detect(tmp_path)


def test_an_unreadable_file_does_not_hide_the_layout(tmp_path):
    """The first file is torn; it is told of its video, not here."""
    make(tmp_path, '{video}_i3d.npy', (7, 10, 4), (9, 10, 4))
    (tmp_path / 'a_i3d.npy').write_bytes(b'')
    assert detect(tmp_path)[0] == LAYOUTS['rtfm']


@needs_shared('data/ucf_c3d_samples')
def test_real_c3d_files():
    """32 lines of 4096 numbers under the names of UCF-Crime's videos."""
    videos = [
        ('Explosion008_x264', 'Explosion'),
        ('Normal_Videos_006_x264', 'Normal'),
    ]
    layout, message = detect(SHARED / 'data/ucf_c3d_samples', videos)
    assert layout == LAYOUTS['sultani_text']
    assert '(T, C) = (32, 4096)' in message
