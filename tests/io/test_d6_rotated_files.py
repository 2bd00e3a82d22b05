"""D6: a file that is renamed or removed under a writer is made anew."""

import shutil

from rtfm_mmaction.io.line_file import LineFile


def test_renamed_as_log_rotation_does(tmp_path):
    """Oracle: by hand; each line is in the file that had the name then."""
    path = tmp_path / 'out.jsonl'
    file = LineFile(path, print)
    file.write('one')
    path.rename(tmp_path / 'out.jsonl.1')
    file.write('two')
    file.write('three')
    path.unlink()
    file.write('four')
    path.unlink()
    path.write_text('made by another')  # and torn
    file.write('five')
    file.close()
    assert (tmp_path / 'out.jsonl.1').read_text() == 'one\n'
    assert path.read_text() == 'made by another\nfive\n'


def test_emptied_in_place(tmp_path):
    """Oracle: by hand; the other way of rotation, copy and truncate."""
    path = tmp_path / 'out.jsonl'
    file = LineFile(path, print)
    file.write('one')
    path.write_text('')
    file.write('two')
    file.close()
    assert path.read_text() == 'two\n'


def test_a_folder_that_is_gone_for_a_while(tmp_path):
    """Oracle: by hand; lines wait for it."""
    path, notes = tmp_path / 'share' / 'out.jsonl', []
    path.parent.mkdir()
    file = LineFile(path, notes.append, pause=0)
    file.write('one')
    shutil.rmtree(path.parent)
    file.write('two')
    file.write('three')
    assert file.kept == 2
    path.parent.mkdir()
    file.retry()
    assert path.read_text() == 'two\nthree\n'
    assert len(notes) == 2 and 'cannot be written to' in notes[0]
    file.close()
