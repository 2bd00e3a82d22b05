"""Which frame of a clip stands where."""

import numpy as np
import pytest

from rtfm_mmaction.workshop.composing.frames import (
    count_turns,
    played_frames,
    source_frames,
    to_and_fro,
)


@pytest.mark.parametrize(
    'frames, rate, fps, expected',
    [
        (60, 30, 30, 60),
        (60, 29.97, 30, 60),
        (24, 12, 30, 60),
        (60, 30, 25, 50),
        (7, 30, 15, 3),
    ],
)
def test_played_frames_by_hand(frames, rate, fps, expected):
    """Oracle: duration times rate, whole frames only."""
    assert played_frames(frames, rate, fps) == expected


@pytest.mark.parametrize(
    'played, frames, rate, fps, expected',
    [
        ([0, 1, 2, 3, 4], 9, 25, 25, [0, 1, 2, 3, 4]),
        ([0, 1, 2, 3], 9, 15, 30, [0, 0, 1, 1]),
        ([0, 1, 2], 9, 60, 30, [1, 3, 5]),
        ([0, 1, 2, 3, 4, 5], 5, 25, 30, [0, 1, 2, 2, 3, 4]),
    ],
)
def test_source_frames_by_hand(played, frames, rate, fps, expected):
    """Oracle: frame k of the file lasts from k / rate to (k + 1) / rate; the
    played frame's middle falls into it. 25 to 30: middles 1/60, 3/60, ...
    times 25 are 0.42, 1.25, 2.08, 2.92, 3.75, 4.58."""
    assert (
        source_frames(np.array(played), frames, rate, fps).tolist() == expected
    )


@pytest.mark.parametrize(
    'phase, shown, window, expected, turns',
    [
        (0, 8, 4, [0, 1, 2, 3, 2, 1, 0, 1], 2),
        (4, 6, 4, [2, 1, 0, 1, 2, 3], 1),
        (3, 3, 4, [3, 2, 1], 0),
        (0, 5, 2, [0, 1, 0, 1, 0], 3),
    ],
)
def test_to_and_fro_by_hand(phase, shown, window, expected, turns):
    """Oracle: written out. The ends of a window are not doubled; a shot that
    begins or ends at one does not turn there."""
    assert to_and_fro(phase, shown, window).tolist() == expected
    assert count_turns(phase, shown, window) == turns
