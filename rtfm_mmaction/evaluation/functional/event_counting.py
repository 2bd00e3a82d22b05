"""How many events there are while the thresholds fall.

Shapes: S snippets of all videos, one behind another; T of one video.

As thresholds fall, snippets come to hold and to make events, and none ever
ceases to: rows of snippets, and events of rows, only grow together. So each
snippet is looked at twice in all, and not once at each threshold.
"""

from bisect import bisect_right
from typing import List, Optional, Sequence

import numpy as np

from .events import LOW_SHARE, ROUNDING

NONE = -1


class FallingThreshold:
    """Counts the events of some videos, as ``find_events`` finds them.

    Args:
        edges (Sequence[np.ndarray]): (T + 1,) of each video, seconds where
            snippets begin and the last one ends.
        min_length (float): Of an event, in seconds.
        max_gap (float): Between parts of one event, in seconds.

    Attributes:
        count (int): Events at the present thresholds.

    Examples:
        >>> falling = FallingThreshold([np.arange(4)], min_length=0, max_gap=0)
        >>> for snippet in (0, 2):
        ...     falling.hold(snippet)
        ...     falling.make(snippet)
        >>> falling.count
        2
        >>> falling.hold(1)
        >>> falling.count
        1
    """

    def __init__(
        self,
        edges: Sequence[np.ndarray],
        min_length: float,
        max_gap: float,
    ) -> None:
        self._begin = np.concatenate([[], *(e[:-1] for e in edges)]).tolist()
        self._end = np.concatenate([[], *(e[1:] for e in edges)]).tolist()
        self._video = np.repeat(
            np.arange(len(edges)), [len(video) - 1 for video in edges]
        ).tolist()
        self._shortest = min_length - ROUNDING
        self._max_gap = max_gap + ROUNDING
        size = len(self._begin)
        # Rows of held snippets, a forest: a snippet's parent, NONE while it
        # does not hold, and of roots the row's ends and whether it makes one.
        self._parent = [NONE] * size
        self._first = list(range(size))
        self._last = list(range(size))
        self._makes = [False] * size
        # Events: first snippets in order, and last ones by first ones.
        self._starts: List[int] = []
        self._stop = [NONE] * size
        self.count = 0

    def hold(self, snippet: int) -> None:
        """Let a snippet hold events.

        Args:
            snippet (int): Of the S; one that does not up to now.
        """
        self._parent[snippet] = snippet
        for other in (snippet - 1, snippet + 1):
            if (
                0 <= other < len(self._parent)
                and self._parent[other] != NONE
                and self._video[other] == self._video[snippet]
            ):
                self._join(self._root(other), self._root(snippet))
        self._grow(self._root(snippet))

    def make(self, snippet: int) -> None:
        """Let a snippet make an event.

        Args:
            snippet (int): Of the S; one that holds.
        """
        root = self._root(snippet)
        if not self._makes[root]:
            self._makes[root] = True
            self._grow(root)

    def _root(self, snippet: int) -> int:
        parent = self._parent
        while parent[snippet] != snippet:
            parent[snippet] = parent[parent[snippet]]
            snippet = parent[snippet]
        return snippet

    def _join(self, one: int, other: int) -> None:
        """Make one row of two neighbours; the longer one's root stays."""
        lengths = [self._last[r] - self._first[r] for r in (one, other)]
        if lengths[0] < lengths[1]:
            one, other = other, one
        self._parent[other] = one
        self._first[one] = min(self._first[one], self._first[other])
        self._last[one] = max(self._last[one], self._last[other])
        self._makes[one] = self._makes[one] or self._makes[other]

    def _grow(self, root: int) -> None:
        """Let a row, new or longer now, take its place among the events."""
        if not self._makes[root]:
            return
        first, last = self._first[root], self._last[root]
        starts, stop = self._starts, self._stop
        at = bisect_right(starts, first)
        low = at
        if at and self._reaches(stop[starts[at - 1]], first):
            low -= 1
            first = starts[low]
            last = max(last, stop[first])
        high = at
        while high < len(starts) and self._reaches(last, starts[high]):
            last = max(last, stop[starts[high]])
            high += 1
        self.count -= sum(
            self._is_long(start, stop[start]) for start in starts[low:high]
        )
        starts[low:high] = [first]
        stop[first] = last
        self.count += self._is_long(first, last)

    def _reaches(self, stop: int, start: int) -> bool:
        """Whether what ends with a snippet goes on with another."""
        return self._video[stop] == self._video[start] and (
            start <= stop
            or self._begin[start] - self._end[stop] <= self._max_gap
        )

    def _is_long(self, start: int, stop: int) -> bool:
        return self._end[stop] - self._begin[start] >= self._shortest


def count_events(
    scores: Sequence[np.ndarray],
    edges: Sequence[np.ndarray],
    thresholds: Sequence[float],
    low: Optional[float] = None,
    min_length: float = 0.0,
    max_gap: float = 0.0,
) -> List[int]:
    """Count the events of some videos at many thresholds.

    Args:
        scores (Sequence[np.ndarray]): (T,) of each video.
        edges (Sequence[np.ndarray]): (T + 1,) of each, see
            :func:`find_events`.
        thresholds (Sequence[float]): That make an event, in any order.
        low (float, optional): Threshold that holds it where it is below the
            one that makes it. Defaults to None, ``LOW_SHARE`` of that.
        min_length (float): See :func:`find_events`. Defaults to 0.
        max_gap (float): As there. Defaults to 0.

    Returns:
        list[int]: As many as :func:`find_events` finds in all of them, of
        each threshold.

    Examples:
        >>> scores = [np.array([0.9, 0.1, 0.5])]
        >>> count_events(scores, [np.arange(4)], [0.4, 0.8])
        [2, 1]
    """
    falling = FallingThreshold(edges, min_length, max_gap)
    pooled = np.concatenate([np.zeros(0), *scores])
    order = np.argsort(-pooled, kind='stable')
    falls = -pooled[order]
    counts = [0] * len(thresholds)
    held = made = 0
    for which in np.argsort(-np.asarray(thresholds)):
        high = thresholds[which]
        holds = LOW_SHARE * high if low is None else min(low, high)
        for snippet in order[held : np.searchsorted(falls, -holds, 'right')]:
            falling.hold(int(snippet))
            held += 1
        for snippet in order[made : np.searchsorted(falls, -high, 'right')]:
            falling.make(int(snippet))
            made += 1
        counts[which] = falling.count
    return counts
