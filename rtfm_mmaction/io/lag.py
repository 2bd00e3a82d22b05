"""How far the work on a live source is behind it."""

import math
from typing import Optional

# Seconds a second by which a source's own clock may go wrong against this
# machine's; and a count of frames where there is no clock.
DRIFT = 5e-4
DRIFT_OF_COUNTS = 0.05
# Seconds: a source's clock that jumps by more was set.
LEAP = 5.0


class UpstreamLag:
    """How long frames wait before they are read, in a socket's buffer say.

    Nothing tells when a frame was sent, but where all are in time those come
    as their own clock goes. So the least difference of both clocks that was
    seen is that of a frame in time; it may rise slowly, as clocks go apart.

    Args:
        drift (float): How fast it may, in seconds a second.
            Defaults to :data:`DRIFT`.

    Examples:
        >>> lag = UpstreamLag(drift=0)
        >>> [lag.add(came, sent) for came, sent in ((7, 0), (8, 1), (10, 2))]
        [0.0, 0.0, 1.0]
    """

    def __init__(self, drift: float = DRIFT) -> None:
        self._drift = drift
        self._least: Optional[float] = None
        self._came = self._sent = 0.0

    def add(self, came: float, sent: float) -> float:
        """Take a frame.

        Args:
            came (float): When it was read, in seconds of this machine.
            sent (float): Its own time in seconds; NaN where it has none.

        Returns:
            float: Seconds that it waited, at least.
        """
        if math.isnan(sent):
            return 0.0
        apart = came - sent
        step = sent - self._sent
        if self._least is None or not 0 <= step <= LEAP:
            self._least = apart
        else:
            risen = self._least + self._drift * (came - self._came)
            self._least = min(apart, risen)
        self._came, self._sent = came, sent
        return float(apart - self._least)


class LagTeller:
    """Says when a lag has grown beyond a bound, and when it is gone.

    Args:
        bound (float): In seconds.

    Attributes:
        now (float): The last lag, in seconds.
        highest (float): The highest one.

    Examples:
        >>> teller = LagTeller(10)
        >>> [teller.add(lag) for lag in (3, 11, 12, 4)]
        [None, '11.0 s behind', None, 'in time again']
    """

    def __init__(self, bound: float) -> None:
        self._bound = bound
        self._told: Optional[float] = None
        self.now = self.highest = 0.0

    def add(self, lag: float) -> Optional[str]:
        """Take a lag.

        Args:
            lag (float): In seconds, >= 0.

        Returns:
            str or None: What there is to say: beyond the bound once, and
            again each time that it has doubled.
        """
        self.now, self.highest = lag, max(lag, self.highest)
        if lag > (self._bound if self._told is None else 2 * self._told):
            self._told = lag
            return f'{lag:.1f} s behind'
        if self._told is not None and lag < self._bound / 2:
            self._told = None
            return 'in time again'
        return None
