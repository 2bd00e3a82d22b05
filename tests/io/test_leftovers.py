"""Half-written files of killed runs go, those of living ones stay."""

import os
import time

from rtfm_mmaction.io.atomic import atomic_path
from rtfm_mmaction.io.leftovers import remove_leftovers
from tests.support.forking import forked_until_killed


def write(ready, path):
    """Be in the middle of writing a file."""
    with atomic_path(path) as temporary:
        temporary.write_bytes(bytes(1000))
        ready()


def make_old(folder):
    """Let all that is there have been written a minute ago."""
    past = time.time() - 60
    for path in folder.iterdir():
        os.utime(path, (past, past))


def test_only_what_no_process_has(tmp_path):
    """E11: the same file before and after its writer is killed; files that
    only look alike, and those of this process, stay."""
    others = {'.tmp-notes', 'tmp-abcdefgh.npy', '.tmp-abcdefgh-x.npy'}
    for name in others:
        (tmp_path / name).touch()
    (tmp_path / '.tmp-abcdefgi').mkdir()
    with forked_until_killed(write, tmp_path / 'a.pth'):
        make_old(tmp_path)
        with atomic_path(tmp_path / 'b.json'):
            make_old(tmp_path)
            assert remove_leftovers(tmp_path) == []
    (left,) = tmp_path.glob('.tmp-????????.pth')
    assert remove_leftovers(tmp_path) == [left.name]
    assert {path.name for path in tmp_path.iterdir()} == {
        *others,
        'b.json',
        '.tmp-abcdefgi',
    }


def test_one_that_was_just_made_stays(tmp_path):
    """E11: its process may be about to hold it."""
    (tmp_path / '.tmp-abcdefgh.npy').touch()
    assert remove_leftovers(tmp_path) == []
    make_old(tmp_path)
    assert remove_leftovers(tmp_path) == ['.tmp-abcdefgh.npy']
