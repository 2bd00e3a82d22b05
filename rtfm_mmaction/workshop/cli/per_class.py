"""Draw the AUC of each class of anomaly under two or more methods."""

import argparse
from pathlib import Path

from rich.console import Console
from rich.table import Table

from ...cli.one_line import errors_in_one_line
from ...cli.options import add_predictions, command_parser
from ...visualization.saving import save_figure
from ..charts.class_chart import class_figure
from ..experiments.per_class import FIGURES, compare_classes
from .experiment_options import add_picture


def make_parser() -> argparse.ArgumentParser:
    """Make the command's parser."""
    parser = command_parser(__doc__)
    add_predictions(parser, also='more than one of the same videos', nargs='+')
    parser.add_argument(
        '--names',
        nargs='+',
        help='of the methods, one a file (default: the names of the files)',
    )
    add_picture(parser)
    parser.add_argument(
        '--figure', choices=FIGURES, default='AUC', help='(default: AUC)'
    )
    parser.add_argument(
        '--alone',
        action='store_true',
        help="judge the frames of a class's videos alone, as rtfm test "
        'reports them; else all normal videos stand beside them',
    )
    return parser


def parse_args(argv=None) -> argparse.Namespace:
    """Read the command line.

    Args:
        argv (list[str], optional): Arguments. Defaults to None, those of the
            process.
    """
    parser = make_parser()
    args = parser.parse_args(argv)
    if args.names is None:
        args.names = [Path(path).stem for path in args.predictions]
    if len(args.names) != len(args.predictions):
        parser.error(
            f'--names: found {len(args.names)}, expected '
            f'{len(args.predictions)}, one for each file'
        )
    return args


def main(argv=None) -> None:
    """Compare, print and draw.

    Args:
        argv (list[str], optional): Arguments. Defaults to None, those of the
            process.
    """
    args = parse_args(argv)
    with errors_in_one_line('per_class'):
        values = compare_classes(args.predictions, args.figure, not args.alone)
    table = Table('class', *args.names, title=f'frame-level {args.figure}')
    for name, row in values.items():
        table.add_row(name, *(f'{value:.4f}' for value in row))
    Console().print(table)
    picture = class_figure(
        values, args.names, args.figure, chance=args.figure == 'AUC'
    )
    save_figure(picture, args.out)
    print(args.out)
