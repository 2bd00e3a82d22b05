"""Make a checkpoint that a method's authors released ours, or ours theirs.

Then: rtfm test CONFIG OUT.pth
"""

import argparse

from mmaction.registry import MODELS
from mmengine.registry import init_default_scope

from ..apis.running import load_config
from ..models.released_names.methods import METHODS
from ..models.released_weights import convert_released, restore_released
from .one_line import errors_in_one_line
from .options import add_config, command_parser


def make_parser() -> argparse.ArgumentParser:
    """Make the command's parser."""
    parser = command_parser(__doc__)
    parser.add_argument(
        'method',
        metavar='METHOD',
        choices=list(METHODS),
        help=', '.join(METHODS),
    )
    parser.add_argument('source', metavar='IN.pkl', help='file of the release')
    parser.add_argument(
        'target', metavar='OUT.pth', help='checkpoint to write'
    )
    add_config(parser, '--config', required=True)
    parser.add_argument(
        '--dictionary',
        metavar='FILE.npy',
        help="S3R's, which its release keeps in a file of its own; with "
        '--reverse it is written there',
    )
    parser.add_argument(
        '--reverse',
        action='store_true',
        help="from a checkpoint of ours to one for the authors' program",
    )
    return parser


def main(argv=None) -> None:
    """Convert.

    Args:
        argv (list[str], optional): Arguments. Defaults to None, those of the
            process.
    """
    args = make_parser().parse_args(argv)
    convert = restore_released if args.reverse else convert_released
    with errors_in_one_line('released', OSError, ValueError, KeyError):
        config = load_config(args.config)
        init_default_scope(config.default_scope)
        state = convert(
            METHODS[args.method],
            args.source,
            args.target,
            MODELS.build(config.model),
            args.dictionary,
        )
    numbers = sum(tensor.numel() for tensor in state.values())
    print(
        f'{args.target}: {len(state)} tensors, {numbers / 1e6:.2f} million '
        'numbers'
    )
