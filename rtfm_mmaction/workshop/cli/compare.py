"""Compare configs over seeds, as they are and with keys changed.

Writes table.md, table.csv and chart.png: a row for each config, and for each
config with each variation.
"""

import argparse

from ...cli.options import add_config
from ..experiments.comparison import comparison
from .experiment_options import (
    add_variations,
    experiment_parser,
    run_tool,
)


def make_parser() -> argparse.ArgumentParser:
    """Make the command's parser."""
    parser = experiment_parser(__doc__)
    add_config(parser, nargs='+')
    add_variations(parser, 'each config once more with these keys changed')
    parser.add_argument(
        '--splits',
        metavar='FOLDER',
        help='folder below data_root that rtfm workshop random-splits made: '
        'the run of seed s takes the annotation files in FOLDER/s',
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
        'compare',
        args,
        lambda: comparison(
            args.config, args.seeds, args.cfg_options, args.vary, args.splits
        ),
        argv,
    )
