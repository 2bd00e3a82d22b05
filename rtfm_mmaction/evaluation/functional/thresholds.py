"""Thresholds that are learned from normal videos.

Shapes: T snippets.
"""

from dataclasses import replace
from typing import Callable, List, NamedTuple, Optional, Sequence, Union

import numpy as np

from .alarm_rates import AlarmRate
from .event_counting import FallingThreshold
from .events import LOW_SHARE, EventRule
from .logits import to_logits, to_scores
from .smoothing import smooth_logits, smooth_scores

# By which share of it a score in float32 may be off.
FLOAT32_ROUNDING = 2e-7


class Curve(NamedTuple):
    """A video's scores.

    Attributes:
        scores (np.ndarray): (T,) in [0, 1].
        seconds_per_snippet (float): Length of a snippet, on average.
        logits (np.ndarray, optional): (T,), of the scores; None where they
            are not known.
        edges (np.ndarray, optional): (T + 1,) in seconds, where snippets
            begin and the last one ends; None where they are all as long.
    """

    scores: np.ndarray
    seconds_per_snippet: float
    logits: Optional[np.ndarray] = None
    edges: Optional[np.ndarray] = None


class LearnedThreshold(NamedTuple):
    """A threshold and the normal video that it comes from.

    Attributes:
        rule (EventRule): With it.
        rate (AlarmRate): Events that the rule finds in the normal videos,
            and how long these are.
    """

    rule: EventRule
    rate: AlarmRate


def quantile_threshold(curves: Sequence[np.ndarray], quantile: float) -> float:
    """The score that a share of all normal snippets stays at or below.

    Args:
        curves (Sequence[np.ndarray]): (T,) each, of normal videos.
        quantile (float): The share, in [0, 1].

    Returns:
        float: A score that occurs, the lowest with that share.

    Raises:
        ValueError: If there are no scores, or the share is out of its range.

    Examples:
        >>> quantile_threshold([np.array([0.1, 0.2, 0.3, 0.4])], 0.75)
        0.3
    """
    if not 0 <= quantile <= 1:
        raise ValueError(f'quantile: expected 0 to 1, found {quantile}')
    scores = np.concatenate([np.zeros(0), *curves])
    if not len(scores):
        raise ValueError('normal videos: expected scores, found none')
    return float(np.quantile(scores, quantile, method='inverted_cdf'))


def false_alarm_threshold(
    curves: Sequence[Union[Curve, tuple]], per_hour: float, rule: EventRule
) -> EventRule:
    """The rule that :func:`learn_threshold` learns.

    Args:
        curves (Sequence[Curve]): See there.
        per_hour (float): See there.
        rule (EventRule): See there.

    Returns:
        EventRule: With what was learned.

    Raises:
        ValueError: If there are no scores, or the limit is below 0.

    Examples:
        >>> curve = np.array([0.1, 0.6, 0.1]), 1.0
        >>> rule = false_alarm_threshold([curve], 0, EventRule(0.5))
        >>> 0.6 < rule.high < 0.6 + 1e-9
        True
    """
    return learn_threshold(curves, per_hour, rule).rule


def learn_threshold(
    curves: Sequence[Union[Curve, tuple]], per_hour: float, rule: EventRule
) -> LearnedThreshold:
    """The lowest threshold that gives few enough events in normal videos.

    A higher threshold can give more events than a lower one, as where the
    middle one of three that were merged drops out. So the threshold is the
    lowest one from which on the rate stays within the limit. It falls once
    through all scores; S snippets take S log S steps.

    Args:
        curves (Sequence[Curve]): Of normal videos, or tuples of that order.
            If the logits of all are known, they are compared in place of
            scores.
        per_hour (float): Events an hour of normal video at most, >= 0.
        rule (EventRule): All but ``high``. A ``low`` that is given is kept as
            the same share of ``high``.

    Returns:
        LearnedThreshold: With ``high`` just above a score of the normal
        videos. Without logits that can be above 1, which no score reaches,
        where normal snippets score 1.

    Raises:
        ValueError: If there are no scores, or the limit is below 0.

    Examples:
        >>> curve = np.array([0.1, 0.6, 0.1]), 1.0
        >>> learned = learn_threshold([curve], 0, EventRule(0.5))
        >>> 0.6 < learned.rule.high < 0.6 + 1e-9
        True
    """
    if not 0 <= per_hour < np.inf:
        raise ValueError(
            f'false alarms per hour: expected 0 or more, found {per_hour}'
        )
    curves = [Curve(*curve) for curve in curves]
    edges = [
        np.arange(len(curve.scores) + 1) * curve.seconds_per_snippet
        if curve.edges is None
        else curve.edges
        for curve in curves
    ]
    hours = float(sum(video[-1] for video in edges)) / 3600
    if not hours > 0:
        raise ValueError('normal videos: expected scores, found none')
    share = LOW_SHARE
    if rule.low is not None:
        share = rule.low / rule.high if rule.high > 0 else 1.0
    known = all(curve.logits is not None for curve in curves)
    smooth = smooth_logits if known else smooth_scores
    values = np.concatenate(
        [
            smooth(
                curve.logits if known else curve.scores,
                rule.smoothing / curve.seconds_per_snippet,
                rule.smoothing_kind,
            )
            for curve in curves
        ]
    )
    at = _by_logits(rule, share) if known else _by_scores(rule, share)
    counter = FallingThreshold(edges, rule.min_length, rule.max_gap)
    order = np.argsort(-values, kind='stable')
    falling, order = values[order].tolist(), order.tolist()
    found, events, held, made = at(falling[0]), 0, 0, 0
    for step in _steps(values, share, known):
        trial = at(step)
        high, low = (
            (trial.high_logit, trial.low_logit)
            if known
            else (trial.high, trial.low_score)
        )
        while held < len(falling) and falling[held] >= low:
            counter.hold(order[held])
            held += 1
        while made < len(falling) and falling[made] >= high:
            counter.make(order[made])
            made += 1
        if counter.count > per_hour * hours:
            break
        found, events = trial, counter.count
    return LearnedThreshold(found, AlarmRate(events, hours))


def _by_scores(rule: EventRule, share: float) -> Callable[[float], EventRule]:
    """The rule with its threshold just above a score."""

    def at(score: float) -> EventRule:
        # By more than the rounding of a product with the share.
        high = float(max(score * (1 + 1e-12), np.nextafter(0, 1)))
        return replace(rule, high=high, low=share * high, high_logit=None)

    return at


def _by_logits(rule: EventRule, share: float) -> Callable[[float], EventRule]:
    """The rule with its threshold just above a logit."""

    def at(logit: float) -> EventRule:
        # By less than two float32 are apart.
        logit += 1e-9 * max(abs(logit), 1.0)
        # Above the score of it, too, for those who know scores alone.
        high = min(float(to_scores(logit)) * (1 + FLOAT32_ROUNDING), 1.0)
        return replace(rule, high=high, low=share * high, high_logit=logit)

    return at


def _steps(values: np.ndarray, share: float, logits: bool) -> List[float]:
    """Values that can be just below the threshold, falling: events only
    change where a value comes to lie below one of the two thresholds.
    """
    steps = np.unique(values)
    highest = steps[-1]
    if share > 0:
        lower = steps
        if logits:
            lower = to_logits(to_scores(steps) / share)
            lower = lower[np.isfinite(lower)]
        else:
            lower = steps / share
        steps = np.union1d(steps, lower)
    return steps[steps <= highest][::-1].tolist()
