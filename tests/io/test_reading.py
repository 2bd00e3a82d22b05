"""Reading files that others wrote."""

import os

import numpy as np
import pytest

from rtfm_mmaction.io.reading import (
    check_folder,
    list_files,
    read_lines,
    read_npy,
    read_text,
)
from tests.support.forbidding import forbid


def test_text_of_any_system(tmp_path):
    """Oracle: the lines as they were meant; line numbers as an editor has
    them; U+2028 ends no line."""
    path = tmp_path / 'list.txt'
    path.write_bytes('\ufeffa b\r\n\r\nc\u2028d\re#'.encode())
    assert list(read_lines(path)) == [
        (f'{path}:1', 'a b'),
        (f'{path}:3', 'c\u2028d'),
        (f'{path}:4', 'e#'),
    ]


@pytest.mark.parametrize('dtype', ['u1', '?', 'i8', 'f4', '>f8'])
def test_arrays_of_any_numbers(tmp_path, dtype):
    """Oracle: numpy.save."""
    array = np.array([[0, 1, 1]], dtype)
    np.save(tmp_path / 'a.npy', array)
    found = read_npy(tmp_path / 'a.npy', 'numbers')
    assert found.dtype == dtype and np.array_equal(found, array)


def test_every_cut_of_an_array_is_told(tmp_path):
    """Oracle: none of the first n bytes of a file is the file."""
    np.save(tmp_path / 'a.npy', np.arange(5))
    content = (tmp_path / 'a.npy').read_bytes()
    path = tmp_path / 'cut.npy'
    for length in range(len(content)):
        path.write_bytes(content[:length])
        with pytest.raises(
            ValueError, match='cut.npy: expected numbers.*, found '
        ):
            read_npy(path, 'numbers')


class Trap:
    """Makes a folder when it is unpickled."""

    def __init__(self, path):
        self.path = str(path)

    def __reduce__(self):
        return os.mkdir, (self.path,)


def test_arrays_never_run_code(tmp_path):
    """Oracle: the folder that unpickling would make, as it does when allowed
    (so the trap works)."""
    path, sprung = tmp_path / 'a.npy', tmp_path / 'sprung'
    np.save(path, np.array([Trap(sprung)], object), allow_pickle=True)
    with pytest.raises(ValueError, match='a.npy: expected numbers, found'):
        read_npy(path, 'numbers')
    assert not sprung.exists()
    np.load(path, allow_pickle=True)
    assert sprung.exists()


@pytest.mark.parametrize(
    'content, found',
    [
        (b'', 'an empty file'),
        (b'PK\x03\x04archive', r"begins with b'PK\\x03\\x04ar'"),
        (b'\x80\x04pickle', 'begins with'),
        (b'\x93NUMPY\x01\x00\x06\x00{(((\n', 'cannot be read'),
    ],
)
def test_files_that_are_no_array(tmp_path, content, found):
    """Oracle: one ValueError with the file's name."""
    path = tmp_path / 'a.npy'
    path.write_bytes(content)
    with pytest.raises(ValueError, match=f'^{path}: expected .*{found}'):
        read_npy(path, 'numbers')
    np.save(path, np.array(['0', '1']))
    with pytest.raises(ValueError, match='found an array of dtype <U1'):
        read_npy(path, 'numbers')


def test_what_is_no_file(tmp_path, monkeypatch):
    """None, a folder, a link that leads back to itself, a pipe (which would
    be waited for), a file that may not be read, one in no folder."""
    with pytest.raises(FileNotFoundError, match='no: expected X, found none'):
        read_text(tmp_path / 'no', 'X')
    with pytest.raises(FileNotFoundError, match='expected X, found a folder'):
        read_text(tmp_path, 'X')
    loop = tmp_path / 'loop'
    loop.symlink_to(loop)
    with pytest.raises(ValueError, match=f'{loop}: expected X, found .*links'):
        read_text(loop, 'X')
    os.mkfifo(tmp_path / 'pipe')
    with pytest.raises(ValueError, match='pipe: expected X, .*no regular'):
        read_text(tmp_path / 'pipe', 'X')
    path = tmp_path / 'file'
    path.write_text('a')
    forbid(monkeypatch, path)
    with pytest.raises(
        ValueError,
        match=f'{path}: expected X, found one that '
        r'cannot be read \(Permission denied\)',
    ):
        read_text(path, 'X')
    with pytest.raises(ValueError, match='file/b: expected X, .*directory'):
        read_text(path / 'b', 'X')


def test_folders(tmp_path):
    """None, a file, a link that leads back to itself; none of the kind in
    it; hidden files are none."""
    with pytest.raises(FileNotFoundError, match='no: expected X, found none'):
        check_folder(tmp_path / 'no', 'X')
    (tmp_path / 'file').write_text('')
    with pytest.raises(FileNotFoundError, match='expected X, found a file'):
        check_folder(tmp_path / 'file', 'X')
    loop = tmp_path / 'loop'
    loop.symlink_to(loop)
    with pytest.raises(ValueError, match=f'{loop}: expected X, found .*links'):
        check_folder(loop, 'X')
    (tmp_path / '._b.mat').write_text('')
    with pytest.raises(ValueError, match='expected X, found no .mat file'):
        list_files(tmp_path, '.mat', 'X')
    for name in ('b.mat', 'a.MAT'):
        (tmp_path / name).write_text('')
    assert list_files(tmp_path, '.mat', 'X') == [
        tmp_path / 'a.MAT',
        tmp_path / 'b.mat',
    ]
