"""Mean and standard deviation over the runs of several seeds."""

import argparse
from pathlib import Path

from rich.console import Console
from rich.table import Table

from ..evaluation.summary import HELD_OUT, summarize_results
from .one_line import errors_in_one_line
from .options import command_parser

CHOSEN = 'best: chosen on the data that it is reported on'
SELECTED = 'test_selected: chosen on held-out training videos'


def make_parser() -> argparse.ArgumentParser:
    """Make the command's parser."""
    parser = command_parser(__doc__)
    parser.add_argument(
        'results', nargs='+', type=Path, help='result.json of each run'
    )
    parser.add_argument(
        '--keys',
        nargs='+',
        metavar='NAME',
        default=['anomaly/AUC', 'anomaly/AP'],
        help='figures to summarize; default: %(default)s',
    )
    return parser


def main(argv=None) -> None:
    """Print a table.

    Args:
        argv (list[str], optional): Arguments. Defaults to None, those of the
            process.
    """
    args = make_parser().parse_args(argv)
    with errors_in_one_line('summarize'):
        summary = summarize_results(args.results, args.keys)
    held_out = any(which in HELD_OUT for which, _ in summary)
    table = Table(
        'checkpoint',
        'figure',
        'mean',
        'std',
        'runs',
        caption=SELECTED if held_out else CHOSEN,
    )
    for (which, key), values in summary.items():
        # The sample's deviation: the runs are a sample of the seeds.
        spread = values.std(ddof=1) if len(values) > 1 else float('nan')
        table.add_row(
            which,
            key,
            f'{values.mean():.4f}',
            f'{spread:.4f}',
            ' '.join(f'{value:.4f}' for value in values),
        )
    Console().print(table)
