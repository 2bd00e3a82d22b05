"""Every layout of the field, and what is wrong with a file."""
import os
import pickle
from pathlib import Path

import numpy as np
import pytest

from rtfm_mmaction.datasets.feature_layouts import (features_shape,
                                                    find_feature_files,
                                                    get_layout, open_features)
from tests.helpers import SHARED, needs_shared
from tests.small_data import write_features

RNG = np.random.default_rng(0)
FEATURE = RNG.random((6, 3, 4), np.float32)  # (T, N, C)


def load(folder, video, layout, category='Abuse', **kwargs):
    layout = get_layout(layout)
    files = find_feature_files(folder, video, category, layout)
    return np.concatenate(open_features(files, layout, **kwargs), axis=1)


@pytest.mark.parametrize('layout, names, arrays', [
    ('packed', ['{}.npy'], [FEATURE]),
    ('rtfm', ['{}_i3d.npy'], [FEATURE]),
    ('crop_first', ['{}_i3d.npy'], [FEATURE.swapaxes(0, 1)]),
    ('mgfn', ['{}_i3d.npy'], [
        np.concatenate(
            [FEATURE, np.linalg.norm(FEATURE, axis=-1, keepdims=True)],
            -1).swapaxes(0, 1)
    ]),
    ('per_crop', ['{}__0.npy', '{}__1.npy', '{}__2.npy'],
     list(FEATURE.swapaxes(0, 1))),
    ('per_crop', ['{}.npy', '{}__1.npy', '{}__2.npy'],
     list(FEATURE.swapaxes(0, 1))),
    ('per_crop', ['Abuse/{}__0.npy', 'Abuse/{}__1.npy', 'Abuse/{}__2.npy'],
     list(FEATURE.swapaxes(0, 1))),
    ('per_crop_single', ['{}_0.npy', '{}_1.npy', '{}_2.npy'],
     list(FEATURE.swapaxes(0, 1))),
])
@pytest.mark.parametrize(
    'video', ['01_0014', 'v=S-7r__#1_label_B4-0-0', 'Überfall (2) [a]'])
def test_layouts_give_the_same_feature(tmp_path, layout, names, arrays, video):
    """Oracle: the (T, N, C) array that the files were made from."""
    for name, array in zip(names, arrays):
        write_features(tmp_path, name.format(video), array)
    assert np.array_equal(load(tmp_path, video, layout), FEATURE)


def test_flat_array_is_one_crop(tmp_path):
    """(T, C) reads as (T, 1, C)."""
    write_features(tmp_path, 'v.npy', FEATURE[:, 0])
    assert np.array_equal(load(tmp_path, 'v', 'packed'), FEATURE[:, :1])


@needs_shared('data/ucf_c3d_samples')
@pytest.mark.parametrize('video', ['Explosion008_x264', 'Shoplifting028_x264'])
def test_real_c3d_text_files(video):
    """32 lines of 4096 numbers; oracle: Python's own parsing of the file."""
    folder = SHARED / 'data' / 'ucf_c3d_samples'
    feature = load(folder, video, 'sultani_text')
    assert feature.shape == (32, 1, 4096)
    last = (folder / f'{video}.txt').read_text().splitlines()[-1]
    assert np.allclose(feature[-1, 0], [float(n) for n in last.split()])


def test_unknown_layout_lists_the_known():
    """The error names what was found and what is there."""
    with pytest.raises(ValueError, match="found 'i3d', expected one of .*rtfm"):
        get_layout('i3d')


def test_missing_file_is_named(tmp_path):
    """The error names the video and the file that was expected."""
    with pytest.raises(FileNotFoundError, match=r"'v'.*v_i3d\.npy"):
        load(tmp_path, 'v', 'rtfm')


class Unpickled:
    """Notes when it is unpickled, as an attacker's class could do worse."""

    def __reduce__(self):
        return (os.mkdir, ('unpickled', ))


def test_bad_files_are_told_apart(tmp_path, monkeypatch):
    """One error each: file, what was found, what was expected."""
    monkeypatch.chdir(tmp_path)
    whole = write_features(tmp_path, 'whole.npy', FEATURE).read_bytes()
    (tmp_path / 'short.npy').write_bytes(whole[:-40])
    (tmp_path / 'empty.npy').write_bytes(b'')
    (tmp_path / 'magic.npy').write_bytes(b'GARBAGE' * 30)
    (tmp_path / 'folder.npy').mkdir()
    write_features(tmp_path, 'rank.npy', FEATURE[0, 0])
    write_features(tmp_path, 'rows.npy', FEATURE[:0])
    write_features(tmp_path, 'whole_numbers.npy', np.ones((4, 2), int))
    np.save(tmp_path / 'pickled.npy', np.array([Unpickled()], dtype=object))
    for name, message in dict(
            short='whole feature array',
            empty='empty file',
            magic=r"a \.npy file, found .*b'GARBAG'",
            folder='found a folder',
            rank=r'found shape \(4,\)',
            rows=r'found shape \(0, 3, 4\)',
            whole_numbers='found dtype int64',
            pickled='pickled Python objects.*allow_pickle=True').items():
        with pytest.raises(ValueError, match=rf'{name}\.npy: .*{message}'):
            load(tmp_path, name, 'packed')
    assert not Path('unpickled').exists()


def test_pickled_list_loads_on_request(tmp_path):
    """Files of pickled lists of rows, as some circulate."""
    rows = [row.tolist() for row in FEATURE[:, 0]]
    (tmp_path / 'v.npy').write_bytes(pickle.dumps(rows))
    with pytest.raises(ValueError, match='v.npy: .*pickled'):
        load(tmp_path, 'v', 'packed')
    feature = load(tmp_path, 'v', 'packed', allow_pickle=True)
    assert np.allclose(feature, FEATURE[:, :1])


def test_crops_of_different_length_are_refused(tmp_path):
    """Crop 1 has a row less than crop 0."""
    write_features(tmp_path, 'v__0.npy', FEATURE[:, 0])
    write_features(tmp_path, 'v__1.npy', FEATURE[1:, 1])
    with pytest.raises(ValueError, match=r'v__1.npy: .*\(5, 4\).*\(6, 4\)'):
        load(tmp_path, 'v', 'per_crop')


def test_shape_without_reading(tmp_path):
    """(T, N, C) comes from the headers."""
    write_features(tmp_path, 'v.npy', FEATURE)
    views = open_features([tmp_path / 'v.npy'], get_layout('packed'))
    assert isinstance(views[0], np.memmap)
    assert features_shape(views) == FEATURE.shape
