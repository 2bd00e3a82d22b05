"""Options that several commands have, in the same words everywhere.

What shells complete behind them is said by ``complete``, as ``shtab`` reads
it; see :mod:`.completion`.
"""

import argparse
from typing import Optional

import torch
from mmengine.config import DictAction

from ..evaluation.functional.events import EventRule
from ..evaluation.functional.smoothing import KINDS

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
    parser.add_argument(
        flag,
        help='weights of the detector: a file of rtfm train, or an address'
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
        action=DictAction,
        metavar='KEY=VALUE',
        help='override keys of the config: key=value, nested.key=value, '
        'key="[a,b]"',
        **settings,
    )


def add_device(parser: argparse._ActionsContainer) -> None:
    """Add ``--device``, for :func:`choose_device`."""
    parser.add_argument(
        '--device',
        metavar='NAME',
        help='default: a GPU, or cpu where there is none',
    )


def choose_device(device: Optional[str]) -> str:
    """Take a GPU where there is one, unless another device is asked for.

    Args:
        device (str, optional): What was asked for.

    Returns:
        str: Of torch.
    """
    return device or ('cuda' if torch.cuda.is_available() else 'cpu')


def add_dtype(parser: argparse._ActionsContainer) -> None:
    """Add ``--dtype``, the precision of a backbone."""
    parser.add_argument(
        '--dtype',
        choices=['fp32', 'bf16'],
        default='fp32',
        help='precision of the backbone; default: %(default)s',
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
        type=float,
        default=0.5,
        help='score that makes an event; default: %(default)s',
    )
    parser.add_argument(
        '--low',
        type=float,
        help='score that holds an event; default: 0.8 times the threshold',
    )
    parser.add_argument(
        '--min-length',
        type=float,
        default=0.0,
        metavar='SECONDS',
        help='shorter events are dropped; default: %(default)s',
    )
    parser.add_argument(
        '--max-gap',
        type=float,
        default=2.0,
        metavar='SECONDS',
        help='events with less between them are one; default: %(default)s',
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
    group.add_argument(
        '--false-alarms-per-hour',
        type=float,
        default=1.0,
        help='with --normal: at most; default: %(default)s',
    )
    group.add_argument(
        '--smoothing',
        type=float,
        default=0.0,
        metavar='SECONDS',
        help='width of the smoothing of the scores before events are looked '
        'for, a median over it or the standard deviation of a Gaussian; '
        'default: %(default)s',
    )
    group.add_argument(
        '--smoothing-kind',
        choices=KINDS,
        default='median',
        help='default: %(default)s',
    )


def given_rule(args: argparse.Namespace) -> EventRule:
    """Make the rule that the options state, before anything is learned.

    Args:
        args (argparse.Namespace): With the options of
            :func:`add_event_options`.

    Returns:
        EventRule: With ``--threshold`` as its high one.

    Raises:
        ValueError: If an option is out of its range.
    """
    check_threshold(args.threshold)
    return EventRule(
        high=args.threshold,
        low=args.low,
        min_length=args.min_length,
        max_gap=args.max_gap,
        smoothing=args.smoothing,
        smoothing_kind=args.smoothing_kind,
    )


def check_threshold(threshold: float) -> None:
    """Refuse a threshold that no score reaches, or all.

    Args:
        threshold (float): As a person gives it.

    Raises:
        ValueError: If it is not in (0, 1].
    """
    if not 0 < threshold <= 1:
        raise ValueError(
            '--threshold: expected more than 0 and up to 1, as '
            f'scores are, found {threshold}'
        )
