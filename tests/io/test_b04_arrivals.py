"""B4: the rate of a source without a clock is how fast its frames come."""

import time

import numpy as np
import pytest

from rtfm_mmaction.io.arrivals import MEASURED, WARM_UP, ArrivalRate
from rtfm_mmaction.io.frame_source import FrameSource
from tests.support.brightness import DARK, frames
from tests.support.web import mjpeg_server


def paced(rate, count):
    """Frames that come at a rate."""
    for frame in frames((count, DARK)):
        yield frame
        time.sleep(1 / rate)


def test_motion_jpeg_at_five_frames_a_second():
    """Oracle: the server's pace, by a wall clock; OpenCV says 25."""
    notes = []
    with mjpeg_server(paced(5, 26)) as address:
        source = FrameSource(
            address, max_tries=0, timeout=5, note=notes.append
        )
        assert source.fps == 25 and not source.ends
        with pytest.raises(ValueError, match='lost it after'):
            for _ in source.frames():
                pass
    assert source.fps == pytest.approx(5, rel=0.1)
    assert source.seconds_at(100) == pytest.approx(20, rel=0.1)
    assert (
        f'{address}: {source.fps:g} frames come a second, not the 25 that it '
        'says, which is assumed from here on (--fps)' in notes
    )


def test_what_the_user_says_is_not_measured():
    """Oracle: by hand."""
    notes = []
    with mjpeg_server(paced(50, 10)) as address:
        source = FrameSource(
            address, max_tries=0, timeout=5, fps=12.5, note=notes.append
        )
        with pytest.raises(ValueError, match='lost it after'):
            list(source.frames())
    assert source.fps == 12.5 and source.seconds_at(25) == 2
    assert notes == []


def measure(came, waited):
    """Rate of frames that came at some times, each waited for so long."""
    rate = ArrivalRate()
    for second in came:
        rate.add(second - waited, second)
    return rate


@pytest.mark.parametrize('fps', [0.5, 5, 24, 60])
def test_rate_by_hand(fps):
    """Oracle: the pace. What waited in buffers at first does not count."""
    burst = np.full(40, 100.0)
    pace = 100 + np.arange(1, 600) / fps
    rate = measure([*burst, *pace], 0.9 / fps)
    assert rate.done and rate.rate == pytest.approx(fps)


def test_not_known_before_the_time_is_over_or_on_a_slow_machine():
    """Oracle: by hand. Where frames are not waited for, they come as fast as
    they are taken."""
    short = measure(np.arange(0, WARM_UP + MEASURED - 0.2, 0.1), 0.09)
    assert not short.done and short.rate is None
    slow = measure(np.arange(0, 10, 0.1), 0.01)
    assert slow.done and slow.rate is None
