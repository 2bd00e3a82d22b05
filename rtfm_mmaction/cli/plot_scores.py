"""Draw the predictions of a test run: scores, magnitudes, ROC and PR curve."""

import argparse

from ..visualization.plot_run import FORMATS, plot_run


def parse_args(argv=None) -> argparse.Namespace:
    """Read the command line.

    Args:
        argv (list[str], optional): Arguments. Defaults to None, those of the
            process.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        'predictions', help='JSON file that tools/test.py --dump wrote'
    )
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
    return parser.parse_args(argv)


def main(argv=None) -> None:
    """Run the tool.

    Args:
        argv (list[str], optional): Arguments. Defaults to None, those of the
            process.
    """
    args = parse_args(argv)
    try:
        written = plot_run(
            args.predictions,
            args.out,
            args.videos,
            args.format,
            args.limit,
            args.overview_limit,
        )
    except (FileNotFoundError, ValueError) as error:
        raise SystemExit(f'plot_scores: {error}') from None
    print(f'{args.out}: {len(written)} pictures')
