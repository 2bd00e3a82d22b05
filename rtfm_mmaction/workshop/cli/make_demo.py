"""Make a small data set of synthetic surveillance videos."""

import argparse

from ...cli.one_line import errors_in_one_line
from ..synthetic import DIFFICULTIES, make_demo


def make_parser() -> argparse.ArgumentParser:
    """Make the command's parser."""
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    parser.add_argument('--out', required=True, help='folder to fill')
    parser.add_argument('--seed', type=int, default=0, help='of everything')
    parser.add_argument(
        '--train', type=int, default=24, help='training videos'
    )
    parser.add_argument('--test', type=int, default=16, help='test videos')
    parser.add_argument(
        '--difficulty',
        choices=list(DIFFICULTIES),
        default='easy',
        help='how far events differ from walkers in speed and size',
    )
    return parser


def main(argv=None) -> None:
    """Run the tool.

    Args:
        argv (list[str], optional): Arguments. Defaults to None, those of the
            process.
    """
    args = make_parser().parse_args(argv)
    with errors_in_one_line('make_demo'):
        made, kept = make_demo(
            args.out, args.seed, args.train, args.test, args.difficulty
        )
    print(f'{args.out}: {made} videos made, {kept} were there')
