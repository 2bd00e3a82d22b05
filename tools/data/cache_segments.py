"""Cache the segments of a config's training videos, to load them faster.

Then train with train_dataloader.dataset.dataset.data_prefix.features=<OUT>
and train_dataloader.dataset.dataset.layout=packed.
"""
import argparse
from pathlib import Path

from mmaction.registry import DATASETS
from mmengine.registry import init_default_scope
from rich.progress import track

import rtfm_mmaction  # noqa: F401  repairs the stack, registers components
from rtfm_mmaction.apis import load_config
from rtfm_mmaction.datasets.segment_cache import cache_segments


def main(argv=None) -> None:
    """Cache."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('config', help='config of the training')
    parser.add_argument('--out', type=Path, required=True, help='folder')
    parser.add_argument('--num-segments', type=int, default=32)
    args = parser.parse_args(argv)
    config = load_config(args.config)
    init_default_scope(config.default_scope)
    dataset = DATASETS.build(config.train_dataloader.dataset.dataset)
    written = cache_segments(dataset, args.out, args.num_segments, track)
    print(f'{args.out}: {written} written, {len(dataset) - written} there')


if __name__ == '__main__':
    main()
