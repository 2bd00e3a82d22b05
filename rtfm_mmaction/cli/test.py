"""Test a checkpoint; the arguments are those of mmaction2's tools/test.py."""

import argparse
import os
import os.path as osp

from ..apis.config_names import read_config
from ..apis.digests import digest_of
from ..apis.loading import load_detector
from ..apis.made_with import MadeWith
from ..apis.running import build_runner, leave_distributed, load_config
from ..io.fetching import CheckpointError
from .one_line import errors_in_one_line
from .options import (
    add_cfg_options,
    add_checkpoint,
    add_config,
    add_launcher,
    command_parser,
)


def make_parser() -> argparse.ArgumentParser:
    """Make the command's parser."""
    parser = command_parser(__doc__)
    add_config(parser)
    add_checkpoint(parser)
    parser.add_argument('--work-dir', help='folder of the log')
    parser.add_argument(
        '--dump',
        metavar='FILE.json',
        help='write scores, magnitudes and ground truth of each video; '
        'rtfm plot-scores draws them',
    )
    add_cfg_options(parser)
    add_launcher(parser, 'mpi')
    return parser


def parse_args(argv=None) -> argparse.Namespace:
    """Read the command line.

    Args:
        argv (list[str], optional): Arguments. Defaults to None, those of the
            process.
    """
    parser = make_parser()
    args = parser.parse_args(argv)
    if args.dump and not args.dump.endswith('.json'):
        parser.error(
            f'--dump writes JSON: expected a name that ends in .json,'
            f' found {args.dump}'
        )
    os.environ.setdefault('LOCAL_RANK', str(args.local_rank))
    return args


def main(argv=None) -> dict:
    """Test; returns the figures.

    Args:
        argv (list[str], optional): Arguments. Defaults to None, those of the
            process.
    """
    args = parse_args(argv)
    with errors_in_one_line('test', OSError, ValueError, KeyError):
        config = load_config(
            read_config(args.config, 'model', 'test_dataloader'),
            args.cfg_options,
            args.work_dir,
            args.launcher,
        )
    config.load_from = args.checkpoint
    if args.dump:
        config.test_evaluator.out_file = args.dump
        with errors_in_one_line('test', OSError, ValueError):
            detector = load_detector(config, args.checkpoint)
        config.test_evaluator.run_info = dict(
            config=args.config,
            checkpoint=osp.basename(args.checkpoint),
            made_with=MadeWith(digest_of(detector)).to_dict(),
        )
    with errors_in_one_line('test', OSError, CheckpointError):
        figures = build_runner(config).test()
    leave_distributed()
    return figures
