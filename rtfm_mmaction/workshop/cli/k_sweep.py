"""AUC against k, the selected snippets, and m, the margin.

Trains with each k and each margin and writes table.md, table.csv and
chart.png.
"""

import argparse

from ...cli.options import add_config
from ..experiments.k_sweep import k_sweep
from .experiment_options import experiment_parser, run_tool


def make_parser() -> argparse.ArgumentParser:
    """Make the command's parser."""
    parser = experiment_parser(__doc__)
    add_config(parser, also='of RTFM')
    parser.add_argument(
        '--k',
        type=int,
        nargs='+',
        default=[1, 2, 3, 5],
        help='selected snippets (default: 1 2 3 5)',
    )
    parser.add_argument(
        '--margin',
        type=float,
        nargs='+',
        default=[50.0, 100.0, 200.0],
        help='(default: 50 100 200)',
    )
    return parser


def main(argv=None) -> int:
    """Run the tool; returns the exit code, 1 if a run failed.

    Args:
        argv (list[str], optional): Arguments. Defaults to None, those of the
            process.
    """
    args = make_parser().parse_args(argv)
    return run_tool(
        'k_sweep',
        args,
        lambda: k_sweep(
            args.config, args.k, args.margin, args.seeds, args.cfg_options
        ),
        argv,
    )
