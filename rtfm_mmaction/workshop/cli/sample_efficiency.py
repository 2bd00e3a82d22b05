"""The RTFM paper's Figure 4 on any data: few abnormal training videos.

Each method is trained on drawn parts of the abnormal videos and all normal
ones; a seed's larger parts contain its smaller ones. Writes table.md,
table.csv and chart.png: a curve for each method, seeds as a band.
"""

import argparse

from ...cli.options import add_config
from ..experiments.sample_efficiency import sample_efficiency
from .experiment_options import experiment_parser, run_tool


def make_parser() -> argparse.ArgumentParser:
    """Make the command's parser."""
    parser = experiment_parser(__doc__)
    add_config(
        parser,
        'configs',
        also='one of each method, over the same data',
        nargs='+',
        metavar='config',
    )
    parser.add_argument(
        '--counts',
        type=int,
        nargs='+',
        required=True,
        help='numbers of abnormal training videos',
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
        'sample_efficiency',
        args,
        lambda: sample_efficiency(
            args.configs, args.counts, args.seeds, args.cfg_options
        ),
        argv,
    )
