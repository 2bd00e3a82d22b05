"""Arrays in numpy's files."""

import io
import os

import numpy as np
import pytest

from rtfm_mmaction.io.arrays import load_array, unpickle_array


class RunsCode:
    """Makes a folder when it is unpickled."""

    def __reduce__(self):
        return os.mkdir, ('ran',)


def test_paths_are_mapped_and_bytes_are_read(tmp_path):
    """Oracle: numpy.save."""
    expected = np.arange(6.0).reshape(2, 3)
    np.save(tmp_path / 'a.npy', expected)
    by_path = load_array(tmp_path / 'a.npy')
    by_bytes = load_array(io.BytesIO((tmp_path / 'a.npy').read_bytes()))
    assert isinstance(by_path, np.memmap)
    assert not isinstance(by_bytes, np.memmap)
    assert np.array_equal(by_path, expected)
    assert np.array_equal(by_bytes, expected)


@pytest.mark.parametrize(
    'damage',
    [
        lambda content: b'',
        lambda content: content[:40],
        lambda content: content[:-1],
        lambda content: bytes(len(content)),
        lambda content: content.replace(b"'shape'", b"'sha(e'"),
        lambda content: content.replace(b'{', b'('),
        lambda content: content.replace(b'(2, 3)', b'(2**9)'),
    ],
)
def test_a_damaged_file_is_one_kind_of_error(tmp_path, damage):
    """Property: what callers have to expect."""
    path = tmp_path / 'a.npy'
    np.save(path, np.arange(6.0).reshape(2, 3))
    path.write_bytes(damage(path.read_bytes()))
    for file in (path, io.BytesIO(path.read_bytes())):
        with pytest.raises(ValueError):
            load_array(file)


def test_objects_and_archives_are_refused(tmp_path, monkeypatch):
    """Oracle: the folder that unpickling makes, as it does where the user has
    said so."""
    monkeypatch.chdir(tmp_path)
    np.save('o.npy', np.array([RunsCode()], object), allow_pickle=True)
    np.savez_compressed('z.npz', a=np.zeros(3))
    for name in ('o.npy', 'z.npz'):
        content = (tmp_path / name).read_bytes()
        for file in (name, io.BytesIO(content)):
            with pytest.raises(ValueError, match='bject|archive'):
                load_array(file)
    assert not os.path.exists('ran')
    unpickle_array('o.npy')
    assert os.path.exists('ran')
