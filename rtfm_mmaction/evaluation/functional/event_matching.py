"""Events beside annotated intervals: what overlaps, and what matches.

Shapes: V videos; of a video E events and G annotated intervals, [start, end).
Times are in seconds from the video's begin.
"""

import sys
from typing import Optional, Sequence, Tuple

import numpy as np

from .events import ROUNDING, Event

Interval = Tuple[float, float]
# Decimals of a temporal IoU: times are sums, and 0.3 is to reach 0.3.
IOU_DECIMALS = 9


def overlap_seconds(
    first: Sequence[Sequence[float]], second: Sequence[Sequence[float]]
) -> np.ndarray:
    """How long each of some spans and each of others lie together.

    Args:
        first (Sequence[Sequence[float]]): E spans that begin with (start,
            end), such as :class:`Event`.
        second (Sequence[Sequence[float]]): G likewise.

    Returns:
        np.ndarray: (E, G) float64 in seconds, 0 where they are apart.

    Examples:
        >>> overlap_seconds([(0, 2)], [(1, 3), (5, 6)]).tolist()
        [[1.0, 0.0]]
    """
    first, second = _spans(first)[:, None], _spans(second)
    starts = np.maximum(first[..., 0], second[..., 0])
    ends = np.minimum(first[..., 1], second[..., 1])
    return np.maximum(ends - starts, 0)


def temporal_iou(
    first: Sequence[Sequence[float]], second: Sequence[Sequence[float]]
) -> np.ndarray:
    """Intersection over union of each of some spans with each of others.

    Args:
        first (Sequence[Sequence[float]]): E spans that begin with (start,
            end), none of length 0.
        second (Sequence[Sequence[float]]): G likewise.

    Returns:
        np.ndarray: (E, G) float64 in [0, 1], to nine decimals.

    Examples:
        >>> temporal_iou([(0, 2)], [(1, 3), (5, 6)]).tolist()
        [[0.333333333, 0.0]]
    """
    overlap = overlap_seconds(first, second)
    lengths = np.diff(_spans(first)) + np.diff(_spans(second)).T
    return np.round(overlap / (lengths - overlap), IOU_DECIMALS)


def match_events(
    events: Sequence[Event], intervals: Sequence[Interval], iou: float
) -> np.ndarray:
    """Match a video's events to its annotated intervals, one to one.

    The event of the highest peak comes first; of equal ones that which
    begins first. Each takes the interval, among those still free, with which
    it has the highest temporal IoU, of equal ones the first, if that IoU is
    ``iou`` or more.

    Args:
        events (Sequence[Event]): E, in any order.
        intervals (Sequence[tuple[float, float]]): G, in order and apart.
        iou (float): In (0, 1].

    Returns:
        np.ndarray: (E,) int64: number of the interval, -1 for none.

    Raises:
        ValueError: If ``iou`` or a time is out of its range.

    Examples:
        >>> events = [Event(0, 2, 0.9, 1), Event(4, 5, 0.8, 4.5)]
        >>> match_events(events, [(1, 3)], iou=0.3).tolist()
        [0, -1]
    """
    if not 0 < iou <= 1:
        raise ValueError(
            'temporal IoU: expected a threshold above 0 and up '
            f'to 1, found {iou}'
        )
    check_events([events], [intervals])
    matches = np.full(len(events), -1, np.int64)
    if not len(intervals):
        return matches
    shares = temporal_iou(events, intervals)
    for index in sorted(
        range(len(events)),
        key=lambda i: (-events[i].peak, events[i].start, events[i].end),
    ):
        best = int(shares[index].argmax())
        if shares[index, best] >= iou:
            matches[index] = best
            # Taken.
            shares[:, best] = 0
    return matches


def check_events(
    events: Sequence[Sequence[Event]],
    intervals: Sequence[Sequence[Interval]],
    durations: Optional[Sequence[float]] = None,
) -> None:
    """Refuse what cannot be judged.

    Args:
        events (Sequence[Sequence[Event]]): Of V videos.
        intervals (Sequence[Sequence[tuple[float, float]]]): Of V videos.
        durations (Sequence[float], optional): (V,). Defaults to None, not
            known.

    Raises:
        ValueError: If they are not of as many videos, or a time is NaN,
            negative, behind the video's end or not behind its begin, or
            intervals are not in order and apart, or a peak is not finite.

    Examples:
        >>> check_events([[Event(0, 2, 0.9, 1)]], [[(1, 3)]], [10])
        >>> check_events([[]], [[(1, 3), (2, 4)]])  # doctest: +ELLIPSIS
        Traceback (most recent call last):
        ValueError: video 0: expected annotated intervals ... found (2, 4)
    """
    known = durations is not None
    durations = durations if known else [sys.float_info.max] * len(events)
    if not len(events) == len(intervals) == len(durations):
        raise ValueError(
            'events, annotated intervals and durations: expected those of as '
            f'many videos, found {len(events)}, {len(intervals)} and '
            f'{len(durations)}'
        )
    for video, (found, spans, duration) in enumerate(
        zip(events, intervals, durations)
    ):
        if not 0 < duration < np.inf:
            raise ValueError(
                f'video {video}: expected a duration above 0 '
                f'seconds, found {duration}'
            )
        limit = duration + ROUNDING
        bounds = '0 <= start < end' + f' <= {duration:g}' * known
        for event in found:
            if not (
                0 <= event.start < event.end <= limit
                and np.isfinite(event.peak)
            ):
                raise ValueError(
                    f'video {video}: expected an event with {bounds} seconds '
                    f'and a finite peak, found {tuple(event)}'
                )
        last = 0.0
        for start, end in spans:
            if not last <= start < end <= limit:
                raise ValueError(
                    f'video {video}: expected annotated intervals with '
                    f'{bounds} seconds, in order and apart, found '
                    f'{(start, end)}'
                )
            last = end


def _spans(values: Sequence[Sequence[float]]) -> np.ndarray:
    """Starts and ends, of shape (E, 2)."""
    return np.array([value[:2] for value in values], np.float64).reshape(-1, 2)
