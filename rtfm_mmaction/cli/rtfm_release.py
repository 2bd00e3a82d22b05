"""Make a checkpoint that RTFM's authors released ours.

Then: rtfm test CONFIG OUT.pth
"""

import argparse

from mmaction.registry import MODELS
from mmengine.registry import init_default_scope

from ..apis.running import load_config
from ..models.released_weights import convert_released
from .one_line import errors_in_one_line
from .options import add_config, command_parser


def make_parser() -> argparse.ArgumentParser:
    """Make the command's parser."""
    parser = command_parser(__doc__)
    parser.add_argument('source', metavar='IN.pkl', help='file of the release')
    parser.add_argument(
        'target', metavar='OUT.pth', help='checkpoint to write'
    )
    add_config(parser, '--config', required=True)
    return parser


def main(argv=None) -> None:
    """Convert.

    Args:
        argv (list[str], optional): Arguments. Defaults to None, those of the
            process.
    """
    args = make_parser().parse_args(argv)
    with errors_in_one_line('rtfm_release', OSError, ValueError, KeyError):
        config = load_config(args.config)
        init_default_scope(config.default_scope)
        tensors, numbers = convert_released(
            args.source, args.target, MODELS.build(config.model)
        )
    print(
        f'{args.target}: {tensors} tensors, {numbers / 1e6:.2f} million '
        'numbers'
    )
