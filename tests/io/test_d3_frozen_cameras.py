"""D3: a camera that freezes with its connection open is noticed in time."""

import threading
import time

import cv2
import pytest

from rtfm_mmaction.io.frame_source import FrameSource
from rtfm_mmaction.io.watchdog import Watchdog
from tests.support.brightness import DARK, frames
from tests.support.web import mjpeg_server


def test_a_frozen_camera_is_lost_after_the_timeout():
    """Oracle: a wall clock. The server sends 30 frames and holds the
    connection; 28 s went by with a timeout of 4 where reads were counted. A
    limit of twice the timeout, as machines are busy."""
    over = threading.Event()

    def frozen():
        yield from frames((30, DARK))
        over.wait(60)

    notes = []
    with mjpeg_server(frozen()) as address:
        source = FrameSource(
            address, max_tries=0, timeout=2, fps=25, note=notes.append
        )
        arrivals, last = source.arrivals(), time.monotonic()
        found = []
        with pytest.raises(ValueError, match='to come back, lost it after'):
            for arrival in arrivals:
                found.append(arrival.number)
                last = time.monotonic()
        waited = time.monotonic() - last
        over.set()
    assert 25 <= len(found) <= 30
    assert 1.5 < waited < 4


class Stuck:
    """A capture whose reads hang, as those of a camera by its number."""

    def __init__(self, good):
        self.good = good
        self.wakes = threading.Event()

    def isOpened(self):
        return True

    def get(self, key):
        return 25.0 if key == cv2.CAP_PROP_FPS else 0.0

    def read(self):
        if self.good:
            self.good -= 1
            return True, next(frames((1, DARK)))
        self.wakes.wait(60)
        return False, None


def test_silence_is_told_and_the_camera_asked_again(monkeypatch):
    """Oracle: by hand. Two cameras that hang: two frames, silence, three,
    silence once, however many tries follow; numbers go on."""
    cameras = [Stuck(2), Stuck(3)]
    left = iter(cameras)

    class Closed:
        isOpened = staticmethod(lambda: False)

    monkeypatch.setattr(cv2, 'VideoCapture', lambda *_: next(left, Closed()))
    source = FrameSource(
        '0',
        max_tries=3,
        first_wait=0.01,
        timeout=0.3,
        fps=25,
        note=lambda note: None,
    )
    found = []
    with pytest.raises(ValueError, match='lost it after 5 frames'):
        for arrival in source.arrivals():
            found.append((arrival.frame is not None, arrival.number))
    assert found == [
        (True, 0),
        (True, 1),
        (False, 2),
        (True, 2),
        (True, 3),
        (True, 4),
        (False, 5),
    ]
    for camera in cameras:
        camera.wakes.set()


def test_a_stop_does_not_wait_for_a_frozen_camera(monkeypatch):
    """Oracle: a wall clock, far below the timeout."""
    camera = Stuck(1)
    monkeypatch.setattr(cv2, 'VideoCapture', lambda *_: camera)
    source = FrameSource('0', timeout=60, fps=25)
    arrivals = source.arrivals()
    next(arrivals)
    threading.Timer(0.2, source.stop).start()
    begin = time.monotonic()
    assert list(arrivals) == []
    assert time.monotonic() - begin < 20
    camera.wakes.set()


def test_answers_errors_and_silence():
    """Oracle: by hand."""
    dog = Watchdog(threading.Event())
    assert dog.call(lambda: 3, 10) == 3
    with pytest.raises(KeyError, match='x'):
        dog.call(lambda: {}['x'], 10)
    assert dog.call(lambda: 4, 10) == 4
    awake = threading.Event()
    with pytest.raises(TimeoutError, match='within 0.05 s'):
        dog.call(lambda: awake.wait(60), 0.05)
    awake.set()
