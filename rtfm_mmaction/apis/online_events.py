"""Events of a score curve that is still growing."""

import math
from typing import Any, Dict, List, NamedTuple, Optional, Tuple

# Seconds by which sums of times may be off.
ROUNDING = 1e-6


class EventNews(NamedTuple):
    """That an event has begun or ended. Times are in seconds.

    Attributes:
        kind (str): 'start' or 'end'.
        event (int): Number of the event, from 0.
        start (float): Its begin.
        end (float): Its end; with 'start' what is known of it.
        peak (float): Highest score up to ``end``.
        peak_time (float): Middle of the snippet with it.
        utc (float, optional): When the frame came that the event begins or
            ends with, in seconds since 1970; None where nobody said.
    """

    kind: str
    event: int
    start: float
    end: float
    peak: float
    peak_time: float
    utc: Optional[float] = None


# When the first and the last frame of something came, in seconds since 1970.
Came = Tuple[Optional[float], Optional[float]]


class _Span:
    """Snippets in a row, or several such rows with small gaps."""

    def __init__(
        self, start: float, end: float, score: float, came: Came
    ) -> None:
        self.start, self.end = start, end
        self.peak, self.peak_time = score, (start + end) / 2
        self.came = came

    @property
    def numbers(self) -> List[Optional[float]]:
        """Begin, end, peak and its time, and when both ends came."""
        return [self.start, self.end, self.peak, self.peak_time, *self.came]

    @classmethod
    def of(cls, numbers: List[Any]) -> '_Span':
        """Make one of its :attr:`numbers`."""
        start, end, peak, peak_time, *came = numbers
        span = cls(start, end, peak, (came[0], came[1]))
        span.peak_time = peak_time
        return span

    def add(self, other: '_Span') -> None:
        """Reach as far as another one, which begins later."""
        self.end = other.end
        self.came = (self.came[0], other.came[1])
        if other.peak > self.peak:
            self.peak, self.peak_time = other.peak, other.peak_time


class OnlineEvents:
    """Tells the begin and the end of events as soon as they are certain.

    Snippets in a row that score ``low`` or more and of which one scores
    ``high`` or more are an event (hysteresis). Then events between which no
    more than ``max_gap`` lies become one, and then those shorter than
    ``min_length`` are dropped. An event's begin is told when it has that
    length, its end when nothing can join it any more.

    Args:
        high (float): Threshold that makes an event.
        low (float): Threshold that holds it, <= ``high``.
        min_length (float): Of an event, in seconds. Defaults to 0.
        max_gap (float): Between parts of one event, in seconds.
            Defaults to 0.

    Raises:
        ValueError: If a setting is out of its range.
    """

    def __init__(
        self,
        high: float,
        low: float,
        min_length: float = 0.0,
        max_gap: float = 0.0,
    ) -> None:
        if not low <= high:
            raise ValueError(
                'events: expected a low threshold of at most the '
                f'high one, found {low} and {high}'
            )
        if not (min_length >= 0 and max_gap >= 0):
            raise ValueError(
                'events: expected a shortest length and a longest'
                f' gap of 0 or more, found {min_length} and '
                f'{max_gap}'
            )
        self.high = high
        self.low = low
        self.min_length = min_length
        self.max_gap = max_gap
        self._number = 0
        self._told = False
        self._event: Optional[_Span] = None
        # The present snippets in a row; the event itself, if they are its.
        self._row: Optional[_Span] = None

    def push(
        self,
        start: float,
        end: float,
        score: float,
        came: Came = (None, None),
    ) -> List[EventNews]:
        """Take a snippet.

        Args:
            start (float): Its begin in seconds, not before the last one's
                end.
            end (float): Its end.
            score (float): Its score; NaN where it is not known, which holds
                no event and makes none.
            came (tuple[float, float], optional): When its first and its last
                frame came, in seconds since 1970. Defaults to not known.

        Returns:
            list[EventNews]: What is certain now and was not before.
        """
        news = []
        if not score >= self.low:  # lower, or NaN
            self._row = None
        elif self._row is None:
            self._row = _Span(start, end, score, came)
        else:
            self._row.add(_Span(start, end, score, came))
        row = self._row
        if self._event is not None and row is not self._event:
            # A row may still turn out to be of the event, if it began in time.
            gap = (end if row is None else row.start) - self._event.end
            if gap > self.max_gap + ROUNDING:
                news += self._end()
        if (
            row is not None
            and row is not self._event
            and row.peak >= self.high
        ):
            if self._event is None:
                self._event = row
            else:
                self._event.add(row)
                self._row = self._event
        event = self._event
        if (
            event is not None
            and not self._told
            and event.end - event.start >= self.min_length - ROUNDING
        ):
            self._told = True
            news.append(self._news('start', event))
        return news

    def gap(self, until: float) -> List[EventNews]:
        """Tell that nothing is known up to some time.

        Snippets on both sides are no row, and parts of one event only where
        no more than ``max_gap`` lies between them, seen or not.

        Args:
            until (float): Seconds at which the next snippet may begin. Where
                that is told by a clock and not by frames, the next one may
                begin before it.

        Returns:
            list[EventNews]: The end of the event that is under way, if
            nothing can join it any more.
        """
        self._row = None
        if (
            self._event is not None
            and until - self._event.end > self.max_gap + ROUNDING
        ):
            return self._end()
        return []

    def close(self) -> List[EventNews]:
        """End the video; the next snippet begins another.

        Returns:
            list[EventNews]: The end of the event that is under way, if any.
        """
        self._row = None
        return self._end()

    def state_dict(self) -> Dict[str, Any]:
        """What has to be known to go on, of plain JSON values.

        Returns:
            dict: ``number`` of the event that is under way or comes next;
            whether its begin was ``told``; ``event`` and ``row``, the event
            and the present snippets in a row, each [start, end, peak,
            peak_time, first and last frame's utc] in seconds, or None where
            there are none; whether the row is ``joined`` to the event.
        """
        joined = self._row is not None and self._row is self._event
        return dict(
            number=self._number,
            told=self._told,
            event=self._event and self._event.numbers,
            row=None if self._row is None or joined else self._row.numbers,
            joined=joined,
        )

    def load_state_dict(self, state: Dict[str, Any]) -> None:
        """Go on from a saved state.

        Args:
            state (dict): Of :meth:`state_dict`, of events with the same
                settings.

        Raises:
            ValueError: If a key is missing, unknown or of another kind; names
                it. Nothing is changed then.
        """
        _check_state(state)
        self._number, self._told = state['number'], state['told']
        self._event, self._row = (
            None if state[key] is None else _Span.of(state[key])
            for key in ('event', 'row')
        )
        if state['joined']:
            self._row = self._event

    def _end(self) -> List[EventNews]:
        news = []
        if self._told and self._event is not None:
            news.append(self._news('end', self._event))
            self._number += 1
        self._told = False
        self._event = None
        return news

    def _news(self, kind: str, event: _Span) -> EventNews:
        return EventNews(
            kind,
            self._number,
            event.start,
            event.end,
            event.peak,
            event.peak_time,
            event.came[kind == 'end'],
        )


def _check_state(state: Dict[str, Any]) -> None:
    """Refuse what :meth:`OnlineEvents.state_dict` does not give."""
    legal = dict(
        number=lambda value: type(value) is int and value >= 0,
        told=lambda value: type(value) is bool,
        event=_is_span,
        row=_is_span,
        joined=lambda value: type(value) is bool,
    )
    for key in sorted({*legal, *state}):
        if key not in state or key not in legal:
            raise ValueError(
                f'state of events: expected the keys {sorted(legal)}, found '
                f'{"no" if key in legal else "an unknown"} {key!r}'
            )
        if not legal[key](state[key]):
            raise ValueError(
                f'state of events: expected {key!r} as state_dict() gives it, '
                f'found {state[key]!r}'
            )
    if state['event'] is None and (state['told'] or state['joined']):
        raise ValueError(
            "state of events: expected an 'event', as it was told or joined, "
            'found None'
        )


def _is_span(value: Any) -> bool:
    return value is None or (
        isinstance(value, list)
        and len(value) == 6
        and all(map(_is_finite, value[:4]))
        and all(number is None or _is_finite(number) for number in value[4:])
    )


def _is_finite(number: Any) -> bool:
    return isinstance(number, (int, float)) and math.isfinite(number)
