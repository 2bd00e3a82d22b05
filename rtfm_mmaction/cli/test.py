"""Test a checkpoint; the arguments are those of mmaction2's tools/test.py."""

import argparse
import os
import os.path as osp

from ..apis.config_names import read_config
from ..apis.digests import digest_of
from ..apis.feature_match import refuse_other_features, untold
from ..apis.loading import load_detector
from ..apis.made_with import MadeWith
from ..apis.running import build_runner, leave_distributed, load_config
from ..datasets import WeakLabelDataset
from ..engine.detector_record import read_record
from ..io.checkpoints import load_checkpoint_safely
from ..io.printing import say
from ..models.contracts import scores_only_rank
from .one_line import errors_in_one_line
from .options import (
    add_cfg_options,
    add_checkpoint,
    add_config,
    add_launcher,
    add_other_features,
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
    add_other_features(parser)
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
    detector, only_rank = MadeWith(), False
    with errors_in_one_line('test', OSError, ValueError):
        if args.dump:
            config.test_evaluator.out_file = args.dump
            loaded = load_detector(config, args.checkpoint)
            trained_on = loaded.trained_on
            detector = MadeWith(digest_of(loaded))
            only_rank = scores_only_rank(loaded.head)
        else:
            content = load_checkpoint_safely(args.checkpoint, 'cpu')
            trained_on = read_record(content, args.checkpoint).features
    with errors_in_one_line('test', OSError, ValueError):
        runner = build_runner(config)
        loop = runner.test_loop
    settings = None
    dataset = loop.dataloader.dataset
    if isinstance(dataset, WeakLabelDataset):
        with errors_in_one_line('test', ValueError):
            found = dataset.feature_record()
            settings = found.settings
            words = untold(trained_on, args.checkpoint)
            if words:
                say(words)
            refuse_other_features(
                trained_on,
                dataset.ann_file,
                settings,
                found.crops,
                args.other_features,
                say,
            )
    if args.dump:
        for metric in loop.evaluator.metrics:
            metric.run_info = dict(
                config=args.config,
                checkpoint=osp.basename(args.checkpoint),
                made_with=detector.with_features(settings).to_dict(),
                **({'scores_only_rank': True} if only_rank else {}),
            )
    with errors_in_one_line('test', OSError, ValueError):
        figures = runner.test()
    leave_distributed()
    return figures
