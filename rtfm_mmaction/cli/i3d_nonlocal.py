"""Convert the PyTorch port of the video-nonlocal-net I3D for mmaction2.

The checkpoint fits configs/features/i3d-r50-released_kinetics400_10crop.py,
with non-local blocks i3d-r50-nl-released_kinetics400_10crop.py, and, but for
their pooling, mmaction2's own I3D ResNet-50.
"""

import argparse

from ..models.backbones.nonlocal_weights import convert_checkpoint
from .one_line import errors_in_one_line
from .options import command_parser


def make_parser() -> argparse.ArgumentParser:
    """Make the command's parser."""
    parser = command_parser(__doc__)
    parser.add_argument('source', metavar='IN.pth')
    parser.add_argument('target', metavar='OUT.pth')
    parser.add_argument(
        '--reverse',
        action='store_true',
        help='from a checkpoint of mmaction2 to the names of the port',
    )
    return parser


def main(argv=None) -> None:
    """Convert.

    Args:
        argv (list[str], optional): Arguments. Defaults to None, those of the
            process.
    """
    args = make_parser().parse_args(argv)
    with errors_in_one_line('i3d_nonlocal'):
        count = convert_checkpoint(args.source, args.target, args.reverse)
    print(f'{args.target}: {count} tensors')
