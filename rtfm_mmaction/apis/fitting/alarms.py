"""False alarms against abnormal videos found, and a threshold between.

Shapes: V videos, T snippets of each.
"""

from dataclasses import replace
from typing import NamedTuple, Sequence

import numpy as np

from ...evaluation.functional.alarm_rates import (
    DAY,
    AlarmRate,
    highest_rate,
    hours_needed,
)
from ...evaluation.functional.event_counting import count_events
from ...evaluation.functional.events import EventRule
from ...evaluation.functional.logits import to_scores
from ...evaluation.functional.thresholds import Curve, learn_threshold

# Makes events of scores that are 0.5 at the threshold; those with less than
# two seconds between them are one.
RULE = EventRule(0.5, max_gap=2.0)
# By so much, and as a share of it, the threshold is above the score that it
# has to be above, so that a detector in float32 is sure of that, too.
MARGIN = 1e-5
# An hour; what a person may look at.
PER_HOUR = 1.0


class Alarms(NamedTuple):
    """A threshold and what it does to held-out videos.

    Attributes:
        logit (float): The threshold.
        found (int): Abnormal videos with an event.
        abnormal (int): All of these.
        rate (AlarmRate): Events in normal videos, and their hours.
        asked_per_hour (float): The rate that was wanted.
        shown (bool): Whether the normal video is long enough to show it.
    """

    logit: float
    found: int
    abnormal: int
    rate: AlarmRate
    asked_per_hour: float
    shown: bool

    @property
    def shown_per_hour(self) -> float:
        """The rate that so much normal video without an event shows."""
        return highest_rate(self.rate.hours)


def choose_threshold(
    logits: Sequence[np.ndarray],
    labels: np.ndarray,
    edges: Sequence[np.ndarray],
    per_hour: float = PER_HOUR,
) -> Alarms:
    """Choose the lowest threshold of few enough false alarms.

    Args:
        logits (Sequence[np.ndarray]): V arrays (T,), held out.
        labels (np.ndarray): (V,) of 0 and 1.
        edges (Sequence[np.ndarray]): V arrays (T + 1,) in seconds, where
            snippets begin and the video ends.
        per_hour (float): Events that an hour of normal video may have. Where
            there is too little normal video to show so few, none may occur
            in it. Defaults to 1.

    Returns:
        Alarms: The threshold, in logits.
    """
    videos = np.flatnonzero(labels == 0).tolist()
    normal = [
        Curve(
            to_scores(logits[index]),
            edges[index][-1] / len(logits[index]),
            logits[index],
            edges[index],
        )
        for index in videos
    ]
    hours = sum(float(edges[index][-1]) for index in videos) / 3600
    shown = hours >= hours_needed(per_hour)
    # Where nothing below the threshold holds an event there are most of them,
    # so that there are no more with a lower one beside it.
    rule, rate = learn_threshold(
        normal,
        per_hour if shown else 0.0,
        replace(RULE, low=RULE.high),
    )
    threshold = rule.high_logit or 0.0
    threshold = float(np.float32(threshold + MARGIN * max(abs(threshold), 1)))
    (events,) = count_events(
        [to_scores(logits[index] - threshold) for index in videos],
        [edges[index] for index in videos],
        [RULE.high],
        max_gap=RULE.max_gap,
    )
    abnormal = [logits[i] for i in np.flatnonzero(labels == 1).tolist()]
    return Alarms(
        threshold,
        sum(int((video >= threshold).any()) for video in abnormal),
        len(abnormal),
        AlarmRate(events, rate.hours),
        per_hour,
        shown,
    )


class AlarmCurve(NamedTuple):
    """What each threshold gives, falling.

    Attributes:
        thresholds (np.ndarray): (P,) logits.
        per_day (np.ndarray): (P,) events a day of normal video.
        found (np.ndarray): (P,) share of abnormal videos, in [0, 1].
    """

    thresholds: np.ndarray
    per_day: np.ndarray
    found: np.ndarray


def alarm_curve(
    logits: Sequence[np.ndarray],
    labels: np.ndarray,
    edges: Sequence[np.ndarray],
) -> AlarmCurve:
    """False alarms a camera and day against the share of videos found.

    Args:
        logits (Sequence[np.ndarray]): V arrays (T,), held out, 0 at the
            detector's threshold.
        labels (np.ndarray): (V,) of 0 and 1.
        edges (Sequence[np.ndarray]): See :func:`choose_threshold`.

    Returns:
        AlarmCurve: A point for each score at which one of both changes.
    """
    videos = np.flatnonzero(labels == 0).tolist()
    normal = [logits[index] for index in videos]
    ends = [edges[index] for index in videos]
    hours = sum(float(video[-1]) for video in ends) / 3600
    peaks = np.sort(
        [logits[i].max() for i in np.flatnonzero(labels == 1).tolist()]
    )
    thresholds = np.unique(np.concatenate([*normal, peaks]))[::-1]
    events = count_events(
        [to_scores(video) for video in normal],
        ends,
        to_scores(thresholds).tolist(),
        max_gap=RULE.max_gap,
    )
    found = 1 - np.searchsorted(peaks, thresholds) / len(peaks)
    return AlarmCurve(
        thresholds, np.array(events) / hours * DAY, np.asarray(found)
    )
