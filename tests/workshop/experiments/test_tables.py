"""Tables: compared with numbers worked by hand."""

import csv
import io
import json

import numpy as np
import pytest

from rtfm_mmaction.apis.grid.cells import (
    Cell,
    finish_record,
    start_record,
)
from rtfm_mmaction.workshop.experiments.tables import (
    as_csv,
    markdown,
    read_rows,
    write_tables,
)

KEYS = ['anomaly/AUC', 'anomaly/AP']
LABELS = {'a': {'k': '1', 'm': '50'}, 'b': {'k': '2', 'm': '50'}}


def finished(out, row, seed, last, best, seconds=10.0):
    """A cell's folder as a run leaves it; figures are (AUC, AP)."""
    cell = Cell(row, seed, 'config.py')
    start_record(out / cell.name, {})
    (out / cell.name / 'result.json').write_text(
        json.dumps(
            {
                'key': 'anomaly/AUC',
                **{
                    which: dict(zip(KEYS, figures), iteration=1)
                    for which, figures in (('last', last), ('best', best))
                },
            }
        )
    )
    finish_record(out / cell.name, seconds)
    return cell


@pytest.fixture
def rows(tmp_path):
    """AUC of row a 0.6 and 0.8: mean 0.7, sample deviation 0.2 / sqrt(2)."""
    cells = [
        finished(tmp_path, 'b', 0, (0.5, None), (0.9, 0.3), None),
        finished(tmp_path, 'a', 0, (0.6, 0.2), (0.8, 0.4), 10.0),
        finished(tmp_path, 'a', 1, (0.8, 0.2), (0.8, 0.6), 30.0),
    ]
    return read_rows(cells, tmp_path, KEYS, LABELS)


def test_markdown_by_hand(rows):
    """Oracle: 0.2 / sqrt(2) = 0.1414; population's deviation would be 0.1.

    A single run has no deviation, an undefined figure is a dash, the order
    is that of the labels.
    """
    lines = markdown(rows).splitlines()
    assert lines[:4] == [
        '| k | m | AUC, last | AP, last | AUC, best | AP, best | runs | s a '
        'run |',
        '| :-- | :-- | --: | --: | --: | --: | --: | --: |',
        '| 1 | 50 | 0.7000 ± 0.1414 | 0.2000 ± 0.0000 | 0.8000 ± 0.0000 | '
        '0.5000 ± 0.1414 | 2 | 20 |',
        '| 2 | 50 | 0.5000 | – | 0.9000 | 0.3000 | 1 | – |',
    ]
    assert 'best: the iteration' in ' '.join(lines[5:])
    assert max(map(len, lines[5:])) <= 80


def test_csv_holds_the_same_numbers(rows):
    """Oracle: numpy on the values above; empty where not defined."""
    one, two = csv.DictReader(io.StringIO(as_csv(rows)))
    assert one['AUC, last, mean'] == '0.700000'
    assert float(one['AUC, last, std']) == pytest.approx(
        np.std([0.6, 0.8], ddof=1), abs=1e-6
    )
    assert one['seconds a run, mean'] == '20.0'
    assert (two['k'], two['runs']) == ('2', '1')
    assert two['AUC, last, std'] == two['AP, last, mean'] == ''


def test_files_are_whole_or_not_there(rows, tmp_path, monkeypatch):
    """A write that fails leaves the old file and nothing beside it."""
    out = tmp_path / 'out'
    write_tables(rows, out)
    names = ['table.csv', 'table.md']
    assert sorted(path.name for path in out.iterdir()) == names
    before = (out / 'table.md').read_text()
    monkeypatch.setattr('os.replace', lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        write_tables({'b': rows['b']}, out)
    assert sorted(path.name for path in out.iterdir()) == names
    assert (out / 'table.md').read_text() == before


def test_a_run_without_result_is_told(tmp_path):
    """Oracle: the error, which names the hook that is missing."""
    start_record(tmp_path, dict(val_dataloader={}))
    with pytest.raises(FileNotFoundError, match='must have a ResultHook'):
        finish_record(tmp_path, 1.0)
