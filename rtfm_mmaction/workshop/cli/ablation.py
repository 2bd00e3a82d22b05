"""The RTFM paper's Table 4 on any data: what each part of the method does.

Eight rows (baseline, PDC, TSA, magnitude learning, and what they are
together), each with several seeds, as table.md, table.csv and chart.png.
"""

import argparse

from ...cli.options import add_config
from ..experiments.ablation import ablation
from .experiment_options import experiment_parser, run_tool


def make_parser() -> argparse.ArgumentParser:
    """Make the command's parser."""
    parser = experiment_parser(__doc__)
    add_config(parser, also='of RTFM')
    return parser


def main(argv=None) -> int:
    """Run the tool; returns the exit code, 1 if a run failed.

    Args:
        argv (list[str], optional): Arguments. Defaults to None, those of the
            process.
    """
    args = make_parser().parse_args(argv)
    return run_tool(
        'ablation',
        args,
        lambda: ablation(args.config, args.seeds, args.cfg_options),
        argv,
    )
