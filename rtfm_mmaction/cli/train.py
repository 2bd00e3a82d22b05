"""Train a detector; the arguments are those of mmaction2's tools/train.py."""

import argparse
import os

from mmengine.config import DictAction

from ..apis.running import (
    build_runner,
    leave_distributed,
    load_config,
    refuse_bad_data,
    set_amp,
    set_channels,
    set_resume,
)


def parse_args(argv=None):
    """Parse the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('config', help='config file')
    parser.add_argument('--work-dir', help='folder of logs and checkpoints')
    parser.add_argument(
        '--resume',
        nargs='?',
        const='auto',
        help='go on from a checkpoint; without a path from the latest one in '
        'the work directory, or from the start where there is none',
    )
    parser.add_argument(
        '--amp',
        action='store_true',
        help='mixed precision: AmpOptimWrapper on a GPU, bfloat16 on a CPU',
    )
    parser.add_argument(
        '--no-validate', action='store_true', help='train without validation'
    )
    parser.add_argument(
        '--no-check',
        action='store_true',
        help='do not look for faults of the data sets before training, as '
        'tools/data/check.py --no-values does: where files lie on slow '
        'storage and were checked before, or to train in spite of a fault '
        'that is told',
    )
    parser.add_argument(
        '--auto-scale-lr',
        action='store_true',
        help='scale the learning rate by actual over original batch size',
    )
    parser.add_argument(
        '--seed', type=int, help='random seed; wins over the config'
    )
    parser.add_argument(
        '--diff-rank-seed',
        action='store_true',
        help='give each rank a seed of its own',
    )
    parser.add_argument(
        '--deterministic',
        action='store_true',
        help='deterministic algorithms on a GPU',
    )
    parser.add_argument(
        '--cfg-options',
        nargs='+',
        action=DictAction,
        help='override config keys: key=value, nested.key=value, key="[a,b]"',
    )
    parser.add_argument(
        '--launcher',
        choices=['none', 'pytorch', 'slurm', 'mpi'],
        default='none',
    )
    parser.add_argument('--local_rank', '--local-rank', type=int, default=0)
    args = parser.parse_args(argv)
    os.environ.setdefault('LOCAL_RANK', str(args.local_rank))
    return args


def main(argv=None) -> None:
    """Train."""
    args = parse_args(argv)
    config = load_config(
        args.config,
        args.cfg_options,
        args.work_dir,
        args.launcher,
        fill_channels=False,
    )
    if args.no_validate:
        config.val_cfg = config.val_dataloader = config.val_evaluator = None
        config.default_hooks.checkpoint.pop('save_best', None)
    if not args.no_check:
        refuse_bad_data(config)
    set_channels(config)
    if args.amp:
        set_amp(config)
    if args.auto_scale_lr:
        config.auto_scale_lr.enable = True
    # In mmaction2's tool the config's seed wins over --seed.
    chosen = dict(
        seed=args.seed,
        diff_rank_seed=args.diff_rank_seed or None,
        deterministic=args.deterministic or None,
    )
    config.randomness = {
        'seed': None,
        **config.get('randomness', {}),
        **{key: value for key, value in chosen.items() if value is not None},
    }
    set_resume(config, args.resume)
    build_runner(config).train()
    leave_distributed()
