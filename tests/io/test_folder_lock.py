"""One run at a time in a folder."""

import io
import json
import os
import platform
import time
from contextlib import redirect_stderr

import pytest
from filelock import FileLock

from rtfm_mmaction.io import folder_lock
from rtfm_mmaction.io.folder_lock import FolderInUseError, lock_folder
from tests.support.forking import FORK, forked_until_killed, run_forked


def hold(ready, folder, with_child=False):
    """Have a folder, perhaps with a child that lives on for a while."""
    with lock_folder(folder, 'rtfm train', 'choose another --work-dir'):
        if with_child:
            FORK.Process(target=time.sleep, args=(3,)).start()
        ready()


def try_lock(folder):
    with lock_folder(folder, 'rtfm pack', 'choose another --out'):
        return True


def test_second_one_is_told_who_has_it(tmp_path):
    """E3: one sentence with folder, command, process and what to do; after
    SIGKILL the folder is free."""
    with forked_until_killed(hold, tmp_path) as process:
        with pytest.raises(FolderInUseError) as caught:
            try_lock(tmp_path)
    said = str(caught.value)
    assert said.startswith(f'{tmp_path}: another run (rtfm train, process ')
    assert f'process {process.pid} on {platform.node()}, since 2' in said
    assert said.endswith('wait for its end, or choose another --out')
    assert '\n' not in said
    assert try_lock(tmp_path)
    assert not (tmp_path / '.run.json').exists()


def test_children_of_a_killed_run_do_not_keep_it(tmp_path):
    """E3: loaders of batches outlive their run for seconds."""
    with forked_until_killed(hold, tmp_path, True):
        pass
    assert try_lock(tmp_path)


def test_a_lock_whose_holder_cannot_be_read(tmp_path):
    """E3: the process is told where it is known alone."""
    with FileLock(tmp_path / folder_lock.LOCK):
        for note in (None, '', '[1]', '{"pid": "x"}'):
            if note is not None:
                (tmp_path / '.run.json').write_text(note)
            with pytest.raises(FolderInUseError, match='another run writes'):
                try_lock(tmp_path)


def test_dead_holder_whose_children_live_on(tmp_path, monkeypatch):
    """E3: waits for what is left, and not for ever."""
    monkeypatch.setattr(folder_lock, 'PATIENCE', 0.3)
    gone = run_forked(os.getpid)
    note = dict(what='x', pid=gone, host=platform.node(), since='2')
    (tmp_path / '.run.json').write_text(json.dumps(note))
    with FileLock(tmp_path / folder_lock.LOCK):
        start = time.monotonic()
        with pytest.raises(FolderInUseError, match=f'process {gone} on'):
            try_lock(tmp_path)
        assert time.monotonic() - start >= 0.3


@pytest.mark.parametrize(
    'error', [OSError(95, 'Operation not supported'), NotImplementedError('x')]
)
def test_folder_that_knows_no_locks(tmp_path, monkeypatch, capsys, error):
    """E3: a sentence, and the run goes on."""

    def refuse(*args, **kwargs):
        raise error

    monkeypatch.setattr(FileLock, 'acquire', refuse)
    assert try_lock(tmp_path)
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f'{tmp_path}: cannot be locked (')


def as_nobody(folder):
    """Lock as a user who may not write; what was said, and whether it ran."""
    if os.getuid() == 0:
        os.setresuid(65534, 65534, 65534)
    with redirect_stderr(io.StringIO()) as said:
        ran = try_lock(folder)
    return ran, said.getvalue()


def test_read_only_folder(tmp_path):
    """E3: as a user who may not write there."""
    folder = tmp_path / 'read-only'
    folder.mkdir()
    folder.chmod(0o555)
    parents = {
        path: path.stat().st_mode
        for path in folder.parents
        if not path.stat().st_mode & 0o001
    }
    try:
        if os.getuid() == 0:  # nobody has to find the way
            for path in parents:
                path.chmod(0o711)
        ran, said = run_forked(as_nobody, folder)
    finally:
        for path, mode in parents.items():
            path.chmod(mode)
    assert ran
    assert said.startswith(f'{folder}: cannot be locked (Permission denied)')
    assert list(folder.iterdir()) == []


def test_leftovers_go_with_the_lock(tmp_path):
    """E11: the next run in the folder removes them."""
    left = tmp_path / '.tmp-abcdefgh.pth'
    left.touch()
    os.utime(left, (0, 0))
    assert try_lock(tmp_path)
    assert not left.exists()
