"""The command line of what makes events."""

import argparse

from ..evaluation.functional.events import EventRule
from ..evaluation.functional.smoothing import KINDS


def add_event_options(parser: argparse.ArgumentParser, normal: str) -> None:
    """Add a group 'events': ``--threshold``, ``--low``, ``--normal`` etc.

    Args:
        parser (argparse.ArgumentParser): Of a tool that finds events.
        normal (str): What ``--normal`` takes, to learn a threshold from.
    """
    group = parser.add_argument_group('events')
    group.add_argument(
        '--threshold',
        type=float,
        default=0.5,
        help='score that makes an event; default: %(default)s',
    )
    group.add_argument(
        '--normal',
        nargs='+',
        help=f'{normal}: the threshold is learned from them',
    )
    group.add_argument(
        '--false-alarms-per-hour',
        type=float,
        default=1.0,
        help='with --normal: at most; default: %(default)s',
    )
    group.add_argument(
        '--low',
        type=float,
        help='score that holds an event; default: 0.8 times the threshold',
    )
    group.add_argument(
        '--min-length',
        type=float,
        default=0.0,
        help='seconds; shorter events are dropped; default: %(default)s',
    )
    group.add_argument(
        '--max-gap',
        type=float,
        default=2.0,
        help='seconds; events with less between them are one; '
        'default: %(default)s',
    )
    group.add_argument(
        '--smoothing',
        type=float,
        default=0.0,
        help='seconds; width of the smoothing of the scores before events are '
        'looked for, a median over it or the standard deviation of a Gaussian;'
        ' default: %(default)s',
    )
    group.add_argument(
        '--smoothing-kind',
        choices=KINDS,
        default='median',
        help='default: %(default)s',
    )


def given_rule(args: argparse.Namespace) -> EventRule:
    """The rule that the options state, before anything is learned.

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
