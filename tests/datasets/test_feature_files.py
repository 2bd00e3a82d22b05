"""Feature files of every layout, and what is wrong with a file."""

import os
import pickle
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rtfm_mmaction.datasets.feature_files import (
    features_shape,
    open_features,
    probe_features,
)
from rtfm_mmaction.datasets.feature_folder import FeatureFolder
from rtfm_mmaction.datasets.feature_layouts import get_layout
from tests.support.helpers import SHARED, needs_shared
from tests.support.small_data import write_features

RNG = np.random.default_rng(0)
FEATURE = RNG.random((6, 3, 4), np.float32)  # (T, N, C)
CROPS = list(FEATURE.swapaxes(0, 1))


def load(folder, video, layout, category='Abuse', **kwargs):
    """Find, probe and read; what the headers tell must be what is read."""
    layout = get_layout(layout)
    files = FeatureFolder(folder).find(video, category, layout)
    views = open_features(files, layout, **kwargs)
    assert probe_features(files, layout, **kwargs) == features_shape(views)
    return np.concatenate(views, axis=1)


# Layout, its files and what they hold of FEATURE.
LAYOUTS = [
    ('packed', ['{}.npy'], [FEATURE]),
    ('rtfm', ['{}_i3d.npy'], [FEATURE]),
    ('rtfm', ['UCF_Test_ten_crop_i3d/{}_i3d.npy'], [FEATURE]),
    ('crop_first', ['{}_i3d.npy'], [FEATURE.swapaxes(0, 1)]),
    ('per_crop', ['{}__0.npy', '{}__1.npy', '{}__2.npy'], CROPS),
    ('per_crop', ['{}.npy', '{}__1.npy', '{}__2.npy'], CROPS),
    (
        'per_crop',
        ['Abuse/{}__0.npy', 'Abuse/{}__1.npy', 'Abuse/{}__2.npy'],
        CROPS,
    ),
    ('per_crop', ['{}__0.npy'], [FEATURE]),
    ('per_crop_single', ['{}_0.npy', '{}_1.npy', '{}_2.npy'], CROPS),
]
# Names as they are found, each with something that a pattern could mistake.
VIDEOS = [
    '01_0014',
    'v=S-7r__#1_label_B4-0-0',
    'Überfall (2) [a]',
    'a{}b__1 %s',
]


@pytest.mark.parametrize(
    'video, layout, names, arrays',
    [
        (VIDEOS[index % len(VIDEOS)], *case)
        for index, case in enumerate(LAYOUTS)
    ]
    # A file of all crops and one a crop, by a name that is searched for.
    + [(video, *LAYOUTS[at]) for video in VIDEOS[1:] for at in (1, 5)],
)
def test_layouts_give_the_same_feature(tmp_path, video, layout, names, arrays):
    """Oracle: the (T, N, C) array that the files were made from; each layout
    with one name, and two of them with all."""
    for name, array in zip(names, arrays):
        write_features(tmp_path, name.replace('{}', video, 1), array)
    assert np.array_equal(load(tmp_path, video, layout), FEATURE)


def test_mgfn_drops_the_magnitude(tmp_path):
    """(N, 32, C + 1); oracle: the array without its norms."""
    feature = RNG.random((32, 3, 4), np.float32)
    norms = np.linalg.norm(feature, axis=-1, keepdims=True)
    write_features(
        tmp_path,
        'v_i3d.npy',
        np.concatenate([feature, norms], -1).swapaxes(0, 1),
    )
    assert np.array_equal(load(tmp_path, 'v', 'mgfn'), feature)


def test_flat_array_is_one_crop(tmp_path):
    """(T, C) reads as (T, 1, C); audio is such a file."""
    write_features(tmp_path, 'v__vggish.npy', FEATURE[:, 0])
    assert np.array_equal(load(tmp_path, 'v', 'vggish'), FEATURE[:, :1])


@needs_shared('data/ucf_c3d_samples')
@pytest.mark.parametrize(
    'video',
    [
        'Explosion008_x264',
        'Shoplifting028_x264',
        'Normal_Videos_006_x264',
        'Normal_Videos_024_x264',
    ],
)
def test_real_c3d_text_files(video):
    """32 lines of 4096 numbers; oracle: Python's own parsing of the file."""
    folder = SHARED / 'data' / 'ucf_c3d_samples'
    feature = load(folder, video, 'sultani_text')
    assert feature.shape == (32, 1, 4096)
    last = (folder / f'{video}.txt').read_text().splitlines()[-1]
    assert np.allclose(feature[-1, 0], [float(n) for n in last.split()])


class Unpickled:
    """Notes when it is unpickled, as an attacker's class could do worse."""

    def __reduce__(self):
        return (os.mkdir, ('unpickled',))


def make_bad(folder):
    """One bad file of each kind; name -> what its error has to say."""
    whole = write_features(folder, 'whole.npy', FEATURE).read_bytes()
    (folder / 'short.npy').write_bytes(whole[:-40])
    (folder / 'header.npy').write_bytes(whole[:20])
    (folder / 'empty.npy').write_bytes(b'')
    (folder / 'magic.npy').write_bytes(b'GARBAGE' * 30)
    (folder / 'folder.npy').mkdir()
    (folder / 'loop.npy').symlink_to(folder / 'loop.npy')
    write_features(folder, 'rank.npy', FEATURE[0, 0])
    write_features(folder, 'rows.npy', FEATURE[:0])
    write_features(folder, 'whole_numbers.npy', np.ones((4, 2), int))
    np.save(folder / 'pickled.npy', np.array([Unpickled()], dtype=object))
    (folder / 'list.npy').write_bytes(pickle.dumps([Unpickled()]))
    np.savez(folder / 'zip', FEATURE)
    (folder / 'zip.npz').rename(folder / 'zip.npy')
    return dict(
        short='whole feature array',
        header='whole feature array',
        empty='empty file',
        magic=r"a \.npy file, found .*b'GARBAG'",
        zip=r"a \.npy file, found .*b'PK",
        folder='found a folder',
        loop='cannot be opened',
        rank=r'found shape \(4,\)',
        rows=r'found shape \(0, 3, 4\)',
        whole_numbers='found dtype int64',
        pickled='pickled Python objects.*allow_pickle=True',
        list='pickled Python objects.*allow_pickle=True',
    )


def test_bad_files_are_told_apart(tmp_path, monkeypatch):
    """One error each: file, what was found, what was expected."""
    monkeypatch.chdir(tmp_path)
    for name, message in make_bad(tmp_path).items():
        with pytest.raises(ValueError, match=rf'{name}\.npy: .*{message}'):
            load(tmp_path, name, 'packed')
    assert not Path('unpickled').exists()


@pytest.fixture(scope='module')
def whole(tmp_path_factory):
    """A sound file: its path and its bytes."""
    path = write_features(tmp_path_factory.mktemp('whole'), 'v.npy', FEATURE)
    return path, path.read_bytes()


@settings(max_examples=300, deadline=None)
@given(place=st.integers(0, 127), byte=st.integers(0, 255))
def test_any_damaged_header_byte_is_told_or_harmless(whole, place, byte):
    """Property: the error is a ValueError that names the file, or none."""
    path, content = whole
    path.write_bytes(content[:place] + bytes([byte]) + content[place + 1 :])
    try:
        probe_features([path], get_layout('packed'))
    except ValueError as error:
        assert str(path) in str(error)


@settings(max_examples=50, deadline=None)
@given(length=st.integers(0, 128 + FEATURE.nbytes - 1))
def test_any_truncation_is_told(whole, length):
    """Property: a file that lost its end, wherever, is refused."""
    path, content = whole
    path.write_bytes(content[:length])
    with pytest.raises(ValueError, match='v.npy: expected'):
        probe_features([path], get_layout('packed'))


def test_damaged_pickle_is_told(tmp_path):
    """Where unpickling is allowed, too."""
    whole = pickle.dumps([[1.0, 2.0]] * 50)
    (tmp_path / 'v.npy').write_bytes(whole[:-30])
    with pytest.raises(ValueError, match='v.npy: expected a whole feature'):
        probe_features(
            [tmp_path / 'v.npy'], get_layout('packed'), allow_pickle=True
        )


def test_file_without_permission_is_told(tmp_path, monkeypatch):
    """The administrator reads everything, so opening is made to fail."""
    path = write_features(tmp_path, 'v.npy', FEATURE)

    def refuse(file, *args, **kwargs):
        raise PermissionError(13, 'Permission denied', str(file))

    monkeypatch.setattr('builtins.open', refuse)
    with pytest.raises(
        ValueError, match=r'v\.npy: .*cannot be opened \(Permission den'
    ):
        probe_features([path], get_layout('packed'))


@pytest.mark.parametrize(
    'text, message',
    [
        ('1 2 3\n' * 31, 'expected 32 segments .* found T = 31'),
        (
            '1 2 3\n' * 31 + '1 2',
            'found 2 and 3 numbers in its first and last',
        ),
        ('', 'empty file'),
        ('\n\n', r'found shape \(0, 0\)'),
    ],
)
def test_bad_text_files_are_told_by_the_probe(tmp_path, text, message):
    """Without parsing the numbers: lines and columns are counted."""
    (tmp_path / 'v.txt').write_text(text)
    with pytest.raises(ValueError, match=rf'v\.txt: .*{message}'):
        probe_features([tmp_path / 'v.txt'], get_layout('sultani_text'))


def test_bad_numbers_in_a_text_file(tmp_path):
    """What the probe passes over is told when the file is read."""
    rows = ['1 2 3'] * 32
    rows[5] = '1 x 3'
    (tmp_path / 'v.txt').write_text('\n'.join(rows))
    files, layout = [tmp_path / 'v.txt'], get_layout('sultani_text')
    assert probe_features(files, layout) == (32, 1, 3)
    with pytest.raises(ValueError, match=r'v\.txt: expected a whole'):
        open_features(files, layout)


def test_pickled_list_loads_on_request(tmp_path):
    """Files of pickled lists of rows, as some circulate."""
    rows = [row.tolist() for row in FEATURE[:, 0]]
    (tmp_path / 'v.npy').write_bytes(pickle.dumps(rows))
    with pytest.raises(ValueError, match='v.npy: .*pickled'):
        load(tmp_path, 'v', 'packed')
    feature = load(tmp_path, 'v', 'packed', allow_pickle=True)
    assert np.allclose(feature, FEATURE[:, :1])


@pytest.mark.parametrize('pickled', [False, True])
def test_integers_are_no_features(tmp_path, pickled):
    """Oracle: the error without ``allow_pickle`` (faults.md, C10). What the
    file is does not depend on the trust in its maker; an array without
    objects is mapped and not read with it, too."""
    rows = np.ones((6, 4), np.int64)
    if pickled:
        (tmp_path / 'v.npy').write_bytes(pickle.dumps(list(rows)))
    else:
        write_features(tmp_path, 'v.npy', rows)
    files, layout = [tmp_path / 'v.npy'], get_layout('packed')
    with pytest.raises(ValueError, match=r'v\.npy: .*found dtype int64'):
        open_features(files, layout, allow_pickle=True)
    write_features(tmp_path, 'v.npy', FEATURE)
    (view,) = open_features(files, layout, allow_pickle=True)
    assert isinstance(view, np.memmap)
    assert np.array_equal(view, FEATURE)


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
