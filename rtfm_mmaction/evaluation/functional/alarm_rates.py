"""What some hours of video say of a rate of events.

Events that come at random are Poisson distributed: of a rate of r an hour,
T hours have k of them with the probability (rT)^k exp(-rT) / k!. The interval
of rates is the exact one, Garwood, Biometrika 28 (1936).
"""

import math
from typing import NamedTuple, Tuple

DAY = 24  # hours, of one camera
CONFIDENCE = 0.95


def poisson_interval(
    events: int, confidence: float = CONFIDENCE
) -> Tuple[float, float]:
    """Means of which so many events are not improbable.

    Args:
        events (int): How many were seen, >= 0.
        confidence (float): In (0, 1). Defaults to 0.95.

    Returns:
        tuple[float, float]: The mean below which so many or more have the
        probability (1 - confidence) / 2, 0 without events; and that above
        which so many or fewer have it.

    Examples:
        >>> low, high = poisson_interval(0)
        >>> low, round(high, 3)
        (0.0, 3.689)
    """
    from scipy.stats import chi2

    tail = (1 - confidence) / 2
    low = chi2.ppf(tail, 2 * events) / 2 if events else 0.0
    return float(low), float(chi2.isf(tail, 2 * events + 2) / 2)


def hours_needed(per_hour: float, confidence: float = CONFIDENCE) -> float:
    """Hours without an event that show that a rate is no higher.

    Args:
        per_hour (float): The rate, >= 0.
        confidence (float): In (0, 1). Defaults to 0.95.

    Returns:
        float: With that rate so many hours have an event with the probability
        ``confidence``: 3.0 / ``per_hour``; infinite of a rate of 0.

    Examples:
        >>> round(hours_needed(0.5), 3)
        5.991
    """
    return -math.log1p(-confidence) / per_hour if per_hour else math.inf


def highest_rate(hours: float, confidence: float = CONFIDENCE) -> float:
    """The rate that some hours without an event show, see above.

    Args:
        hours (float): > 0.
        confidence (float): In (0, 1). Defaults to 0.95.

    Returns:
        float: Events an hour.

    Examples:
        >>> round(highest_rate(6.0), 3)
        0.499
    """
    return hours_needed(hours, confidence)


class AlarmRate(NamedTuple):
    """Events that were counted in some hours.

    Attributes:
        events (int): How many.
        hours (float): In how many, > 0.
    """

    events: int
    hours: float

    @property
    def per_hour(self) -> float:
        """The rate that was seen."""
        return self.events / self.hours

    @property
    def interval(self) -> Tuple[float, float]:
        """Rates an hour that go with it, of 95%."""
        low, high = poisson_interval(self.events)
        return low / self.hours, high / self.hours

    def __str__(self) -> str:
        low, high = self.interval
        return (
            f'{self.events} event{"" if self.events == 1 else "s"} in '
            f'{in_hours(self.hours)}: {in_both_units(self.per_hour)}, with '
            f'{CONFIDENCE:.0%} confidence {_short(low)} to {_short(high)} an '
            'hour'
        )


def in_both_units(per_hour: float) -> str:
    """Write a rate: ``1 an hour (24 a camera and day)``.

    Args:
        per_hour (float): >= 0.

    Examples:
        >>> in_both_units(0.5)
        '0.5 an hour (12 a camera and day)'
    """
    return (
        f'{_short(per_hour)} an hour ({_short(per_hour * DAY)} a camera and '
        'day)'
    )


def in_hours(hours: float) -> str:
    """Write a time: ``2.5 hours``, with the seconds of what is short.

    Args:
        hours (float): >= 0.

    Examples:
        >>> in_hours(0.5)
        '0.5 hours (1800 s)'
    """
    text = f'{_short(hours)} hour{"" if hours == 1 else "s"}'
    return f'{text} ({hours * 3600:.0f} s)' if hours < 1 else text


def _short(number: float) -> str:
    """Three digits, and no exponent for the thousands."""
    return f'{float(f"{number:.3g}"):.12g}'


def check_rate(per_hour: float, hours: float, otherwise: str) -> None:
    """Refuse a rate that some hours of normal video cannot show.

    Args:
        per_hour (float): The rate that is asked for, >= 0.
        hours (float): How long normal videos are together.
        otherwise (str): What a person can do who insists, for the error.

    Raises:
        ValueError: If the video is too short to tell the rate from a higher
            one, even if there were no event in all of it.

    Examples:
        >>> check_rate(per_hour=1.0, hours=3.0, otherwise='insist')
    """
    needed = hours_needed(per_hour)
    if hours >= needed:
        return
    if per_hour:
        asked = (
            f'{in_both_units(per_hour)} needs at least {in_hours(needed)} of '
            'normal video'
        )
    else:
        asked = 'no false alarm at all is what no normal video can show'
    raise ValueError(
        f'false alarms: {asked}, you gave {in_hours(hours)}; without an event '
        f'that shows at most {in_both_units(highest_rate(hours))}. Expected '
        f'more normal video or a higher rate, or {otherwise}'
    )
