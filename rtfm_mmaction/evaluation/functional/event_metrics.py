"""How well events tell where anomalies are.

Shapes: V videos; of a video E events and G annotated intervals, [start, end).
Times are in seconds from the video's begin.

Figures are of all videos pooled, not means over videos: a video without
annotated intervals has its say by its false events alone.
"""

from typing import Dict, Sequence

import numpy as np

from .event_matching import (
    Interval,
    check_events,
    match_events,
    overlap_seconds,
)
from .events import ROUNDING, Event

IOU_THRESHOLDS = (0.1, 0.2, 0.3, 0.4, 0.5)
HOUR = 3600.0


def event_level_metrics(
    events: Sequence[Sequence[Event]],
    intervals: Sequence[Sequence[Interval]],
    durations: Sequence[float],
    thresholds: Sequence[float] = IOU_THRESHOLDS,
) -> Dict[str, float]:
    """All figures of events.

    Args:
        events (Sequence[Sequence[Event]]): Of V videos.
        intervals (Sequence[Sequence[tuple[float, float]]]): Of V videos, in
            order and apart; [] of a normal video.
        durations (Sequence[float]): (V,).
        thresholds (Sequence[float]): Of the temporal IoU, each in (0, 1].
            Defaults to 0.1, 0.2, 0.3, 0.4, 0.5.

    Returns:
        dict[str, float]: ``precision@0.1``, ``recall@0.1``, ``F1@0.1`` and
        ``AP@0.1`` and likewise of the other thresholds, see
        :func:`matching_metrics`; ``mAP``, the mean of these APs; then those
        of :func:`false_alarms_per_hour` and :func:`detection_delay`.

    Raises:
        ValueError: If there is no threshold, or one or a time is out of its
            range; says which.

    Examples:
        >>> event = Event(0, 2, peak=0.9, peak_time=1)
        >>> figures = event_level_metrics(
        ...     [[event]], [[(1, 3)]], [10], thresholds=[0.3, 0.5]
        ... )
        >>> figures['precision@0.3'], figures['precision@0.5'], figures['mAP']
        (1.0, 0.0, 0.5)
    """
    if not len(thresholds):
        raise ValueError(
            'temporal IoU: expected one threshold or more, found none'
        )
    check_events(events, intervals, durations)
    figures, precisions = {}, []
    for iou in thresholds:
        at = matching_metrics(events, intervals, iou)
        figures.update({f'{name}@{iou:g}': at[name] for name in at})
        precisions.append(at['AP'])
    figures['mAP'] = float(np.mean(precisions))
    figures.update(false_alarms_per_hour(events, intervals, durations))
    figures.update(detection_delay(events, intervals))
    return figures


def matching_metrics(
    events: Sequence[Sequence[Event]],
    intervals: Sequence[Sequence[Interval]],
    iou: float = 0.5,
) -> Dict[str, float]:
    """Precision, recall, F1 and average precision at a temporal IoU.

    An event is right if :func:`match_events` gives it an interval. The
    average precision is that of events ranked by their peaks, step-wise as
    scikit-learn's ``average_precision_score``: events of one peak enter
    together, and an interval that no event is matched to holds the recall
    below 1.

    Args:
        events (Sequence[Sequence[Event]]): Of V videos.
        intervals (Sequence[Sequence[tuple[float, float]]]): Of V videos.
        iou (float): In (0, 1]. Defaults to 0.5.

    Returns:
        dict[str, float]: In [0, 1]: ``precision``, right events among events,
        NaN without events, as nothing was claimed; ``recall``, matched
        intervals among intervals; ``F1``, 2 x right events / (events +
        intervals); ``AP``. Without intervals the last three are NaN, as there
        was nothing to find; with intervals and without events they are 0.

    Raises:
        ValueError: If ``iou`` or a time is out of its range.

    Examples:
        >>> events = [Event(0, 2, 0.9, 1), Event(4, 5, 0.8, 4.5)]
        >>> matching_metrics([events], [[(1, 3)]], iou=0.3)['precision']
        0.5
    """
    check_events(events, intervals)
    right = np.concatenate(
        [np.zeros(0, bool)]
        + [
            match_events(found, spans, iou) >= 0
            for found, spans in zip(events, intervals)
        ]
    )
    peaks = np.array([event.peak for found in events for event in found])
    annotated = sum(map(len, intervals))
    precision = float(right.mean()) if len(right) else np.nan
    if not annotated:
        return dict(precision=precision, recall=np.nan, F1=np.nan, AP=np.nan)
    return dict(
        precision=precision,
        recall=float(right.sum() / annotated),
        F1=float(2 * right.sum() / (len(right) + annotated)),
        AP=_average_precision(right, peaks, annotated),
    )


def false_alarms_per_hour(
    events: Sequence[Sequence[Event]],
    intervals: Sequence[Sequence[Interval]],
    durations: Sequence[float],
) -> Dict[str, float]:
    """How often nothing has happened where an event was found.

    A false alarm is an event that overlaps no annotated interval. One that
    overlaps some is none, however far it reaches beyond: that is what
    precision at a temporal IoU judges.

    Args:
        events (Sequence[Sequence[Event]]): Of V videos.
        intervals (Sequence[Sequence[tuple[float, float]]]): Of V videos.
        durations (Sequence[float]): (V,).

    Returns:
        dict[str, float]: >= 0: ``false_alarms_per_hour``, false alarms of all
        videos over the hours outside of annotated intervals;
        ``false_alarms_per_hour_normal``, of the videos without annotated
        intervals alone, as :func:`false_alarm_threshold` limits it. NaN where
        there is no such time.

    Raises:
        ValueError: If a time is out of its range.

    Examples:
        >>> event = Event(0, 2, peak=0.9, peak_time=1)
        >>> rates = false_alarms_per_hour([[event]], [[]], durations=[1800])
        >>> rates['false_alarms_per_hour_normal']
        2.0
    """
    check_events(events, intervals, durations)
    alarms = [
        int((overlap_seconds(found, spans) <= ROUNDING).all(1).sum())
        for found, spans in zip(events, intervals)
    ]
    quiet = [
        duration - sum(end - start for start, end in spans)
        for spans, duration in zip(intervals, durations)
    ]
    normal = [video for video, spans in enumerate(intervals) if not len(spans)]

    def rate(videos: Sequence[int]) -> float:
        seconds = sum(quiet[video] for video in videos)
        # What rounding leaves of a video that is abnormal throughout is none.
        if seconds <= ROUNDING:
            return np.nan
        return sum(alarms[video] for video in videos) * HOUR / seconds

    return dict(
        false_alarms_per_hour=rate(range(len(quiet))),
        false_alarms_per_hour_normal=rate(normal),
    )


def detection_delay(
    events: Sequence[Sequence[Event]], intervals: Sequence[Sequence[Interval]]
) -> Dict[str, float]:
    """How long after an anomaly's begin its event begins.

    An interval is hit by all events that overlap it, whatever the IoU, and
    an event can hit several. The delay is that of the earliest one,
    max(0, its start - the interval's start): an event that began before the
    anomaly has none. A snippet's score is known at its end; that wait is not
    in the delay.

    Args:
        events (Sequence[Sequence[Event]]): Of V videos.
        intervals (Sequence[Sequence[tuple[float, float]]]): Of V videos.

    Returns:
        dict[str, float]: ``delay_median`` and ``delay_mean`` in seconds, of
        the intervals that are hit, NaN without any; ``missed``, how many are
        not hit.

    Raises:
        ValueError: If a time is out of its range.

    Examples:
        >>> detection_delay([[Event(2, 4, 0.9, 3)]], [[(1, 3), (8, 9)]])
        {'delay_median': 1.0, 'delay_mean': 1.0, 'missed': 1}
    """
    check_events(events, intervals)
    delays, annotated = [], 0
    for found, spans in zip(events, intervals):
        annotated += len(spans)
        starts = np.array([event.start for event in found])
        for span, hit in zip(spans, overlap_seconds(spans, found) > ROUNDING):
            if hit.any():
                delays.append(max(0.0, float(starts[hit].min() - span[0])))
    return dict(
        delay_median=float(np.median(delays)) if delays else np.nan,
        delay_mean=float(np.mean(delays)) if delays else np.nan,
        missed=annotated - len(delays),
    )


def _average_precision(
    right: np.ndarray, peaks: np.ndarray, annotated: int
) -> float:
    """Compute AP over the events of all videos, (N,) each."""
    order = np.argsort(-peaks, kind='stable')
    found, peaks = np.cumsum(right[order]), peaks[order]
    # How many events there are from each peak on.
    counts = np.flatnonzero(np.diff(peaks, append=-np.inf)) + 1
    found = found[counts - 1]
    return float(
        (np.diff(found, prepend=0) * found / counts).sum() / annotated
    )
