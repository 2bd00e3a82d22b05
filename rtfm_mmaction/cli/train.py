"""Train a detector; the arguments are those of mmaction2's tools/train.py."""

import argparse
import os
import sys

from mmengine.config import Config

from ..apis.checkpoint_selection import select_by_videos
from ..apis.config_names import read_config
from ..apis.running import (
    build_runner,
    is_first_process,
    leave_distributed,
    load_config,
    lock_run,
    refuse_bad_data,
    set_amp,
    set_channels,
    set_resume,
)
from .one_line import errors_in_one_line
from .options import (
    add_cfg_options,
    add_config,
    add_launcher,
    command_parser,
)


def make_parser() -> argparse.ArgumentParser:
    """Make the command's parser."""
    parser = command_parser(__doc__)
    add_config(parser)
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
        'rtfm check --no-values does: where files lie on slow '
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
    add_cfg_options(parser)
    add_launcher(parser, 'mpi')
    return parser


def main(argv=None) -> None:
    """Train.

    Args:
        argv (list[str], optional): Arguments. Defaults to None, those of the
            process.
    """
    args = make_parser().parse_args(argv)
    os.environ.setdefault('LOCAL_RANK', str(args.local_rank))
    with errors_in_one_line('train', OSError, ValueError, KeyError):
        config = configure(args)
    work_dir = config.work_dir
    interrupted = (
        'interrupted; the same command with --resume goes on from the last '
        f'checkpoint in {work_dir}, if there is one'
    )
    with (
        errors_in_one_line(
            'train',
            OSError,
            ValueError,
            where=work_dir,
            interrupted=interrupted,
        ),
        lock_run(work_dir, 'rtfm train', 'choose another --work-dir'),
    ):
        # With the lock: a run that ended just now has written its last.
        set_resume(config, args.resume)
        build_runner(config).train()
    leave_distributed()


def configure(args: argparse.Namespace) -> Config:
    """Make the config of the run.

    Args:
        args (argparse.Namespace): Of :func:`make_parser`.

    Returns:
        Config: Complete but for where it goes on, for data that were
        looked at.
    """
    config = load_config(
        read_config(args.config, 'model', 'train_dataloader'),
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
    words = select_by_videos(config)
    if words and is_first_process():
        print(words, file=sys.stderr)
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
    return config
