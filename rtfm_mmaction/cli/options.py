"""Options that several commands have, in the same words everywhere.

What shells complete behind them is said by ``complete``, as ``shtab`` reads
it; see :mod:`.completion`.
"""

import argparse
import os
from dataclasses import replace
from pathlib import Path
from typing import Any, Dict, Optional, Union

from ..evaluation.functional.events import EventRule
from ..evaluation.functional.smoothing import KINDS
from ..extraction.ray_crew import Resources
from ..io.frame_counts import read_frame_counts
from ..io.remote import as_path
from ..io.shards import Shard, parse_shard

# What makes events, where nothing else is said.
THRESHOLD = 0.5
RULE = dict(
    min_length=0.0, max_gap=2.0, smoothing=0.0, smoothing_kind='median'
)
PER_HOUR = 1.0
OF_CHECKPOINT = 'default: what the checkpoint says'
OF_TRAINING = "that of the training's features, where the device can"
# What shells complete: names of shipped configs, or configs that lie about.
TRAINING, FEATURES = 'training', 'features'


def command_parser(description: str) -> argparse.ArgumentParser:
    """Make a parser whose help keeps the lines of a module's docstring.

    Args:
        description (str): What the command does.
    """
    return argparse.ArgumentParser(
        description=description,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )


def add_config(
    parser: argparse._ActionsContainer,
    flag: str = 'config',
    also: str = '',
    **settings,
) -> None:
    """Add the config of a detector.

    Args:
        parser (argparse.ArgumentParser): Of a command.
        flag (str): Name of the argument. Defaults to 'config'.
        also (str): What else is to be said. Defaults to nothing.
        **settings: For ``add_argument``.
    """
    parser.add_argument(
        flag,
        help='config of a training: a file, or the name of a shipped one, '
        f'such as rtfm_demo{also and f"; {also}"}',
        **settings,
    ).complete = TRAINING


def add_checkpoint(
    parser: argparse._ActionsContainer,
    flag: str = 'checkpoint',
    also: str = '',
    **settings,
) -> None:
    """Add the weights of a detector; see :func:`add_config`."""
    # The same by the name of what rtfm fit makes.
    also_called = ['--detector'] if flag.startswith('-') else []
    parser.add_argument(
        flag,
        *also_called,
        help='the detector: weights of rtfm train, a folder of rtfm fit, or '
        'an address of weights'
        f'{also and f"; {also}"}',
        **settings,
    ).complete = 'file'


def add_extractor(
    parser: argparse._ActionsContainer,
    flag: str = '--extractor',
    also: str = '',
    **settings,
) -> None:
    """Add the config by which features are made; see :func:`add_config`."""
    parser.add_argument(
        flag,
        help='config of an extractor: a file, or the name of a shipped one, '
        'such as inception-i3d_kinetics400_1crop'
        f'{also and f"; {also}"}',
        **settings,
    ).complete = FEATURES


def add_cfg_options(parser: argparse._ActionsContainer, **settings) -> None:
    """Add ``--cfg-options``; see :func:`add_config`."""
    parser.add_argument(
        '--cfg-options',
        nargs='+',
        action=_LaterDictAction,
        metavar='KEY=VALUE',
        help='override keys of the config: key=value, nested.key=value, '
        'key="[a,b]"',
        **settings,
    )


def add_device(parser: argparse._ActionsContainer) -> None:
    """Add ``--device``, for :func:`~rtfm_mmaction.apis.devices.choose_device`.

    Args:
        parser (argparse.ArgumentParser): Of a command.
    """
    parser.add_argument(
        '--device',
        metavar='NAME',
        help='default: a GPU, or cpu where there is none',
    )


def add_other_features(parser: argparse._ActionsContainer) -> None:
    """Add ``--other-features``, which insists; see ``feature_match``."""
    parser.add_argument(
        '--other-features',
        action='store_true',
        help='take features that were made in another way (extractor, '
        'weights, crops) than those that the detector was trained on, which '
        'are refused otherwise',
    )


def add_dtype(
    parser: argparse._ActionsContainer,
    otherwise: str = OF_TRAINING,
    **settings,
) -> None:
    """Add ``--dtype``, the precision of a backbone.

    Args:
        parser (argparse.ArgumentParser): Of a command.
        otherwise (str): What the default is, in words. Defaults to
            :data:`OF_TRAINING`.
        **settings: Of ``add_argument``.
    """
    parser.add_argument(
        '--dtype',
        choices=['fp32', 'bf16'],
        help=f'precision of the backbone; default: {otherwise}',
        **settings,
    )


def add_still(parser: argparse._ActionsContainer) -> None:
    """Add ``--still``, for :meth:`.ClipExtractor.reuse_still`.

    Args:
        parser (argparse.ArgumentParser): Of a command that extracts.
    """
    parser.add_argument(
        '--still',
        type=float,
        metavar='BOUND',
        help='crops of snippets of which each value of each pixel (0 to 255) '
        'differs by less than BOUND from the last scored one take its '
        'features; default: each is scored',
    )


def add_two_folders(parser: argparse._ActionsContainer) -> None:
    """Add the videos of both kinds, and how they are seen.

    Args:
        parser (argparse.ArgumentParser): Of a command that makes a detector
            from them, see :func:`~rtfm_mmaction.apis.fitting.folders.look_at`.
    """
    for flag, what in (
        ('--abnormal', 'with something in them'),
        ('--normal', 'with nothing in them'),
    ):
        parser.add_argument(
            flag,
            nargs='+',
            required=True,
            metavar='FOLDER',
            help=f'videos {what}: folders to search for them, or video files, '
            'folders of frames, .txt files with one video a line',
        ).complete = 'file'
    parser.add_argument(
        '--groups',
        metavar='REGEX',
        help="what tells a video's camera: its first group, or else all that "
        'it matches, in the way of the file below its folder; default: '
        'sub-folders of the same name on both sides',
    )
    parser.add_argument(
        '--crops',
        choices=['whole', 'tiles'],
        default='whole',
        help='how the extractor looks at frames: as one, or as six tiles, for '
        'small anomalies, at six times the work; default: %(default)s',
    )
    parser.add_argument(
        '--fps',
        type=float,
        help='frames per second of all videos, in place of what they say',
    )


def add_launcher(parser: argparse._ActionsContainer, *more: str) -> None:
    """Add ``--launcher`` and ``--local-rank``, which launchers give.

    Args:
        parser (argparse.ArgumentParser): Of a command.
        *more (str): Launchers besides PyTorch's and Slurm's.
    """
    parser.add_argument(
        '--launcher',
        choices=['none', 'pytorch', 'slurm', *more],
        default='none',
        help='what has started several processes of this command; '
        'default: %(default)s',
    )
    parser.add_argument(
        '--local_rank', '--local-rank', type=int, default=0, help='its own'
    )


def add_shard(parser: argparse._ActionsContainer) -> None:
    """Add ``--shard`` and ``--lengths``, for :func:`shard_of`.

    Args:
        parser (argparse.ArgumentParser): Of a command on a list of videos.
    """
    parser.add_argument(
        '--shard',
        metavar='I/N',
        help='of N runs on the same list, which may write to one folder, this '
        "is the I-th, from 1: it takes the videos whose names' digests say "
        'so; auto: what a Slurm array, an indexed job of Kubernetes '
        '(JOB_COMPLETIONS tells N) or torchrun says',
    )
    parser.add_argument(
        '--lengths',
        metavar='FILE.csv',
        help='with --shard: a table with columns video and frames, by which '
        'shards become of even length',
    ).complete = 'file'


def shard_of(args: argparse.Namespace) -> Optional[Shard]:
    """Read the part that the options state.

    Args:
        args (argparse.Namespace): With the options of :func:`add_shard`.

    Returns:
        Shard or None: None where there is one run alone.

    Raises:
        FileNotFoundError: If there is no such table.
        ValueError: If they state no part, or the table is none.
    """
    if args.shard is None:
        if args.lengths is not None:
            raise ValueError(
                '--lengths: expected --shard beside it, found none'
            )
        return None
    lengths = None
    if args.lengths is not None:
        lengths = read_frame_counts(args.lengths)
    return parse_shard(args.shard, os.environ, lengths)


def folder_or_address(text: str) -> Path:
    """Read the name of a folder, or an address, for files that are whole or
    not there.

    Args:
        text (str): Of the command line.

    Raises:
        argparse.ArgumentTypeError: If it is an address that paths cannot keep.
    """
    try:
        return as_path(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def add_engine(parser: argparse._ActionsContainer, does: str) -> None:
    """Add ``--engine`` and what a worker of a cluster takes.

    Args:
        parser (argparse.ArgumentParser): Of the command.
        does (str): What the command does: 'extracts'.
    """
    parser.add_argument(
        '--engine',
        choices=['process', 'ray'],
        default='process',
        help=f'who {does}: this process, or the workers of a Ray cluster, '
        'that of RAY_ADDRESS or one of this machine; default: %(default)s',
    )
    for what, default in (('cpus', 1), ('gpus', 0)):
        parser.add_argument(
            f'--num-{what}',
            type=float,
            default=default,
            help=f'with --engine ray: {what[:-1].upper()}s of a worker; '
            'default: %(default)g',
        )


def resources_of(args: argparse.Namespace) -> Resources:
    """Read what a worker of a cluster takes.

    Args:
        args (argparse.Namespace): With the options of :func:`add_engine`.
    """
    return Resources(args.num_cpus, args.num_gpus)


def add_predictions(
    parser: argparse._ActionsContainer, also: str = '', **settings
) -> None:
    """Add the predictions of a test; see :func:`add_config`."""
    parser.add_argument(
        'predictions',
        help=f'JSON file that rtfm test --dump wrote{also and f"; {also}"}',
        **settings,
    )


def add_thresholds(parser: argparse._ActionsContainer) -> None:
    """Add what makes an event: ``--threshold``, ``--low`` and lengths."""
    parser.add_argument(
        '--threshold',
        type=_score_or_file,
        metavar='SCORE',
        help='score that makes an event, or the file of a learned one, see '
        f'--save-threshold of rtfm infer; default: {THRESHOLD:g}, or that of '
        'a folder of rtfm fit',
    ).complete = 'file'
    parser.add_argument(
        '--take-anyway',
        action='store_true',
        help='take a learned threshold although its normal video is too short '
        'to show the rate of false alarms, or was scored by another '
        'detector, extractor or precision',
    )
    parser.add_argument(
        '--low',
        type=float,
        help='score that holds an event; default: 0.8 times the threshold',
    )
    parser.add_argument(
        '--min-length',
        type=float,
        metavar='SECONDS',
        help=f'shorter events are dropped; default: {RULE["min_length"]:g}',
    )
    parser.add_argument(
        '--max-gap',
        type=float,
        metavar='SECONDS',
        help=f'events with less between them are one; default: '
        f'{RULE["max_gap"]:g}',
    )


def add_event_options(parser: argparse.ArgumentParser, normal: str) -> None:
    """Add a group 'events': thresholds, ``--normal`` and smoothing.

    Args:
        parser (argparse.ArgumentParser): Of a command that finds events in
            whole videos.
        normal (str): What ``--normal`` takes, to learn a threshold from.
    """
    group = parser.add_argument_group('events')
    add_thresholds(group)
    group.add_argument(
        '--normal',
        nargs='+',
        metavar='FILE',
        help=f'{normal}: the threshold is learned from them',
    )
    rates = group.add_mutually_exclusive_group()
    rates.add_argument(
        '--false-alarms-per-hour',
        type=float,
        metavar='RATE',
        help=f'with --normal: at most; default: {PER_HOUR:g}',
    )
    rates.add_argument(
        '--false-alarms-per-day',
        type=float,
        metavar='RATE',
        help='the same of a camera and day of 24 hours',
    )
    group.add_argument(
        '--save-threshold',
        metavar='FILE.json',
        help='with --normal: keep the threshold, for --threshold',
    )
    group.add_argument(
        '--smoothing',
        type=float,
        metavar='SECONDS',
        help='width of the smoothing of the scores before events are looked '
        'for, a median over it or the standard deviation of a Gaussian; '
        f'default: {RULE["smoothing"]:g}',
    )
    group.add_argument(
        '--smoothing-kind',
        choices=KINDS,
        help=f'default: {RULE["smoothing_kind"]}',
    )


def given_rule(
    args: argparse.Namespace, base: Optional[EventRule] = None
) -> EventRule:
    """Make the rule that the options state, before anything is learned.

    Args:
        args (argparse.Namespace): With the options of
            :func:`add_thresholds`, and perhaps :func:`add_event_options`;
            ``--threshold`` is a score, or not given.
        base (EventRule, optional): What holds where they state nothing.
            Defaults to None: :data:`THRESHOLD` and :data:`RULE`.

    Returns:
        EventRule: With ``--threshold`` as its high one.

    Raises:
        ValueError: If an option is out of its range.
    """
    rule = EventRule(THRESHOLD, **RULE) if base is None else base
    if args.threshold is not None:
        if not 0 < args.threshold <= 1:
            raise ValueError(
                '--threshold: expected more than 0 and up to 1, as '
                f'scores are, found {args.threshold}'
            )
        rule = replace(rule, high=args.threshold, low=None, high_logit=None)
    return replace(rule, **stated(args))


def stated(args: argparse.Namespace) -> Dict[str, Any]:
    """Tell what the command line says of events, besides the threshold.

    Args:
        args (argparse.Namespace): As of :func:`given_rule`.

    Returns:
        dict: Arguments of ``EventRule``; what is not said is left out.
    """
    names = ('low', *RULE)
    values = {name: getattr(args, name, None) for name in names}
    return {name: v for name, v in values.items() if v is not None}


class _LaterDictAction(argparse.Action):
    """mmengine's ``DictAction``, imported where the option is given."""

    def __call__(self, parser, namespace, values, option_string=None) -> None:
        from mmengine.config import DictAction

        action = DictAction(self.option_strings, self.dest, nargs=self.nargs)
        action(parser, namespace, values, option_string)


def _score_or_file(text: str) -> Union[float, str]:
    """Read a number, or else take a file's name as it is."""
    try:
        return float(text)
    except ValueError:
        return text
