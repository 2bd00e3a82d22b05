"""The RTFM paper's Figure 4 on any data: few abnormal training videos.

Each method is trained on drawn parts of the abnormal videos and all normal
ones; a seed's larger parts contain its smaller ones. Writes table.md,
table.csv and chart.png: a curve for each method, seeds as a band.
"""

from ..experiments.sample_efficiency import sample_efficiency
from .experiment_options import experiment_parser, run_tool


def main(argv=None) -> int:
    """Run the tool; returns the exit code, 1 if a run failed.

    Args:
        argv (list[str], optional): Arguments. Defaults to None, those of the
            process.
    """
    parser = experiment_parser(__doc__)
    parser.add_argument(
        'configs',
        nargs='+',
        metavar='config',
        help='config file of each method, over the same data',
    )
    parser.add_argument(
        '--counts',
        type=int,
        nargs='+',
        required=True,
        help='numbers of abnormal training videos',
    )
    args = parser.parse_args(argv)
    return run_tool(
        'sample_efficiency',
        args,
        lambda: sample_efficiency(
            args.configs, args.counts, args.seeds, args.cfg_options
        ),
        argv,
    )
