"""Learn S3R's dictionary from the normal training videos of a config.

S3R compares each video with what normal ones have in common. That is learned
here, once, before the training. A run that was stopped goes on where it was.
"""

import argparse

from rich.progress import track

from ..apis.dictionary import make_dictionary
from ..apis.running import load_config
from .one_line import errors_in_one_line
from .options import add_cfg_options, add_config, command_parser


def make_parser() -> argparse.ArgumentParser:
    """Make the command's parser."""
    parser = command_parser(__doc__)
    add_config(parser)
    parser.add_argument(
        '--out',
        metavar='FILE.npy',
        help='default: what model.neck.dictionary of the config says',
    )
    add_cfg_options(parser)
    return parser


def main(argv=None) -> None:
    """Learn.

    Args:
        argv (list[str], optional): Arguments. Defaults to None, those of the
            process.
    """
    args = make_parser().parse_args(argv)
    with errors_in_one_line(
        'dictionary',
        OSError,
        ValueError,
        KeyError,
        interrupted='interrupted; the same command goes on',
    ):
        made = make_dictionary(
            load_config(
                args.config, cfg_options=args.cfg_options, fill_channels=False
            ),
            args.out,
            lambda videos: track(videos, 'reading normal videos'),
        )
    print(
        f'{made.path}: {made.num_rows} rows of {made.num_videos} normal '
        f'videos, {made.num_videos - made.num_read} of which were read before'
    )
