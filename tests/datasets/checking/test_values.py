"""One pass over a video's values."""

import math
import weakref

import numpy as np
import pytest

from rtfm_mmaction.datasets import feature_files
from rtfm_mmaction.datasets.checking import values
from rtfm_mmaction.datasets.checking.values import read_values
from rtfm_mmaction.datasets.feature_layouts import LAYOUTS


@pytest.fixture(autouse=True)
def small_pieces(monkeypatch):
    """Several pieces and several maps of every file."""
    monkeypatch.setattr(values, 'PIECE', 50)
    monkeypatch.setattr(values, 'MAPPED', 500)


def entry(*paths, layout='packed', **streams):
    """Entry of a data list; ``streams`` are lists of paths."""
    files = dict(features=[str(path) for path in paths], **streams)
    return dict(
        video='v',
        feature_files=files,
        feature_layouts=dict.fromkeys(files, LAYOUTS[layout]),
        allow_pickle=False,
        backend_args=None,
    )


def save(folder, name, array):
    np.save(folder / name, array)
    return str(folder / name)


def norms(feature):
    """(T, N) by a loop over every value."""
    return [
        [
            math.sqrt(math.fsum(float(value) ** 2 for value in vector))
            for vector in snippet
        ]
        for snippet in feature
    ]


@pytest.mark.parametrize('dtype', ['float16', 'float32', 'float64', '>f4'])
def test_magnitudes(tmp_path, dtype):
    """Oracle: a loop over every value, as float32 stores it."""
    feature = np.random.random((13, 3, 7)).astype(dtype)
    found = read_values(entry(save(tmp_path, 'v.npy', feature)))
    assert np.allclose(
        found.magnitudes, norms(feature.astype(np.float32)), rtol=1e-12
    )
    (stream,) = found.streams
    assert stream.dtype == dtype
    assert not (stream.num_bad or stream.constant)


def test_magnitudes_of_other_layouts(tmp_path):
    """The same features with crops first, and in a file a crop."""
    feature = np.random.random((13, 3, 7)).astype(np.float32)
    first = save(tmp_path, 'v_i3d.npy', feature.swapaxes(0, 1))
    crops = [save(tmp_path, f'v__{i}.npy', feature[:, i]) for i in range(3)]
    for case in (
        entry(first, layout='crop_first'),
        entry(*crops, layout='per_crop'),
    ):
        assert np.allclose(read_values(case).magnitudes, norms(feature))


def test_a_large_file_is_mapped_in_parts(tmp_path, monkeypatch):
    """Pages count until a map is closed. Oracle: 13 snippets of 84 bytes in
    parts of at most 500 are 3 maps; the last one's end may be in work when
    the next is opened, no earlier ones."""
    maps = []

    def open_features(*args):
        assert sum(view() is not None for view in maps) <= 1
        views = feature_files.open_features(*args)
        maps.extend(map(weakref.ref, views))
        return views

    monkeypatch.setattr(values, 'open_features', open_features)
    feature = np.ones((13, 3, 7), np.float32)
    read_values(entry(save(tmp_path, 'v.npy', feature)))
    assert len(maps) == 3


def test_magnitudes_of_two_streams(tmp_path):
    """Norm of the concatenated vectors; audio has one crop and loses a
    snippet. Oracle: 3, 4 -> 5."""
    visual = np.zeros((4, 2, 5), np.float32)
    visual[..., 1] = 3
    audio = np.zeros((5, 3), np.float32)
    audio[:, 2] = 4
    found = read_values(
        entry(
            save(tmp_path, 'v.npy', visual),
            audio=[save(tmp_path, 'a.npy', audio)],
        )
    )
    assert found.magnitudes.tolist() == [[5, 5]] * 4
    assert [stream.stream for stream in found.streams] == ['features', 'audio']


@pytest.mark.parametrize('value', [np.nan, -np.inf, 1e300])
def test_bad_values_are_counted_and_placed(tmp_path, value):
    """Three put in; 1e300 is infinite as float32, what training sees."""
    crops = np.ones((2, 20, 7))
    for snippet, channel in ((9, 2), (9, 6), (19, 0)):
        crops[1, snippet, channel] = value
    paths = [save(tmp_path, f'v__{i}.npy', crops[i]) for i in range(2)]
    (stream,) = read_values(entry(*paths, layout='per_crop')).streams
    assert (stream.num_bad, stream.first_bad) == (3, (9, 1))
    assert stream.file == paths[1]


@pytest.mark.parametrize(
    'length, change, constant',
    [
        (20, (), True),
        (20, (19, 1, 3), False),
        (20, (1, 0, 0), False),
        (1, (), True),
        (1, (0, 1, 0), False),
    ],
)
def test_constant(tmp_path, length, change, constant):
    """All snippets equal; a single snippet with all values equal."""
    feature = np.full((length, 2, 7), 2, np.float32)
    if change:
        feature[change] = 1
    (stream,) = read_values(entry(save(tmp_path, 'v.npy', feature))).streams
    assert stream.constant is constant


def test_equal_snippets_of_different_values_are_constant(tmp_path):
    """What repeating one snippet gives; one such snippet alone is none."""
    row = np.random.random((1, 2, 7)).astype(np.float32)
    for length, constant in ((9, True), (1, False)):
        path = save(tmp_path, 'v.npy', np.repeat(row, length, 0))
        (stream,) = read_values(entry(path)).streams
        assert stream.constant is constant


def test_digest_is_of_the_values(tmp_path):
    """Copies agree, as float64 too; another snippet or shape does not."""
    feature = np.random.random((13, 3, 200)).astype(np.float32)
    other = feature.copy()
    other[12] += 1
    digests = [
        read_values(entry(save(tmp_path, f'{i}.npy', array))).streams[0].digest
        for i, array in enumerate(
            (
                feature,
                feature.copy(),
                feature.astype(np.float64),
                other,
                feature[:12],
                feature.reshape(13, 6, 100),
            )
        )
    ]
    assert digests[0] == digests[1] == digests[2]
    assert len(set(digests)) == 4
