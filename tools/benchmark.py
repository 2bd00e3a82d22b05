"""Measure speed as ratios in one run; run it on an idle machine."""
import argparse
import json
import platform

import torch
from mmengine.registry import init_default_scope
from rich.console import Console
from rich.table import Table

import rtfm_mmaction  # noqa: F401  repairs the stack, registers components
from rtfm_mmaction.benchmark import (measure_loading, measure_metric,
                                     measure_store_training, measure_training)


def main(argv=None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--repeats', type=int, default=3)
    parser.add_argument(
        '--channels', type=int, default=2048, help='C of the features')
    parser.add_argument(
        '--videos',
        type=int,
        default=1610,
        help='training videos of the store, UCF-Crime has 1610')
    parser.add_argument('--json', help='file to write the figures to as well')
    args = parser.parse_args(argv)
    init_default_scope('mmaction')
    figures = measure_training(channels=args.channels, repeats=args.repeats)
    figures.update(
        measure_loading(channels=args.channels, repeats=args.repeats))
    figures.update(
        measure_store_training(videos=args.videos, channels=args.channels))
    figures.update(measure_metric(repeats=args.repeats))
    table = Table(title=f'torch {torch.__version__}, {platform.machine()}, '
                  f'{torch.get_num_threads()} threads')
    table.add_column('what')
    table.add_column('figure', justify='right')
    for name, value in figures.items():
        table.add_row(name, f'{value:.3f}')
    Console().print(table)
    if args.json:
        with open(args.json, 'w') as file:
            json.dump(figures, file, indent=1)


if __name__ == '__main__':
    main()
