"""Pack the segments of a config's training videos into one store.

Training then reads a few megabytes a video instead of all its features.
Packing that was stopped goes on where it was. Several runs share the videos by
--shard, on any machines that have those videos' features; training reads their
stores as one.
"""

import argparse
import os

from rich.progress import track

from ..apis.packing import pack_config
from ..apis.running import load_config
from ..datasets.joined_store import shard_folder
from ..datasets.segment_packing import DTYPES
from ..io.walking import list_folder
from .one_line import errors_in_one_line
from .options import add_config, add_shard, command_parser, shard_of


def make_parser() -> argparse.ArgumentParser:
    """Make the command's parser."""
    parser = command_parser(__doc__)
    add_config(parser)
    parser.add_argument(
        '--out',
        metavar='DIR',
        help='folder of the store; else the one that the config names',
    )
    parser.add_argument(
        '--dtype',
        choices=DTYPES,
        default='float32',
        help='of the segments; default: %(default)s',
    )
    add_shard(parser)
    return parser


def main(argv=None) -> None:
    """Pack.

    Args:
        argv (list[str], optional): Arguments. Defaults to None, those of the
            process.
    """
    args = make_parser().parse_args(argv)
    with errors_in_one_line(
        'pack',
        OSError,
        ValueError,
        KeyError,
        interrupted='interrupted; the same command goes on',
    ):
        shard = shard_of(args)
        store, written, kept = pack_config(
            # A store of which C would be read need not be there yet.
            load_config(args.config, fill_channels=False),
            args.out,
            args.dtype,
            lambda rows: track(rows, 'packing'),
            shard,
        )
    part, where = store, store
    if shard is not None:
        part, where = (
            str(shard_folder(store, shard)),
            f'{store}, shard {shard}',
        )
    print(
        f'{where}: {written} videos packed, {kept} were there, '
        f'{_size(part) / 2**20:.1f} MB'
    )
    print(
        'Train from it with train_dataloader.dataset.dataset.store='
        f'{os.path.abspath(store)}'
    )


def _size(folder: str) -> int:
    return sum(
        path.stat().st_size for path in list_folder(folder, hidden=True)
    )
