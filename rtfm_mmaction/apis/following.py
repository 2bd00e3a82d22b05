"""A watch that is fed by a live source: gaps and lag."""

import time
from typing import Callable, List, Optional

from ..io.frame_source import Arrival
from ..io.lag import LagTeller
from .online_events import EventNews
from .watching import Watch

# Seconds between two sentences about frames that were dropped.
PAUSE = 60.0


class Follower:
    """Gives a watch what comes, and tells it what did not.

    Frames whose numbers are missing were dropped; times go on by them. Where
    no frame came for ``timeout`` seconds times do not go on, since the stream
    was lost, or not watched; that is a gap, too. What is shorter, as a
    connection that is made again at once, is none.

    Args:
        watching (Watch): Gets the frames.
        timeout (float): In seconds.
        longest_lag (float): Seconds behind the source beyond which that is
            told.
        note (Callable): Gets a sentence. After one about frames that were
            dropped there is none for a minute.
        clock (Callable): Seconds, as :attr:`Arrival.came` has them.
            Defaults to ``time.monotonic``.

    Attributes:
        lag (LagTeller): How far the last frame that was worked on is behind
            the moment: the time for which it waited, and the work.
        gaps (int): How often frames were dropped.
    """

    def __init__(
        self,
        watching: Watch,
        timeout: float,
        longest_lag: float,
        note: Callable[[str], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.lag = LagTeller(longest_lag)
        self.gaps = 0
        self._watching = watching
        self._timeout = timeout
        self._note = note
        self._clock = clock
        self._next = 0  # frame
        self._came: Optional[float] = None  # the last frame
        self._quiet_until = -float('inf')

    def take(self, arrival: Arrival) -> List[EventNews]:
        """Take a frame, or that none came.

        Args:
            arrival (Arrival): Behind the last one.

        Returns:
            list[EventNews]: What is certain now and was not before.
        """
        watching = self._watching
        unseen = self._since_last(arrival)
        if arrival.frame is None:
            return watching.gap(seconds=unseen) if watching.frames else []
        dropped = arrival.number - self._next
        news = []
        if dropped or unseen > self._timeout:
            news = watching.gap(dropped, max(0.0, unseen - 1 / watching.fps))
        if dropped:
            self._tell_dropped(dropped)
        self._next, self._came = arrival.number + 1, arrival.came
        news += watching.push(arrival.frame, arrival.utc - arrival.behind)
        lag = self._clock() - arrival.came + arrival.behind
        said = self.lag.add(max(0.0, lag))
        if said is not None and self._clock() >= self._quiet_until:
            self._note(said)
        return news

    def summary(self) -> str:
        """Say how far behind it was, and what was dropped.

        Returns:
            str: A part of a sentence.
        """
        said = f'at most {self.lag.highest:.1f} s behind'
        if self.gaps:
            times = 'once' if self.gaps == 1 else f'{self.gaps} times'
            said += f', {self._dropped()} dropped, {times}'
        return said

    def _since_last(self, arrival: Arrival) -> float:
        """Seconds between a frame and the one before, perhaps of a run that
        was stopped.
        """
        if self._came is not None:
            return arrival.came - self._came
        if self._watching.last_utc is None:
            return 0.0
        return max(0.0, arrival.utc - self._watching.last_utc)

    def _tell_dropped(self, dropped: int) -> None:
        self.gaps += 1
        if self._clock() < self._quiet_until:
            return
        self._quiet_until = self._clock() + PAUSE
        seconds = dropped / self._watching.fps
        more = f', {self._dropped()} so far' if self.gaps > 1 else ''
        self._note(
            f'fell behind: {dropped} frames ({seconds:.1f} s) were dropped to '
            f'keep up{more} (--when-behind)'
        )

    def _dropped(self) -> str:
        frames = self._watching.dropped
        return f'{frames} frames ({frames / self._watching.fps:.1f} s)'
