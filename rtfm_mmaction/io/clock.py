"""When frames are shown: by their own times, by a rate, or by what one says.

Shapes: F frames, T snippets, L frames of a snippet.
"""

import math
from array import array
from collections import deque
from typing import Callable, Deque, List, NamedTuple, Optional, Sequence, Tuple

import numpy as np

# From here on a step may be a jump of the clock, in seconds and in steps that
# are usual there; and by how much a leap that the file tells may be off it.
JUMP_SECONDS = 1.0
JUMP_STEPS = 8
LEAP_ERROR = 0.1
# Steps that tell what is usual; as many as frames can be out of order.
USUAL = 16
# How far the mean of the steps may lie from the rate that a file says.
RATE_ERROR = 0.01
# Frames by which times may be off those of a rate: a lost one makes none new.
NEAR = 1.01
# Steps of an even rate: all but a few lie so near to the middle one.
STEP_ERROR = 0.25
FEW = 0.05


class Timing(NamedTuple):
    """When the frames of a video are shown.

    Attributes:
        fps (float): Frames per second, on average where they vary; 0.0 where
            nothing tells it.
        times (np.ndarray or None): (F + 1,) float64, seconds from the first
            frame, and the end of the last one; None where all is said by
            ``fps``.
        notes (list[str]): What a person should know of it.
        jumped (bool): Whether the source's own clock jumps, so that its times
            are not these.
    """

    fps: float
    times: Optional[np.ndarray]
    notes: List[str]
    jumped: bool

    def edges(self, snippet_len: int, count: int) -> Optional[np.ndarray]:
        """Find where snippets begin, and the video ends.

        Args:
            snippet_len (int): L.
            count (int): T.

        Returns:
            np.ndarray or None: (T + 1,) float64, in seconds to the
            millisecond; None where all is said by ``fps``.
        """
        if self.times is None:
            return None
        starts = self.times[: count * snippet_len : snippet_len]
        return np.round(np.append(starts, self.times[-1]), 3)


class FrameClock:
    """Keeps the times of frames as they come; jumps of a clock are taken out.

    A time that goes back for good is a jump. One that leaps ahead is one where
    the file itself tells that its clock leaps; else it is a gap, in which
    frames were damaged, lost or never there. 16 bytes a frame are held.

    Args:
        said (float): Frames per second as the source says; 0.0 where it does
            not.
        told (float, optional): Frames per second as the user says, which wins
            over everything. Defaults to None.
        find_leaps (Callable, optional): What gives the seconds of the leaps
            of the file's clock; asked once, and only where a time leaps.
            Defaults to None: there are none.

    Attributes:
        said (float): As given.
        first_own (float): The source's own time of the first frame; NaN where
            it says none.
        last_own (float): The same of the last frame that has one.
    """

    def __init__(
        self,
        said: float,
        told: Optional[float] = None,
        find_leaps: Optional[Callable[[], Sequence[float]]] = None,
    ) -> None:
        self.said = said
        self._told = told
        self._find_leaps = find_leaps
        self._leaps: Optional[Sequence[float]] = None
        self._own = array('d')
        # Ours, of all frames but the last few, whose followers are awaited.
        self._times = array('d')
        self._offset = 0.0  # of the source's clock to ours
        self._steps: Deque[float] = deque(
            [1 / said] if said else [], maxlen=USUAL
        )
        self._known = 0  # frames that have a time
        self._unknown = 0  # the last ones, that have none
        self._jumps: List[Tuple[int, float]] = []
        self.first_own = self.last_own = math.nan

    def add(self, seconds: float) -> None:
        """Take the next frame.

        Args:
            seconds (float): The source's own time of it; NaN where there is
                none. 0 of any but the first is none, as OpenCV has it.
        """
        if not seconds > 0 and self._own:
            seconds = math.nan
        if not math.isnan(seconds):
            self._known += 1
            self.last_own = seconds
            if len(self._own) == 0:
                self.first_own = seconds
        self._own.append(seconds)
        if len(self._own) - len(self._times) > USUAL:
            self._settle()

    def end(self) -> None:
        """Take no more frames."""
        while len(self._times) < len(self._own):
            self._settle()

    def _settle(self) -> None:
        """Decide on our time of the next frame."""
        index, own = len(self._times), self._own[len(self._times)]
        if index == 0:
            self._offset = 0.0 if math.isnan(own) else -own
            self._times.append(0.0)
            return
        last = self._times[-1]
        if math.isnan(own):
            self._unknown += 1
            self._times.append(last + self.usual_step)
            return
        step = own + self._offset - last
        if self._is_jump(index, step):
            usual = self.usual_step
            # The first frames behind it may be those that had no time.
            self._jumps.append((index - self._unknown, step - usual))
            self._offset -= step - usual
            step = usual
        elif step > 0:
            self._steps.append(step)
        self._unknown = 0
        self._times.append(last + max(step, 0.0))

    def _is_jump(self, index: int, step: float) -> bool:
        if step < 0:
            # Behind damage frames come in disorder for a while.
            ahead = self._own[index + 1 : index + 1 + USUAL]
            level = self._own[index] - step
            return -step > JUMP_SECONDS and not any(
                own >= level for own in ahead
            )
        usual = self.usual_step
        if not step > max(JUMP_SECONDS, JUMP_STEPS * usual):
            return False
        if self._leaps is None:
            self._leaps = self._find_leaps() if self._find_leaps else []
        return any(
            abs(leap - step) <= LEAP_ERROR * step for leap in self._leaps
        )

    @property
    def own_times(self) -> np.ndarray:
        """The source's own times of all frames, (F,) float64; NaN of a frame
        without one.
        """
        return np.array(self._own)

    @property
    def usual_step(self) -> float:
        """Seconds from frame to frame: the middle one of the last few."""
        steps = sorted(self._steps)
        return steps[len(steps) // 2] if steps else 0.0

    def seconds_at(self, frame: int) -> float:
        """Tell when a frame begins, by what is known up to now.

        Args:
            frame (int): Its number; it may lie ahead.

        Returns:
            float: Seconds from the first frame: by the rate that the source
            says as long as its own times agree with it within a frame. NaN
            where nothing tells it.
        """
        rate = self._told or self.said
        even = frame / rate if rate else math.nan
        if self._told or self._known < 2:
            return even
        own = self._own_seconds(frame)
        return even if rate and abs(own - even) <= NEAR / rate else own

    def _own_seconds(self, frame: int) -> float:
        settled, last = len(self._times), len(self._own) - 1
        if frame < settled:
            return self._times[frame]
        known = self._own[min(frame, last)] + self._offset
        before = self._times[-1] if settled else 0.0
        if settled == 0:
            known -= self._own[0]
        if math.isnan(known):
            known = before + (min(frame, last) - settled + 1) * self.usual_step
        return max(known, before) + max(frame - last, 0) * self.usual_step

    def timing(self) -> Timing:
        """Judge all that came, but for the last few frames before the end.

        Returns:
            Timing: By the rate that the user says; else by the source's rate
            where the frames' own times agree with it within a frame; else by
            another even rate, where they agree with one; else by themselves.
        """
        jumped = bool(self._jumps)
        if self._told or not self._times:
            return Timing(self._told or self.said, None, [], jumped)
        notes = self._jump_notes()
        times = np.frombuffer(self._times, np.float64)
        if self._known < 2 or times[-1] <= 0:
            return Timing(self.said, None, notes, jumped)
        mean = (len(times) - 1) / times[-1]
        steps = np.diff(times)
        rates = [self.said]
        if steps.max() < 1.5 * np.median(steps):  # else there are gaps
            rates += sorted(
                _round_rates(mean), key=lambda rate: _drift(times, rate)
            )
            rates.append(mean)
        for rate in rates:
            if rate and _drift(times, rate) <= NEAR / rate:
                return Timing(rate, None, notes + self._doubts(rate), jumped)
        # Gaps alone do not make another rate.
        rate = self.said if _is_usual(steps, self.said) else mean
        notes += self._doubts(rate) + _varying(steps, rate)
        # A copy, so that the frames' end can follow.
        times = np.append(times, times[-1] + 1 / rate)
        return Timing(rate, times, notes, jumped)

    def _jump_notes(self) -> List[str]:
        if not self._jumps:
            return []
        frame, seconds = self._jumps[0]
        more = len(self._jumps) - 1
        return [
            f'its clock jumps by {seconds:.1f} s at frame {frame}'
            + (f' and {more} more times' if more else '')
            + ': times go on by the rate'
        ]

    def _doubts(self, rate: float) -> List[str]:
        """What to say where the source's rate is not believed."""
        if not self.said or abs(self.said - rate) <= RATE_ERROR * rate:
            return []
        return [
            f'it says {self.said:.6g} frames/s, the times of its frames say '
            f'{rate:.6g}, which is believed'
        ]


def _drift(times: np.ndarray, rate: float) -> float:
    """Seconds by which (F,) times are off those of an even rate, at most."""
    return float(np.abs(times - np.arange(len(times)) / rate).max())


def _round_rates(mean: float) -> List[float]:
    """Rates as people choose them, near a measured one."""
    rates = [round(mean), round(mean) * 1000 / 1001, round(2 * mean) / 2]
    return [
        float(rate)
        for rate in rates
        if rate > 0 and abs(rate - mean) <= RATE_ERROR * mean
    ]


def _is_usual(steps: np.ndarray, rate: float) -> bool:
    """Whether a rate is that of nearly all steps, or of their mean."""
    if not rate:
        return False
    off = np.abs(steps * rate - 1) > STEP_ERROR
    return off.mean() <= FEW or abs(rate * steps.mean() - 1) <= RATE_ERROR


def _varying(steps: np.ndarray, rate: float) -> List[str]:
    """What to say of frames that do not come evenly."""
    middle = float(np.median(steps))
    gaps = int((steps > (1 + STEP_ERROR) * middle).sum())
    hasty = int((steps < (1 - STEP_ERROR) * middle).sum())
    if gaps + hasty > max(FEW * len(steps), 2):
        return [
            'its frame rate varies: times are those of the frames themselves, '
            f'of {rate:.6g} frames/s on average'
        ]
    if not gaps:
        return []
    longest = int(steps.argmax())
    return [
        f'no frames came for {steps[longest] - middle:.1f} s before frame '
        f'{longest + 1}'
        + (f' and {gaps - 1} more times for less' if gaps > 1 else '')
        + ': times are those of the frames themselves'
    ]
