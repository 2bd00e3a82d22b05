"""Draw random splits of a small data set into training and test videos."""

import argparse
from pathlib import Path

from ...cli.one_line import errors_in_one_line
from ...cli.options import command_parser
from ..random_splits import write_splits


def make_parser() -> argparse.ArgumentParser:
    """Make the command's parser."""
    parser = command_parser(__doc__)
    parser.add_argument(
        'annotations',
        nargs='+',
        help='annotation files of all videos, which tell all intervals',
    )
    parser.add_argument(
        '--abnormal', type=int, required=True, help='training videos'
    )
    parser.add_argument(
        '--normal', type=int, required=True, help='training videos'
    )
    parser.add_argument(
        '--count', type=int, default=10, help='of splits (default: 10)'
    )
    parser.add_argument(
        '--out',
        type=Path,
        required=True,
        help='folder for 0/train.json, 0/test.json, 1/…',
    )
    return parser


def main(argv=None) -> None:
    """Run the tool.

    Args:
        argv (list[str], optional): Arguments. Defaults to None, those of the
            process.
    """
    args = make_parser().parse_args(argv)
    with errors_in_one_line('random_splits'):
        folders = write_splits(
            args.annotations, args.out, args.count, args.abnormal, args.normal
        )
    print(
        f'{args.out}: {len(folders)} splits of {args.abnormal} abnormal and '
        f'{args.normal} normal training videos'
    )
