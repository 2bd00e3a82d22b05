"""A report as a table."""

from functools import partial
from typing import Callable, List, Optional, Tuple

from rich.console import Console
from rich.table import Table
from rich.text import Text

from ...io.names import printable
from .report import Report, Subset

Row = Tuple[str, Callable[[Subset], str]]


def print_report(report: Report) -> None:
    """Print figures, notes, findings and the verdict to the terminal.

    Args:
        report (Report): What a check has found.
    """
    console = Console()
    if report.subsets:
        console.print(table_of(report))
    lines = [f'note: {note}' for note in report.notes] + report.lines()
    for line in map(printable, lines):
        # Neither are brackets in names markup, nor are lines to be broken.
        console.print(
            line, markup=False, highlight=False, soft_wrap=True, emoji=False
        )
    console.print(report.verdict, highlight=False)


def table_of(report: Report) -> Table:
    """A column a subset, a row a figure."""
    table = Table()
    table.add_column('')
    for subset in report.subsets:
        table.add_column(Text(printable(subset.name)), justify='right')
    for name, show in _rows(report):
        cells = [show(subset) for subset in report.subsets]
        if set(cells) != {'-'}:
            table.add_row(*(Text(printable(cell)) for cell in [name, *cells]))
    return table


def _rows(report: Report) -> List[Row]:
    rows: List[Row] = [
        ('data set', lambda s: s.dataset or '-'),
        ('videos', lambda s: str(s.abnormal + s.normal)),
        ('  abnormal', lambda s: str(s.abnormal)),
        ('  normal', lambda s: str(s.normal)),
    ]
    classes = sorted({kind for s in report.subsets for kind in s.classes})
    rows += [
        (f'  class {kind}', partial(_videos_of_class, kind=kind))
        for kind in classes
    ]
    rows += [
        ('with usable features', lambda s: str(s.sound)),
        (
            'T min, median, max',
            lambda s: _listed([f'{length:g}' for length in s.snippets or ()]),
        ),
        ('crops', lambda s: _listed(s.crops)),
        ('C', lambda s: _listed(s.channels)),
    ]
    if report.values:
        rows += [
            ('dtype', lambda s: _listed(s.dtypes)),
            ('magnitude', lambda s: _magnitudes(s, 'mean', 'std', ' ± ')),
            ('  min, max', lambda s: _magnitudes(s, 'min', 'max')),
            (
                '  mean abnormal, normal',
                lambda s: _magnitudes(s, 'abnormal', 'normal'),
            ),
        ]
    rows += [
        ('ground truth frames', lambda s: _number(s.frames)),
        ('  abnormal', lambda s: _number(s.abnormal_frames)),
    ]
    kinds = [
        'missing',
        'unreadable',
        'shape',
        'ground truth',
        'label against name',
        'overlap',
    ]
    kinds += ['not finite', 'constant', 'duplicate'] if report.values else []
    kinds += [finding.kind for finding in report.findings if finding.subset]
    rows += [
        (kind, partial(_findings_of_kind, report=report, kind=kind))
        for kind in dict.fromkeys(kinds)
    ]
    return rows


def _videos_of_class(subset: Subset, kind: str) -> str:
    return str(subset.classes.get(kind, 0))


def _findings_of_kind(subset: Subset, report: Report, kind: str) -> str:
    return str(
        sum(
            (finding.kind, finding.subset) == (kind, subset.name)
            for finding in report.findings
        )
    )


def _listed(items: list) -> str:
    return ', '.join(map(str, items)) or '-'


def _number(value: Optional[int]) -> str:
    return '-' if value is None else str(value)


def _magnitudes(subset: Subset, one: str, other: str, by: str = ', ') -> str:
    figures = subset.magnitudes or {}
    values = [figures.get(key) for key in (one, other)]
    if values == [None, None]:
        return '-'
    return by.join('-' if v is None else f'{v:.4g}' for v in values)
