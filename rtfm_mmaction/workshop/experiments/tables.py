"""Tables of experiments: mean and deviation over seeds of each row."""

import csv
import io
import textwrap
from pathlib import Path
from typing import Dict, List, Mapping, NamedTuple, Sequence, Tuple

import numpy as np

from ...apis.grid.cells import RESULT, Cell, seconds_of
from ...evaluation.summary import (
    HELD_OUT,
    mean_and_spread,
    summarize_results,
    with_spread,
)
from ...io.atomic import atomic_path
from ..markdown import markdown_table

CHOSEN = (
    'best: the iteration that is best on the data that it is reported '
    'on; last is not chosen.'
)
SELECTED = (
    'test_selected: the iteration that is best on held-out training videos.'
)


class Row(NamedTuple):
    """What the runs of a row have reached.

    Attributes:
        labels (dict[str, str]): Title of a column -> what says which row it
            is.
        figures (dict[tuple[str, str], np.ndarray]): By checkpoint ('last',
            'best', …) and figure ('anomaly/AUC', …) the values of the runs,
            NaN where not defined.
        seconds (np.ndarray): Of the runs of which it is known.
    """

    labels: Dict[str, str]
    figures: Dict[Tuple[str, str], np.ndarray]
    seconds: np.ndarray


def read_rows(
    cells: Sequence[Cell],
    out: Path,
    keys: Sequence[str],
    labels: Mapping[str, Dict[str, str]],
) -> Dict[str, Row]:
    """Collect the figures of finished cells.

    Args:
        cells (Sequence[Cell]): Finished ones.
        out (Path): Folder of the grid.
        keys (Sequence[str]): Figures, such as ``anomaly/AUC``.
        labels (Mapping[str, dict[str, str]]): Of each row, in the table's
            order.

    Returns:
        dict[str, Row]: The rows that have a finished cell.

    Raises:
        ValueError: If a result lacks a figure.
    """
    rows = {}
    for name in labels:
        folders = [out / cell.name for cell in cells if cell.row == name]
        if not folders:
            continue
        seconds = [seconds_of(folder) for folder in folders]
        rows[name] = Row(
            labels[name],
            summarize_results([folder / RESULT for folder in folders], keys),
            np.array([value for value in seconds if value is not None]),
        )
    return rows


def markdown(rows: Mapping[str, Row]) -> str:
    """A table to read: mean ± standard deviation.

    Args:
        rows (Mapping[str, Row]): At least one.
    """
    first = next(iter(rows.values()))
    header = [
        *first.labels,
        *(title(*which) for which in first.figures),
        'runs',
        's a run',
    ]
    lines = [
        [
            *row.labels.values(),
            *(
                with_spread(*mean_and_spread(values))
                for values in row.figures.values()
            ),
            _runs(row),
            with_spread(mean_and_spread(row.seconds)[0], digits=0),
        ]
        for row in rows.values()
    ]
    held_out = any(which in HELD_OUT for which, _ in first.figures)
    table = markdown_table(header, lines, words=len(first.labels))
    note = (
        'Mean ± sample standard deviation over the runs. '
        f'{SELECTED if held_out else CHOSEN}'
    )
    # A page is read in a diff, too.
    wrapped = textwrap.fill(note, 80, break_on_hyphens=False)
    return f'{table}\n\n{wrapped}\n'


def as_csv(rows: Mapping[str, Row]) -> str:
    """A table to compute with: mean and deviation in columns of their own.

    Args:
        rows (Mapping[str, Row]): At least one. NaN is an empty cell.
    """
    first = next(iter(rows.values()))
    text = io.StringIO()
    writer = csv.writer(text, lineterminator='\n')
    writer.writerow(
        [
            *first.labels,
            *(
                f'{title(*which)}, {part}'
                for which in first.figures
                for part in ('mean', 'std')
            ),
            'runs',
            'seconds a run, mean',
        ]
    )
    for row in rows.values():
        numbers = [
            number
            for values in row.figures.values()
            for number in mean_and_spread(values)
        ]
        writer.writerow(
            [
                *row.labels.values(),
                *map(_number, numbers),
                _runs(row),
                _number(mean_and_spread(row.seconds)[0], 1),
            ]
        )
    return text.getvalue()


def write_tables(rows: Mapping[str, Row], out: Path) -> List[Path]:
    """Write ``table.md`` and ``table.csv``, each whole or not at all.

    Args:
        rows (Mapping[str, Row]): At least one.
        out (Path): Folder.

    Returns:
        list[Path]: The files.
    """
    files = {'table.md': markdown(rows), 'table.csv': as_csv(rows)}
    for name, text in files.items():
        with atomic_path(out / name) as temporary:
            temporary.write_text(text, encoding='utf-8')
    return [out / name for name in files]


def title(checkpoint: str, key: str) -> str:
    """Name of a column, such as ``AUC, last``.

    Args:
        checkpoint (str): 'last', 'best', 'test_last' or 'test_selected'.
        key (str): Such as ``anomaly/AUC``.
    """
    return f'{key.split("/", 1)[-1]}, {checkpoint}'


def _runs(row: Row) -> int:
    return len(next(iter(row.figures.values())))


def _number(value: float, digits: int = 6) -> str:
    return '' if np.isnan(value) else f'{value:.{digits}f}'
