"""How many frames of a live source come a second, by the clock on the wall."""

from typing import Optional

# Seconds that are passed over, since what waited in buffers comes at once.
WARM_UP = 1.0
# Seconds that are measured.
MEASURED = 3.0
# Share of them that has to be spent waiting for frames; else the machine is
# too slow, and frames come as fast as it takes them.
WAITING = 0.5


class ArrivalRate:
    """Measures over the first seconds of a source.

    Attributes:
        rate (float, optional): Frames per second; None as long as it is not
            known.
        done (bool): Whether the measurement is over, with or without a rate.
    """

    def __init__(self) -> None:
        self.rate: Optional[float] = None
        self.done = False
        self._opened: Optional[float] = None
        self._begin: Optional[float] = None
        self._count = 0
        self._waited = 0.0

    def add(self, asked: float, came: float) -> None:
        """Take a frame.

        Args:
            asked (float): When it was asked for, in seconds.
            came (float): When it came, by the same clock.
        """
        if self.done:
            return
        if self._opened is None:
            self._opened = came
        if came - self._opened < WARM_UP:
            return
        if self._begin is None:
            self._begin = came
            return
        self._count += 1
        self._waited += came - asked
        elapsed = came - self._begin
        if elapsed >= MEASURED:
            self.done = True
            if self._waited >= WAITING * elapsed:
                self.rate = self._count / elapsed
