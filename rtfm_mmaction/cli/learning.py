"""Thresholds that commands learn, keep, and take out of files."""

import argparse
from typing import Callable, Iterable, Optional, Sequence, Tuple

from ..apis.made_with import MadeWith
from ..apis.threshold_file import (
    StoredThreshold,
    read_threshold,
    save_threshold,
)
from ..evaluation.functional.alarm_rates import DAY, check_rate, in_both_units
from ..evaluation.functional.events import EventRule
from ..evaluation.functional.thresholds import Curve, learn_threshold
from .options import PER_HOUR, THRESHOLD, given_rule, stated

INSIST = '--take-anyway'


def check_options(args: argparse.Namespace) -> None:
    """Refuse options that do not go together, before anything slow.

    Args:
        args (argparse.Namespace): Of a command with ``add_event_options``.

    Raises:
        ValueError: Names them.
    """
    if args.normal is not None and isinstance(args.threshold, str):
        raise ValueError(
            '--threshold and --normal: expected one of both, found a file '
            f'with a learned threshold, {args.threshold}, and videos to learn '
            'one from'
        )
    if args.normal is None and args.save_threshold:
        raise ValueError(
            '--save-threshold: expected --normal, videos to learn a threshold '
            'from, found none'
        )


def asked_per_hour(args: argparse.Namespace) -> float:
    """Tell how many false alarms an hour may have.

    Args:
        args (argparse.Namespace): Of a command with ``add_event_options``.

    Returns:
        float: Events an hour.
    """
    if args.false_alarms_per_day is not None:
        return args.false_alarms_per_day / DAY
    if args.false_alarms_per_hour is not None:
        return args.false_alarms_per_hour
    return PER_HOUR


def learn(
    args: argparse.Namespace,
    curves: Sequence[Curve],
    made_with: MadeWith,
    say: Callable[[str], None],
) -> StoredThreshold:
    """Learn a threshold from normal videos, and say how far it is to be
    believed.

    Args:
        args (argparse.Namespace): Of a command with ``add_event_options``.
        curves (Sequence[tuple]): Of normal videos, see ``learn_threshold``.
        made_with (MadeWith): What the curves were made with.
        say (Callable): Called with sentences.

    Returns:
        StoredThreshold: What was learned; written, too, where that is asked
        for.

    Raises:
        OSError: If it cannot be written.
        ValueError: If an option is out of its range, or the normal video
            cannot show the rate and nobody insists.
    """
    per_hour = asked_per_hour(args)
    rule, rate = learn_threshold(curves, per_hour, given_rule(args))
    if not args.take_anyway:
        check_rate(
            per_hour,
            rate.hours,
            f'{INSIST} for the lowest threshold of no more in what there is',
        )
        if rule.high > 1:
            raise ValueError(
                '--normal: expected scores below 1, above which a threshold '
                'can lie, found 1, and no logits that tell such scores apart; '
                'score these videos again (rtfm infer writes logits), or '
                f'{INSIST} for a threshold that nothing reaches'
            )
    found = StoredThreshold(rule, made_with, rate, len(curves), per_hour)
    say(f'{_name(rule)}, learned for {in_both_units(per_hour)} at most')
    say(f'normal video: {rate}')
    if args.save_threshold:
        save_threshold(args.save_threshold, found)
        say(f'{args.save_threshold}: the threshold, for --threshold')
    return found


def rule_of(
    args: argparse.Namespace, say: Callable[[str], None]
) -> Tuple[EventRule, Optional[StoredThreshold]]:
    """Take the rule that the options state, or name a file of.

    Args:
        args (argparse.Namespace): Of a command with ``add_thresholds``.
        say (Callable): Called with sentences.

    Returns:
        tuple[EventRule, StoredThreshold or None]: The rule; and what it
        stands on, where it was learned.

    Raises:
        FileNotFoundError: If there is no such file.
        ValueError: If it is bad, or options contradict it.
    """
    if not isinstance(args.threshold, str):
        return given_rule(args, _rule_of_detector(args)), None
    found = read_threshold(args.threshold)
    for name, value in stated(args).items():
        own = getattr(found.rule, name)
        if value != own:
            raise ValueError(
                f'--{name.replace("_", "-")}: expected {own}, with which '
                f'{args.threshold} was learned, found {value}; leave it out, '
                'or give a score as --threshold'
            )
    say(
        f'{_name(found.rule)}, out of {args.threshold}, learned for '
        f'{in_both_units(found.asked_per_hour)} at most'
    )
    say(f'normal video: {found.rate}')
    return found.rule, found


def untold_threshold(args: argparse.Namespace, where: str) -> str:
    """Say that scores which only rank need a threshold, if there is none.

    Args:
        args (argparse.Namespace): Of a command with ``add_thresholds``.
        where (str): The detector's file, or that of its scores, which
            ``scores_only_rank`` holds of.

    Returns:
        str: A sentence; empty where a threshold was stated, learned, or comes
        with the detector.

    Raises:
        FileNotFoundError, ValueError: As of ``rule_of_folder``.
    """
    normal = getattr(args, 'normal', None)
    if args.threshold is not None or normal is not None:
        return ''
    if _rule_of_detector(args) is not None:
        return ''
    learn_it = (
        '--normal with normal videos to learn one from'
        if hasattr(args, 'normal')
        else 'the file of one that rtfm infer --normal learned'
    )
    return (
        f'{where}: its scores rank snippets and are no probabilities, so that '
        f'a threshold of {THRESHOLD:g} has no meaning; expected --threshold, '
        f'or {learn_it}, found neither'
    )


def check_made_with(
    args: argparse.Namespace,
    threshold: StoredThreshold,
    others: Iterable[MadeWith],
    say: Callable[[str], None],
) -> None:
    """Refuse a learned threshold for scores of another make.

    Args:
        args (argparse.Namespace): Of a command with ``add_thresholds``.
        threshold (StoredThreshold): What was learned.
        others (Iterable[MadeWith]): What the scores are made with that it is
            for.
        say (Callable): Called with sentences.

    Raises:
        ValueError: If a part is known of both and differs, and nobody
            insists; names it.
    """
    where = args.threshold if isinstance(args.threshold, str) else '--normal'
    for other in dict.fromkeys(others):
        found = threshold.made_with.differences(other)
        if found and not args.take_anyway:
            raise ValueError(
                f'{where}: expected a threshold for scores that are made as '
                f'these, found another ({"; ".join(found)}); learn it with '
                f'the same, or {INSIST}'
            )
        unknown = threshold.made_with.unknown(other)
        if found:
            say(f'{where}: of another make ({"; ".join(found)})')
        elif unknown:
            say(
                f'{where}: whether its scores are of the same make cannot be '
                f'told ({", ".join(unknown)})'
            )


def _rule_of_detector(args: argparse.Namespace) -> Optional[EventRule]:
    """The rule of a folder of rtfm fit; None of other detectors."""
    if getattr(args, 'checkpoint', None) is None:
        return None  # exported files, for which no torch is imported
    from ..apis.detector_folder import rule_of_folder

    return rule_of_folder(args.checkpoint)


def _name(rule: EventRule) -> str:
    """The threshold to the last digit, and its logit, if scores saturate."""
    name = f'threshold: {rule.high!r}'
    if rule.high_logit is not None:
        name += f' (logit {rule.high_logit:.9g})'
    return name
