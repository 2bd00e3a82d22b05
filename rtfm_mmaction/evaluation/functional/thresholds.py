"""Thresholds that are learned from normal videos.

Shapes: T snippets.
"""

from dataclasses import replace
from typing import Sequence, Tuple

import numpy as np

from .events import LOW_SHARE, EventRule
from .smoothing import smooth_scores


def quantile_threshold(curves: Sequence[np.ndarray], quantile: float) -> float:
    """The score that a share of all normal snippets stays at or below.

    Args:
        curves (Sequence[np.ndarray]): (T,) each, of normal videos.
        quantile (float): The share, in [0, 1].

    Returns:
        float: A score that occurs, the lowest with that share.

    Raises:
        ValueError: If there are no scores, or the share is out of its range.
    """
    if not 0 <= quantile <= 1:
        raise ValueError(f'quantile: expected 0 to 1, found {quantile}')
    scores = np.concatenate([np.zeros(0), *curves])
    if not len(scores):
        raise ValueError('normal videos: expected scores, found none')
    return float(np.quantile(scores, quantile, method='inverted_cdf'))


def false_alarm_threshold(
    curves: Sequence[Tuple[np.ndarray, float]],
    per_hour: float,
    rule: EventRule,
) -> EventRule:
    """The lowest threshold that gives few enough events in normal videos.

    A higher threshold can give more events than a lower one, as where the
    middle one of three that were merged drops out. So the threshold is the
    lowest one from which on the rate stays within the limit.

    Args:
        curves (Sequence[tuple[np.ndarray, float]]): Of normal videos: scores
            (T,) and the seconds of a snippet.
        per_hour (float): Events an hour of normal video at most, >= 0.
        rule (EventRule): All but ``high``. A ``low`` that is given is kept as
            the same share of ``high``.

    Returns:
        EventRule: With ``high`` just above a score of the normal videos. That
        can be above 1, which no score reaches, where normal snippets score 1.

    Raises:
        ValueError: If there are no scores, or the limit is below 0.
    """
    if not 0 <= per_hour < np.inf:
        raise ValueError(
            f'false alarms per hour: expected 0 or more, found {per_hour}'
        )
    hours = sum(len(scores) * seconds for scores, seconds in curves) / 3600
    if not hours > 0:
        raise ValueError('normal videos: expected scores, found none')
    share = LOW_SHARE
    if rule.low is not None:
        share = rule.low / rule.high if rule.high > 0 else 1.0

    def above(score: float) -> float:
        # By more than the rounding of a product with the share.
        return float(max(score * (1 + 1e-12), np.nextafter(0, 1)))

    def at(high: float) -> EventRule:
        return replace(rule, high=high, low=share * high)

    smooth = [
        (
            smooth_scores(
                scores, rule.smoothing / seconds, rule.smoothing_kind
            ),
            seconds,
        )
        for scores, seconds in curves
    ]
    # Events only change where a score comes to lie below one of the two
    # thresholds.
    scores = np.unique(np.concatenate([scores for scores, _ in smooth]))
    steps = scores
    if share > 0:
        steps = np.union1d(steps, scores / share)
    found = above(scores[-1])
    for step in steps[steps <= scores[-1]][::-1]:
        high = above(step)
        trial = replace(at(high), smoothing=0.0)
        if sum(len(trial.find(*curve)) for curve in smooth) > per_hour * hours:
            break
        found = high
    return at(found)
