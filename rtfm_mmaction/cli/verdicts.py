"""Write verdicts on events, as a report's page saves them, for other tools:
CSV, ActivityNet's JSON, tasks for Label Studio, chapters as WebVTT.

What rtfm infer finds comes in the same forms by its --formats.
"""

import argparse
from pathlib import Path

from ..apis.exchange.verdict_files import VERDICT_FORMATS, write_verdict_files
from ..apis.verdicts import read_verdicts
from .one_line import errors_in_one_line
from .options import command_parser


def make_parser() -> argparse.ArgumentParser:
    """Make the command's parser."""
    parser = command_parser(__doc__)
    parser.add_argument(
        'verdicts', metavar='FILE', help='verdicts.json of a report'
    )
    parser.add_argument('--out', required=True, help='folder for the files')
    parser.add_argument(
        '--formats',
        nargs='+',
        choices=VERDICT_FORMATS,
        default=list(VERDICT_FORMATS),
        help='what to write; default: all',
    )
    parser.add_argument(
        '--fps',
        type=float,
        help='frames per second of all videos; default: what the files say, '
        '25 where they are not there',
    )
    return parser


def main(argv=None) -> None:
    """Run the tool.

    Args:
        argv (list[str], optional): Arguments. Defaults to None, those of the
            process.
    """
    args = make_parser().parse_args(argv)
    with errors_in_one_line('verdicts', OSError, ValueError):
        if args.fps is not None and not 0 < args.fps < float('inf'):
            raise ValueError(f'--fps: expected more than 0, found {args.fps}')
        out = Path(args.out)
        if out.exists() and not out.is_dir():
            raise ValueError(f'{out}: expected a folder, found a file')
        files = write_verdict_files(
            read_verdicts(args.verdicts), out, args.formats, args.fps
        )
    print(f'{len(files)} files are in {args.out}')
