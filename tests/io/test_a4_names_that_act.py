"""Names that a spreadsheet would compute or a terminal obey (A4)."""

import csv

import numpy as np
import pytest
from rich.console import Console

from rtfm_mmaction.apis.result import AnomalyResult
from rtfm_mmaction.apis.result_files import ResultWriter
from rtfm_mmaction.cli.infer import show
from rtfm_mmaction.cli.one_line import errors_in_one_line
from rtfm_mmaction.evaluation.functional.events import Event
from rtfm_mmaction.io.names import printable, spreadsheet_cell
from rtfm_mmaction.io.printing import say

FORMULAS = ('=cmd|calc!A1', '@SUM(1)', '+1+1', '-1+1', '\tx', '\rx', '\nx')
PLAIN = ('Abuse001', '1=1', 'a@b', "'x", ' =1', '监控')


def result(video, note=''):
    return AnomalyResult(
        video=video,
        source=None,
        is_video=False,
        fps=25.0,
        frames=32,
        snippet_len=16,
        scores=np.array([0.1, 0.9]),
        events=[Event(0.64, 1.28, 0.9, 0.96)],
        note=note,
    )


def test_spreadsheets_compute_nothing(tmp_path):
    """Oracle: an apostrophe, which spreadsheets take for 'this is text', in
    front of just what they would compute."""
    names = FORMULAS + PLAIN
    writer = ResultWriter(tmp_path, ['csv'])
    for name in names:
        writer.write(result(name))
    writer.finish({})
    with open(tmp_path / 'events.csv', encoding='utf-8', newline='') as file:
        found = [row['video'] for row in csv.DictReader(file)]
    assert found == [f"'{name}" for name in FORMULAS] + list(PLAIN)
    assert [spreadsheet_cell(name) for name in names] == found


@pytest.mark.parametrize(
    'name, shown',
    [
        ('\x1b[2Ja', '\\x1b[2Ja'),
        ('a\r\nb\tc', 'a\\r\\nb\\tc'),
        ('gpj.\u202eexe', 'gpj.\\u202eexe'),  # writes backwards
        ('a\x9bb\x00', 'a\\x9bb\\x00'),
        ('Bj\udcf6rk', 'Bj\\xf6rk'),  # a byte of Latin-1
        ('a\u2028b', 'a\\u2028b'),
        ('监控 é 🚲 می\u200cخواهم\u3000', '监控 é 🚲 می\u200cخواهم\u3000'),
    ],
)
def test_terminals_obey_nothing(name, shown):
    """Oracle: by hand; letters of all scripts stay."""
    assert printable(name) == shown
    assert printable(f'a\n{name}', keep='\n').startswith('a\n')


def test_tables_notes_and_errors_are_escaped(tmp_path, capsys):
    """What commands print of names.

    Oracle: no ESC in it, and the rest of the name.
    """
    evil = '\x1b]0;owned\x07[red]x'
    outcome = dict(
        predictions=[result(evil, note=f'{evil}: cut short')],
        failed={evil: f'{evil}: broken'},
        visualization=[],
    )
    show(outcome, tmp_path, Console(width=200))
    say(f'passed over {evil}')
    with pytest.raises(SystemExit) as stopped:
        with errors_in_one_line('infer'):
            raise ValueError(f'{evil}: expected another')
    printed = ''.join(capsys.readouterr()) + str(stopped.value)
    assert '\x1b' not in printed and '\x07' not in printed
    assert printed.count('\\x1b]0;owned\\x07[red]x') == 6
