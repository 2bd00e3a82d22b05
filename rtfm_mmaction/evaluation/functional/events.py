"""Events: from a score curve to intervals in seconds.

Shapes: T snippets.
"""

from dataclasses import dataclass
from typing import List, NamedTuple, Optional

import numpy as np

from .logits import to_logits, to_scores
from .smoothing import smooth_logits, smooth_scores

# Seconds by which sums of times may be off.
ROUNDING = 1e-6
# The threshold that holds an event, as a share of the one that makes it.
LOW_SHARE = 0.8


class Event(NamedTuple):
    """An interval that scores high. Times are in seconds.

    Attributes:
        start (float): Its begin.
        end (float): Its end.
        peak (float): Its highest score, float64 where logits tell it.
        peak_time (float): Middle of the first snippet with it.
    """

    start: float
    end: float
    peak: float
    peak_time: float


def find_events(
    scores: np.ndarray,
    edges: np.ndarray,
    high: float,
    low: Optional[float] = None,
    min_length: float = 0.0,
    max_gap: float = 0.0,
) -> List[Event]:
    """Find events, as ``OnlineEvents`` does while a video runs.

    Snippets in a row that score ``low`` or more and of which one scores
    ``high`` or more are an event (hysteresis). Then events between which no
    more than ``max_gap`` lies become one, and then those shorter than
    ``min_length`` are dropped.

    Args:
        scores (np.ndarray): (T,).
        edges (np.ndarray): (T + 1,) in seconds: where snippets begin and the
            last one ends.
        high (float): Threshold that makes an event.
        low (float, optional): Threshold that holds it, <= ``high``.
            Defaults to None, ``LOW_SHARE`` of it.
        min_length (float): Of an event, in seconds. Defaults to 0.
        max_gap (float): Between parts of one event, in seconds.
            Defaults to 0.

    Returns:
        list[Event]: In order, apart.

    Examples:
        >>> find_events(np.array([0.1, 0.9, 0.7, 0.1]), np.arange(5), high=0.8)
        [Event(start=1.0, end=3.0, peak=0.9, peak_time=1.5)]
    """
    low = LOW_SHARE * high if low is None else low
    held = np.concatenate([[False], np.asarray(scores) >= low, [False]])
    starts, stops = np.flatnonzero(np.diff(held)).reshape(-1, 2).T
    events: List[Event] = []
    for start, stop in zip(starts, stops):
        best = start + int(np.argmax(scores[start:stop]))
        if scores[best] < high:
            continue
        event = Event(
            float(edges[start]),
            float(edges[stop]),
            float(scores[best]),
            float(edges[best] + edges[best + 1]) / 2,
        )
        if events and event.start - events[-1].end <= max_gap + ROUNDING:
            last = events.pop()
            top = event if event.peak > last.peak else last
            event = Event(last.start, event.end, top.peak, top.peak_time)
        events.append(event)
    return [
        event
        for event in events
        if event.end - event.start >= min_length - ROUNDING
    ]


def even_edges(
    snippets: int, seconds_per_snippet: float, end: Optional[float] = None
) -> np.ndarray:
    """Find where snippets of one length begin and end.

    Args:
        snippets (int): T.
        seconds_per_snippet (float): Their length.
        end (float, optional): Where the video ends, in seconds, see
            :meth:`EventRule.find`. Defaults to None, with the last snippet.

    Returns:
        np.ndarray: (T + 1,) float64, seconds.

    Examples:
        >>> even_edges(3, 0.5, end=1.7).tolist()
        [0.0, 0.5, 1.0, 1.7]
    """
    edges = np.arange(snippets + 1) * seconds_per_snippet
    if end is not None:
        edges = np.minimum(edges, end)
        if snippets and end - edges[-1] < seconds_per_snippet:
            edges[-1] = end
    return edges


@dataclass(frozen=True)
class EventRule:
    """How scores become events.

    Attributes:
        high (float): Threshold that makes an event.
        low (float, optional): Threshold that holds it. Defaults to None, 0.8
            of ``high``.
        min_length (float): In seconds. Defaults to 0.
        max_gap (float): In seconds. Defaults to 0.
        smoothing (float): Width of the smoothing in seconds, see
            :func:`smooth_scores`. Defaults to 0.
        smoothing_kind (str): As there. Defaults to 'median'.
        high_logit (float, optional): Logit of ``high``, for a threshold among
            scores that are all but 1. Where the logits of a curve are known,
            they are compared with it, and not the scores with ``high``.
            Defaults to None: scores are compared.

    Raises:
        ValueError: If a setting is out of its range.

    Examples:
        >>> scores = np.array([0.9, 0.1, 0.9])
        >>> EventRule(0.8, max_gap=1).find(scores, 0.5, end=1.4)
        [Event(start=0.0, end=1.4, peak=0.9, peak_time=0.25)]
    """

    high: float
    low: Optional[float] = None
    min_length: float = 0.0
    max_gap: float = 0.0
    smoothing: float = 0.0
    smoothing_kind: str = 'median'
    high_logit: Optional[float] = None

    def __post_init__(self) -> None:
        for threshold in (self.high, self.low, self.high_logit):
            if threshold is not None and not np.isfinite(threshold):
                raise ValueError(
                    f'events: expected finite thresholds, found {threshold}'
                )
        if self.low is not None and not self.low <= self.high:
            raise ValueError(
                'events: expected a low threshold of at most the '
                f'high one, found {self.low} and {self.high}'
            )
        if not (self.min_length >= 0 and self.max_gap >= 0):
            raise ValueError(
                'events: expected a shortest length and a longest'
                f' gap of 0 or more, found {self.min_length} and '
                f'{self.max_gap}'
            )
        smooth_scores(np.zeros(0), self.smoothing, self.smoothing_kind)

    def find(
        self,
        scores: np.ndarray,
        seconds_per_snippet: float,
        end: Optional[float] = None,
        logits: Optional[np.ndarray] = None,
        edges: Optional[np.ndarray] = None,
    ) -> List[Event]:
        """Find the events of a video.

        Args:
            scores (np.ndarray): (T,).
            seconds_per_snippet (float): Length of a snippet, on average.
            end (float, optional): Where the video ends, in seconds: within
                the last snippet, or behind it by less than a snippet, for
                which the last score holds. Defaults to None.
            logits (np.ndarray, optional): (T,), of the scores. Defaults to
                None: not known.
            edges (np.ndarray, optional): (T + 1,) in seconds, where snippets
                begin and the last one ends, in place of even ones. Defaults
                to None.

        Returns:
            list[Event]: See :func:`find_events`.
        """
        if edges is None:
            edges = even_edges(len(scores), seconds_per_snippet, end)
        how = self.smoothing / seconds_per_snippet, self.smoothing_kind
        lengths = self.min_length, self.max_gap
        if logits is None or self.high_logit is None:
            scores = smooth_scores(scores, *how)
            return find_events(scores, edges, self.high, self.low, *lengths)
        events = find_events(
            smooth_logits(logits, *how),
            edges,
            self.high_logit,
            self.low_logit,
            *lengths,
        )
        return [
            event._replace(peak=float(to_scores(event.peak)))
            for event in events
        ]

    @property
    def low_score(self) -> float:
        """Score that holds an event."""
        return LOW_SHARE * self.high if self.low is None else self.low

    @property
    def low_logit(self) -> float:
        """Logit that holds an event, at most that which makes it."""
        low = float(to_logits(self.low_score))
        return low if self.high_logit is None else min(low, self.high_logit)
