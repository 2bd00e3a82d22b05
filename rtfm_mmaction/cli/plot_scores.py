"""Draw the predictions of a test run: scores, magnitudes, ROC and PR curve."""

import argparse

from ..visualization.plot_run import FORMATS, plot_run
from .one_line import errors_in_one_line
from .options import add_predictions, command_parser


def make_parser() -> argparse.ArgumentParser:
    """Make the command's parser."""
    parser = command_parser(__doc__)
    add_predictions(parser)
    parser.add_argument('--out', required=True, help='folder for pictures')
    parser.add_argument(
        '--videos',
        nargs='+',
        metavar='NAME',
        help='videos to draw (default: the first ones, abnormal and normal '
        'in turns)',
    )
    parser.add_argument(
        '--limit',
        type=int,
        default=24,
        help='most videos to draw without --videos (default: 24)',
    )
    parser.add_argument(
        '--overview-limit',
        type=int,
        default=12,
        help='most videos of the overview (default: 12)',
    )
    parser.add_argument(
        '--format', choices=FORMATS, default='png', help='(default: png)'
    )
    return parser


def main(argv=None) -> None:
    """Run the tool.

    Args:
        argv (list[str], optional): Arguments. Defaults to None, those of the
            process.
    """
    args = make_parser().parse_args(argv)
    with errors_in_one_line('plot_scores'):
        written = plot_run(
            args.predictions,
            args.out,
            args.videos,
            args.format,
            args.limit,
            args.overview_limit,
        )
    print(f'{args.out}: {len(written)} pictures')
