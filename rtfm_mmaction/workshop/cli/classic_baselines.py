"""Support vector machines on a config's data, by the config's metric."""

import argparse

from mmengine.config import DictAction
from rich.console import Console
from rich.table import Table

from ...apis.running import load_config
from ..experiments.classic import METHODS, evaluate_classic


def parse_args(argv=None) -> argparse.Namespace:
    """Read the command line.

    Args:
        argv (list[str], optional): Arguments. Defaults to None, those of the
            process.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('config', help='config file of a model of features')
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
        help='write the predictions, as tools/test.py --dump does',
    )
    parser.add_argument(
        '--cfg-options',
        nargs='+',
        action=DictAction,
        help='override config keys: key=value, nested.key=value',
    )
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
    try:
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
    except (OSError, ValueError) as error:
        raise SystemExit(f'classic_baselines: {error}') from None
    table = Table('figure', args.method)
    for name, value in figures.items():
        table.add_row(name, f'{value:.4f}')
    Console().print(table)
    return figures
