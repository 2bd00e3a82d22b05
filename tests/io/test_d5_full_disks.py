"""D5: a full disk tears no line and loses none."""

import errno
import io
import json
import os
import sys

import pytest

from rtfm_mmaction.io.line_file import LineFile, PrintedLines
from tests.support.disks import disk_of


def test_a_torn_line_stays_alone(tmp_path):
    """Oracle: by hand. What a full disk or a crash left is not written on."""
    path = tmp_path / 'out.jsonl'
    path.write_text('{"a": 1}\n{"kind": "sta')
    file = LineFile(path, print)
    file.write('{"b": 2}')
    file.write('{"c": 3}')
    assert file.close() == []
    assert path.read_text().split('\n') == [
        '{"a": 1}',
        '{"kind": "sta',
        '{"b": 2}',
        '{"c": 3}',
        '',
    ]


def test_lines_wait_for_room(tmp_path):
    """Oracle: what was written, in its order, none of it twice or in part;
    the system refuses bytes beyond the 40th."""
    path, notes = tmp_path / 'out.jsonl', []
    file = LineFile(path, notes.append, pause=0)
    lines = [json.dumps(dict(event=number)) for number in range(9)]  # 12 each
    with disk_of(40):
        for line in lines[:6]:
            file.write(line)
        file.retry()
        # No half of the fourth one, which had four bytes of room.
        assert path.read_text().splitlines() == lines[:3]
        assert file.kept == 3 and len(notes) == 1
        assert 'out.jsonl: cannot be written to (File too large)' in notes[0]
    file.retry()
    for line in lines[6:]:
        file.write(line)
    assert file.close() == []
    assert path.read_text().splitlines() == lines
    assert notes[1:] == [f'{path}: written again']


def test_not_tried_with_each_frame(tmp_path, monkeypatch):
    """Oracle: a count of writes to a device without room."""
    tried = []

    def full(*_):
        tried.append(1)
        raise OSError(errno.ENOSPC, 'No space left on device')

    file = LineFile(tmp_path / 'out', lambda note: None, pause=60)
    monkeypatch.setattr(os, 'write', full)
    file.write('a')
    for _ in range(100):
        file.retry()
    assert len(tried) == 1


def test_what_is_kept_is_bounded_and_counted(tmp_path):
    """Oracle: by hand; the oldest ones go. What never finds room is given
    back at the end."""
    path, notes = tmp_path / 'out', []
    file = LineFile(path, notes.append, most=3, pause=0)
    with disk_of(0):
        for number in range(5):
            file.write(str(number))
        assert file.kept == 3
    file.retry()
    assert path.read_text() == '2\n3\n4\n'
    assert notes[1] == f'{path}: written again, without the 2 oldest lines'
    with disk_of(6):
        file.write('5')
        assert file.close() == ['5']
    assert path.read_text() == '2\n3\n4\n'


def test_a_place_that_cannot_be_written_is_an_error_at_once(tmp_path):
    """The error names the path."""
    with pytest.raises(OSError, match='none/out'):
        LineFile(tmp_path / 'none' / 'out', print)


def test_what_is_printed_to_a_file_waits_for_room_too(tmp_path, monkeypatch):
    """Oracle: what was written, in its order, none of it twice. A pipe that
    nobody reads is an error."""
    path, notes = tmp_path / 'out', []
    lines = [json.dumps(dict(event=number)) for number in range(6)]
    with open(path, 'w') as output:
        monkeypatch.setattr(sys, 'stdout', output)
        printed = PrintedLines(notes.append, pause=0)
        with disk_of(40):
            for line in lines[:5]:
                printed.write(line)
        printed.write(lines[5])
        assert printed.close() == []
        assert path.read_text().splitlines() == lines
        assert 'cannot be written to (File too large)' in notes[0]
        assert notes[1:] == ['standard output: written again']

    class Closed(io.StringIO):
        def flush(self):
            raise BrokenPipeError(errno.EPIPE, 'Broken pipe')

    monkeypatch.setattr(sys, 'stdout', Closed())
    with pytest.raises(BrokenPipeError):
        PrintedLines(notes.append).write('a')


@pytest.mark.skipif(
    not os.path.exists('/dev/full'), reason='no device without room'
)
def test_what_was_not_printed_is_given_back(monkeypatch):
    """Oracle: by hand; the buffer's line and those behind it."""
    notes, descriptor = [], os.open('/dev/full', os.O_WRONLY)
    output = os.fdopen(descriptor, 'w')
    monkeypatch.setattr(sys, 'stdout', output)
    printed = PrintedLines(notes.append, pause=0)
    printed.write('one')
    printed.write('two')
    assert printed.close() == ['one', 'two']
    assert len(notes) == 1
    with pytest.raises(OSError, match='No space'):
        output.close()
