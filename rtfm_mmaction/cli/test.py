"""Test a checkpoint; the arguments are those of mmaction2's tools/test.py."""

import argparse
import os
import os.path as osp

from mmengine.config import DictAction

from ..apis.running import build_runner, leave_distributed, load_config


def parse_args(argv=None):
    """Parse the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('config', help='config file')
    parser.add_argument('checkpoint', help='checkpoint file')
    parser.add_argument('--work-dir', help='folder of the log')
    parser.add_argument(
        '--dump',
        metavar='FILE.json',
        help='write scores, magnitudes and ground truth of each video; '
        'tools/analysis/plot_scores.py draws them',
    )
    parser.add_argument(
        '--cfg-options',
        nargs='+',
        action=DictAction,
        help='override config keys: key=value, nested.key=value',
    )
    parser.add_argument(
        '--launcher',
        choices=['none', 'pytorch', 'slurm', 'mpi'],
        default='none',
    )
    parser.add_argument('--local_rank', '--local-rank', type=int, default=0)
    args = parser.parse_args(argv)
    if args.dump and not args.dump.endswith('.json'):
        parser.error(
            f'--dump writes JSON: expected a name that ends in .json,'
            f' found {args.dump}'
        )
    os.environ.setdefault('LOCAL_RANK', str(args.local_rank))
    return args


def main(argv=None) -> dict:
    """Test; returns the figures."""
    args = parse_args(argv)
    config = load_config(
        args.config, args.cfg_options, args.work_dir, args.launcher
    )
    config.load_from = args.checkpoint
    if args.dump:
        config.test_evaluator.out_file = args.dump
        config.test_evaluator.run_info = dict(
            config=args.config, checkpoint=osp.basename(args.checkpoint)
        )
    figures = build_runner(config).test()
    leave_distributed()
    return figures
