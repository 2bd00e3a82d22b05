"""Files are written whole or not at all."""

import errno
import os
import resource
import stat

import numpy as np
import pytest
import torch

from rtfm_mmaction.io.atomic import atomic_path, check_writable


def test_interrupted_write_leaves_the_old_file(tmp_path):
    """KeyboardInterrupt in the middle: old content, no temporary file."""
    target = tmp_path / 'a' / 'b.json'
    with atomic_path(target) as path:
        path.write_text('old')
    with pytest.raises(KeyboardInterrupt):
        with atomic_path(target) as path:
            path.write_text('ne')
            raise KeyboardInterrupt
    assert target.read_text() == 'old'
    assert list(target.parent.iterdir()) == [target]


def test_temporary_has_the_suffix_and_the_result_usual_rights(tmp_path):
    """numpy.save appends a suffix that is missing; others may read."""
    target = tmp_path / 'x.npy'
    with atomic_path(target) as path:
        assert path.suffix == '.npy' and path.parent == tmp_path
    plain = tmp_path / 'plain'
    plain.touch()
    assert stat.S_IMODE(target.stat().st_mode) == stat.S_IMODE(
        plain.stat().st_mode
    )


@pytest.fixture
def small_disk():
    """No file may grow beyond 4 kB, as on a full disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize(
    'write',
    [
        lambda path: path.write_bytes(bytes(10_000)),
        lambda path: np.save(path, np.zeros(10_000)),
        lambda path: torch.save(torch.zeros(10_000), path),
    ],
    ids=['bytes', 'numpy', 'torch'],
)
def test_full_disk_names_the_file(tmp_path, small_disk, write):
    """E13: one line with the target's path, the old file, nothing beside it.

    numpy's error has no number, and torch's is a RuntimeError.
    """
    target = tmp_path / 'x.npy'
    target.write_text('old')
    with pytest.raises(OSError) as caught:
        with atomic_path(target) as path:
            write(path)
    assert str(target) in str(caught.value)
    assert '.tmp-' not in str(caught.value)
    assert '\n' not in str(caught.value)
    assert target.read_text() == 'old'
    assert list(tmp_path.iterdir()) == [target]


def test_errors_of_other_files_keep_their_names(tmp_path):
    """E13: what the body reads is not what it writes."""
    with pytest.raises(FileNotFoundError, match='no_such_video'):
        with atomic_path(tmp_path / 'x.npy'):
            open(tmp_path / 'no_such_video')
    with pytest.raises(OSError, match=r'^\[Errno 5\] .*/x\.npy'):
        with atomic_path(tmp_path / 'x.npy'):
            raise OSError(errno.EIO, os.strerror(errno.EIO))
    with pytest.raises(ValueError, match='^of another kind$'):
        with atomic_path(tmp_path / 'x.npy'):
            raise ValueError('of another kind')


def test_writable_is_found_out_beforehand(tmp_path):
    """E12: a name that is a folder, a parent that is a file, a file system
    that takes none; what is there stays."""
    (tmp_path / 'folder.json').mkdir()
    (tmp_path / 'file').write_text('old')
    with pytest.raises(OSError, match='found a folder.*folder.json'):
        check_writable(tmp_path / 'folder.json')
    with pytest.raises(OSError, match="expected a folder.*/file'"):
        check_writable(tmp_path / 'file' / 'x.json')
    with pytest.raises(OSError, match='/proc/x.json'):
        check_writable('/proc/x.json')
    check_writable(tmp_path / 'file')
    check_writable(tmp_path / 'new' / 'x.json')
    assert (tmp_path / 'file').read_text() == 'old'
    assert list((tmp_path / 'new').iterdir()) == []


def test_an_address_is_no_folder(tmp_path, monkeypatch):
    """Nothing called 's3:' comes to be; a folder of that name that is there
    is taken. Oracle: the folder."""
    monkeypatch.chdir(tmp_path)
    said = 'expected a folder of this machine, found an address.*s3:/bucket'
    with pytest.raises(OSError, match=said):
        with atomic_path('s3://bucket/a.json'):
            pass
    assert not any(tmp_path.iterdir())
    (tmp_path / 's3:').mkdir()
    with atomic_path('s3://bucket/a.json') as temporary:
        temporary.write_text('{}')
    assert (tmp_path / 's3:/bucket/a.json').read_text() == '{}'
