"""Pack the segments of a config's training videos into one store.

Training then reads a few megabytes a video instead of all its features.
Packing that was stopped goes on where it was.
"""

import argparse
import os

from rich.progress import track

from ..apis.packing import pack_config
from ..apis.running import load_config
from ..datasets.segment_packing import DTYPES


def main(argv=None) -> None:
    """Pack."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('config', help='config of the training')
    parser.add_argument(
        '--out',
        metavar='DIR',
        help='folder of the store; else the one that the config names',
    )
    parser.add_argument('--dtype', choices=DTYPES, default='float32')
    args = parser.parse_args(argv)
    try:
        store, written, kept = pack_config(
            load_config(args.config),
            args.out,
            args.dtype,
            lambda rows: track(rows, 'packing'),
        )
    except (OSError, ValueError, KeyError) as error:
        raise SystemExit(f'{args.config}: {error}') from None
    print(
        f'{store}: {written} videos packed, {kept} were there, '
        f'{_size(store) / 2**20:.1f} MB'
    )
    print(
        'Train from it with train_dataloader.dataset.dataset.store='
        f'{os.path.abspath(store)}'
    )


def _size(folder: str) -> int:
    return sum(entry.stat().st_size for entry in os.scandir(folder))
