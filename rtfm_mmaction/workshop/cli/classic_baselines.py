"""Support vector machines on a config's data, by the config's metric."""

import argparse

from rich.console import Console
from rich.table import Table

from ...apis.running import load_config
from ...cli.one_line import errors_in_one_line
from ...cli.options import add_cfg_options, add_config, command_parser
from ..experiments.classic import METHODS, evaluate_classic


def make_parser() -> argparse.ArgumentParser:
    """Make the command's parser."""
    parser = command_parser(__doc__)
    add_config(parser, also='of a model of features')
    parser.add_argument(
        '--method',
        choices=METHODS,
        required=True,
        help='linear-svm learns from the mean of each training video, '
        'one-class-svm from the snippets of the normal ones',
    )
    parser.add_argument('--seed', type=int, default=0, help='(default: 0)')
    parser.add_argument(
        '--max-snippets',
        type=int,
        default=10000,
        help='normal snippets that one-class-svm learns from, chosen at '
        'random; its time grows with their square (default: 10000)',
    )
    parser.add_argument(
        '--out',
        metavar='FILE.json',
        help='write the predictions, as rtfm test --dump does',
    )
    add_cfg_options(parser)
    return parser


def parse_args(argv=None) -> argparse.Namespace:
    """Read the command line.

    Args:
        argv (list[str], optional): Arguments. Defaults to None, those of the
            process.
    """
    parser = make_parser()
    args = parser.parse_args(argv)
    if args.out and not args.out.endswith('.json'):
        parser.error(
            '--out writes JSON: expected a name that ends in .json, '
            f'found {args.out}'
        )
    return args


def main(argv=None) -> dict:
    """Fit, evaluate and print; returns the figures.

    Args:
        argv (list[str], optional): Arguments. Defaults to None, those of the
            process.
    """
    args = parse_args(argv)
    with errors_in_one_line(
        'classic_baselines', OSError, ValueError, KeyError
    ):
        config = load_config(
            args.config, args.cfg_options, fill_channels=False
        )
        figures = evaluate_classic(
            config,
            args.method,
            args.seed,
            args.max_snippets,
            args.out,
            dict(config=args.config, method=args.method, seed=args.seed),
        )
    table = Table('figure', args.method)
    for name, value in figures.items():
        table.add_row(name, f'{value:.4f}')
    Console().print(table)
    return figures
