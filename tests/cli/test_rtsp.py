"""tools/stream.py on a camera of this machine: RTSP, H.264 over TCP.

Detector of brightness; aio-rtsp-toolkit is the server.
"""

import datetime
import os
import signal
import threading
import time
from fractions import Fraction

import av
import pytest

from rtfm_mmaction.io.frame_source import FrameSource
from tests.support.av_videos import encode
from tests.support.brightness import BRIGHT, DARK, frames, make_place
from tests.support.rtsp import rtsp_server, wire
from tests.support.streaming import arguments, lines_of, main

PASSWORD = 'S3cret'


@pytest.fixture(scope='module')
def place(module_path):
    """Configs and weights, and videos: a bright one, and two that are so
    from frame 32 to 64.
    """
    make_place(module_path)
    videos = module_path / 'videos'
    videos.mkdir()
    for rate in (25, 12.5):
        encode(
            videos / f'at_{rate:g}.mp4',
            frames((32, DARK), (32, BRIGHT), (40, DARK)),
            rate=Fraction(rate),
            gop=16,
            bf='0',
        )
    encode(videos / 'bright.mp4', frames((50, BRIGHT)), gop=10, bf='0')
    return module_path


@pytest.fixture(scope='module')
def server(place):
    """The camera's port."""
    with rtsp_server(place / 'videos') as port:
        yield port


def utc_of(line):
    return datetime.datetime.fromisoformat(line['utc']).timestamp()


@pytest.mark.parametrize('rate', [25, 12.5])
def test_a_camera_gives_its_event(place, server, tmp_path, capsys, rate):
    """Oracle: what is sent, by hand: bright from frame 32 to 64. The rate is
    the camera's; utc goes by the clock, and none is in the future. The play
    is over then: the stream is lost, and does not come back."""
    out, begun = tmp_path / 'out', time.time()
    address = f'rtsp://127.0.0.1:{server}/at_{rate:g}.mp4?play_count=1'
    with pytest.raises(SystemExit, match='lost it after 10[0-4] frames'):
        main(arguments(place, address, out, '--max-tries', '0'))
    start, end = lines_of(out)
    assert (start['kind'], end['kind']) == ('start', 'end')
    assert (end['start'], end['end']) == (32 / rate, 64 / rate)
    assert begun < utc_of(start) < utc_of(end) < time.time()
    # Frames that were read to find the format come at once, so less.
    assert 16 / rate < utc_of(end) - utc_of(start) < 40 / rate
    notes = capsys.readouterr().err
    assert f': {rate:g} frames/s; scores come' in notes
    assert 'dropped' not in notes and 's behind' in notes


def test_a_rate_that_frames_contradict_is_not_believed(
    place, server, tmp_path
):
    """Oracle: what is sent: 12.5 frames/s whose header says 25, as of cameras
    that slow down at night."""
    with av.open(str(place / 'videos/at_12.5.mp4')) as source:
        stream = source.streams.video[0]
        with av.open(str(place / 'videos/lies.mp4'), 'w') as target:
            copy = target.add_stream_from_template(stream)
            # Two ticks are a frame.
            lie = av.BitStreamFilterContext(
                'h264_metadata=tick_rate=50', stream, copy
            )
            for packet in source.demux(stream):
                for one in lie.filter(packet if packet.size else None):
                    one.stream = copy
                    target.mux(one)
    notes = []
    address = f'rtsp://127.0.0.1:{server}/lies.mp4?play_count=1'
    watched = FrameSource(address, max_tries=0, note=notes.append)
    assert watched.fps == 25
    with pytest.raises(ValueError, match='lost it after'):
        list(watched.frames())
    assert watched.fps == 12.5
    assert '12.5 frames come a second, not the 25 that it says' in notes[0]


def when(condition, then, limit=60):
    """Wait on another thread, then do something."""

    def run():
        until = time.monotonic() + limit
        while not condition() and time.monotonic() < until:
            time.sleep(0.05)
        then()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def interrupt():
    os.kill(os.getpid(), signal.SIGINT)


def kinds(out):
    return [line['kind'] for line in lines_of(out)]


def test_a_frozen_camera_ends_the_event_and_is_tried_again(
    place, server, tmp_path, capsys
):
    """Oracle: by hand. The connection stays open and silent: the event ends
    after the timeout, with the last frame, and another begins when it is
    back. A wall clock with room for a busy machine."""
    out, times = tmp_path / 'out', {}
    with wire(server) as line:

        def freeze():
            line.freeze()
            times['frozen'] = time.time()

        def thaw():
            times['ended'] = time.time()
            line.thaw()

        threads = [
            when(lambda: kinds(out) == ['start'], freeze),
            when(lambda: kinds(out)[:2] == ['start', 'end'], thaw),
            when(lambda: len(kinds(out)) == 3, interrupt),
        ]
        address = f'rtsp://127.0.0.1:{line.port}/bright.mp4?play_count=0'
        more = '--timeout', '2', '--first-wait', '.1', '--max-tries', '99'
        main(arguments(place, address, out, *more))
        for thread in threads:
            thread.join()
    assert kinds(out) == ['start', 'end', 'start', 'end']
    assert 1 < times['ended'] - times['frozen'] < 8
    first = lines_of(out)[1]
    assert utc_of(first) == pytest.approx(times['frozen'], abs=1.5)
    assert line.connections >= 2
    assert 'next try in 0.1 s' in capsys.readouterr().err


def test_a_connection_that_breaks_off_is_made_again(
    place, server, tmp_path, capsys
):
    """Oracle: by hand; back at once, the event is one."""
    out = tmp_path / 'out'
    with wire(server) as line:
        threads = [
            when(lambda: kinds(out) == ['start'], line.cut),
            when(lambda: line.connections == 2, lambda: None),
        ]
        threads.append(
            when(
                lambda: not threads[1].is_alive(),
                lambda: (time.sleep(2), interrupt()),
            )
        )
        address = f'rtsp://127.0.0.1:{line.port}/bright.mp4?play_count=0'
        main(arguments(place, address, out, '--first-wait', '.1'))
        for thread in threads:
            thread.join()
        assert line.connections == 2
    assert kinds(out) == ['start', 'end']
    assert lines_of(out)[1]['end'] > lines_of(out)[0]['end'] + 1
    assert 'lost after' in capsys.readouterr().err


def test_passwords_open_the_camera_and_are_not_shown(
    place, server, tmp_path, capfd
):
    """Oracle: the wrong one is one sentence, the right one gives an event;
    neither stands in what is said or stored, by FFmpeg neither."""
    out, state = tmp_path / 'out', tmp_path / 'state'
    path = 'bright.mp4?play_count=2'
    with wire(server, f'me:{PASSWORD}#1') as line:
        for password, message in (
            (f'{PASSWORD}wrong', 'are its user and password right'),
            (f'{PASSWORD}#1', 'have to be percent-encoded'),
            (f'{PASSWORD}%231', 'lost it after'),
        ):
            address = f'rtsp://me:{password}@127.0.0.1:{line.port}/{path}'
            with pytest.raises(SystemExit, match=message) as failure:
                main(
                    arguments(
                        place,
                        address,
                        out,
                        '--state',
                        str(state),
                        '--max-tries',
                        '0',
                        '--timeout',
                        '5',
                    )
                )
            assert PASSWORD not in str(failure.value)
            assert len(str(failure.value).splitlines()) == 1
    assert kinds(out) == ['start']
    assert PASSWORD.encode() not in state.read_bytes()
    said = capfd.readouterr()
    assert PASSWORD not in said.out + said.err
