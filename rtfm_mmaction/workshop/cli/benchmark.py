"""Measure speed as ratios in one run; run it on an idle machine."""

import argparse
import json
import platform
from importlib.util import find_spec
from typing import Dict

import torch
from mmengine.registry import init_default_scope
from rich.console import Console
from rich.table import Table

from ...cli.options import command_parser
from ...io.frame_counts import read_frame_counts
from ..benchmark import (
    measure_extraction,
    measure_extraction_memory,
    measure_fit,
    measure_loading,
    measure_long_video,
    measure_methods,
    measure_metric,
    measure_ray,
    measure_scoring,
    measure_shard_balance,
    measure_store_training,
    measure_training,
)
from ..benchmark.extraction import CROPS, NETWORKS

SECTIONS = (
    'training',
    'loading',
    'store',
    'metric',
    'extraction',
    'memory',
    'scoring',
    'long-video',
    'methods',
    'fit',
)
# Of many machines, and so not among what is measured by default.
SCALE = 'scale'


def make_parser() -> argparse.ArgumentParser:
    """Make the command's parser."""
    parser = command_parser(__doc__)
    parser.add_argument('--repeats', type=int, default=3)
    parser.add_argument(
        '--channels', type=int, default=2048, help='C of the features'
    )
    parser.add_argument(
        '--videos',
        type=int,
        default=1610,
        help='training videos of the store, UCF-Crime has 1610',
    )
    parser.add_argument(
        '--snippets',
        type=int,
        default=16,
        help='length of the video of extraction and scoring, in snippets of '
        '16 frames',
    )
    parser.add_argument(
        '--crops',
        type=int,
        nargs='+',
        choices=sorted(CROPS),
        default=sorted(CROPS),
        help='of extraction; default: each of %(default)s',
    )
    parser.add_argument(
        '--minutes',
        type=int,
        default=60,
        help='length of the long video for the memory of extraction',
    )
    parser.add_argument(
        '--network',
        choices=sorted(NETWORKS),
        default='i3d-r50',
        help='of extraction; default: %(default)s',
    )
    parser.add_argument(
        '--weights',
        help='checkpoint of that network; default: random weights, as fast, '
        'but features differ otherwise',
    )
    parser.add_argument(
        '--only',
        nargs='+',
        choices=(*SECTIONS, SCALE),
        default=SECTIONS,
        help='what to measure; default: all of it but scale',
    )
    parser.add_argument(
        '--frame-counts',
        metavar='FILE.csv',
        help='of scale: a table with columns video and frames, to share '
        'among many',
    )
    parser.add_argument(
        '--ray-videos',
        nargs='+',
        default=(),
        metavar='VIDEO',
        help='of scale: files or folders that are extracted with and without '
        'Ray, where it is installed; default: some that are made',
    )
    parser.add_argument('--json', help='file to write the figures to as well')
    return parser


def measure_scale(args: argparse.Namespace) -> Dict[str, float]:
    """Measure Ray, and how even shards are where lengths are given.

    Args:
        args (argparse.Namespace): Of the command.
    """
    figures = measure_ray(
        args.network,
        args.weights,
        args.ray_videos,
        args.snippets,
        args.repeats,
    )
    if args.frame_counts is not None:
        frames = read_frame_counts(args.frame_counts)
        figures.update(measure_shard_balance(frames))
    return figures


def main(argv=None) -> None:
    """Measure and print.

    Args:
        argv (list[str], optional): Arguments. Defaults to None, those of the
            process.
    """
    parser = make_parser()
    args = parser.parse_args(argv)
    if (
        SCALE in args.only
        and args.frame_counts is None
        and find_spec('ray') is None
    ):
        parser.error('scale: expected --frame-counts or Ray, found neither')
    init_default_scope('mmaction')
    measure = {
        'training': lambda: measure_training(
            channels=args.channels, repeats=args.repeats
        ),
        'loading': lambda: measure_loading(
            channels=args.channels, repeats=args.repeats
        ),
        'store': lambda: measure_store_training(
            videos=args.videos, channels=args.channels
        ),
        'metric': lambda: measure_metric(repeats=args.repeats),
        'extraction': lambda: measure_extraction(
            args.network, args.weights, args.snippets, args.crops
        ),
        'memory': lambda: measure_extraction_memory(args.minutes),
        'scoring': lambda: measure_scoring(args.snippets, args.repeats),
        'long-video': lambda: measure_long_video(args.channels),
        'methods': lambda: measure_methods(args.channels, args.repeats),
        'fit': lambda: measure_fit(),
        SCALE: lambda: measure_scale(args),
    }
    figures = {}
    for section in args.only:
        figures.update(measure[section]())
    table = Table(
        title=f'torch {torch.__version__}, {platform.machine()}, '
        f'{torch.get_num_threads()} threads'
    )
    table.add_column('what')
    table.add_column('figure', justify='right')
    for name, value in figures.items():
        table.add_row(name, f'{value:.3g}')
    Console().print(table)
    if args.json:
        with open(args.json, 'w') as file:
            json.dump(figures, file, indent=1)
