"""tools/stream.py on files and on a stream of this machine that breaks off,
by a detector of brightness."""

import itertools
import os
import re
import signal
import tempfile
import time

import cv2
import numpy as np
import pytest
import torch

from rtfm_mmaction.io.addresses import without_password
from rtfm_mmaction.io.frame_source import MAX_FAILED_READS, FrameSource
from tests.support import streaming
from tests.support.brightness import (
    BRIGHT,
    DARK,
    frames,
    make_place,
    write_video,
)
from tests.support.forking import start_script
from tests.support.helpers import ROOT
from tests.support.streaming import lines_of, main
from tests.support.web import mjpeg_server, serve

TOOL = ROOT / 'tools/stream.py'


@pytest.fixture(scope='module')
def place(module_path):
    """Configs and weights."""
    return make_place(module_path)


def arguments(place, source, out, *more):
    return streaming.arguments(place, source, out, '--max-gap', '0', *more)


QUICK = ('--max-tries', '2', '--first-wait', '.05', '--timeout', '5')


def test_a_stream_that_breaks_off_once_goes_on(place, tmp_path, capsys):
    """Oracle: what was sent. 64 dark frames, 64 bright ones with the break in
    their middle, 96 dark ones, 25 frames/s: one event from 2.56 to 5.12 s, to
    within the snippet that a lost frame or two may move."""
    out = tmp_path / 'events.jsonl'
    first = frames((64, DARK), (32, BRIGHT))
    second = frames((32, BRIGHT), (96, DARK))
    with mjpeg_server(first, second) as address:
        with pytest.raises(
            SystemExit,
            match='to come back, lost it after '
            r'\d+ frames and for 2 tries',
        ) as failure:
            main(arguments(place, address, out, *QUICK))
    assert failure.value.code not in (0, None)
    start, end = lines_of(out)
    assert (start['kind'], end['kind']) == ('start', 'end')
    assert start['event'] == end['event'] == 0
    assert end['start'] == pytest.approx(2.56)
    assert end['end'] == pytest.approx(5.12, abs=0.64)
    assert end['peak'] > 0.99
    assert re.fullmatch(r'20\d\d-\d\d-\d\dT.*\+00:00', start['utc'])
    notes = capsys.readouterr().err
    assert 'scores come 3.2 s after their snippet' in notes  # 5 * 16 / 25
    waits = [float(wait) for wait in re.findall('try in (.*) s', notes)]
    assert waits == [0.05, 0.05, 0.1]  # back once, then twice in vain


def test_a_file_gives_its_events_and_ends(place, tmp_path):
    """Oracle: what was written, by hand: bright from 2.56 to 3.84 s and the
    last 32 frames of 160, where flush() has the last word."""
    video = tmp_path / 'a.avi'
    writer = cv2.VideoWriter(
        str(video), cv2.VideoWriter_fourcc(*'MJPG'), 25, (64, 48)
    )
    for frame in frames((64, DARK), (32, BRIGHT), (32, DARK), (32, BRIGHT)):
        writer.write(frame)
    writer.release()
    out = tmp_path / 'new.jsonl'
    main(arguments(place, video, out))
    assert [
        (line['kind'], line['event'], line['start']) for line in lines_of(out)
    ] == [
        ('start', 0, 2.56),
        ('end', 0, 2.56),
        ('start', 1, 5.12),
        ('end', 1, 5.12),
    ]
    assert [line['end'] for line in lines_of(out)[1::2]] == [3.84, 6.4]
    # Behind what is there; no event is 2 s long, but both with their gap are.
    main(arguments(place, video, out, '--min-length', '2', '--max-gap', '2'))
    assert [
        (line['start'], line['end'])
        for line in lines_of(out)[4:]
        if line['kind'] == 'end'
    ] == [(2.56, 6.4)]


def test_a_file_at_an_address_ends(place, tmp_path):
    """Property: a video of known length is not asked for again."""
    video = tmp_path / 'a.avi'
    writer = cv2.VideoWriter(
        str(video), cv2.VideoWriter_fourcc(*'MJPG'), 25, (64, 48)
    )
    for frame in frames((48, BRIGHT)):
        writer.write(frame)
    writer.release()
    out = tmp_path / 'events.jsonl'
    with serve(tmp_path) as address:
        main(arguments(place, f'{address}/a.avi', out, *QUICK))
    assert [
        (line['start'], line['end'])
        for line in lines_of(out)
        if line['kind'] == 'end'
    ] == [(0, 1.92)]


def test_ctrl_c_ends_the_event(place, tmp_path):
    """Oracle: a camera that never stops; its event is there at once and ends
    with the signal, exit code 0."""
    out = tmp_path / 'events.jsonl'
    with mjpeg_server(frames(*itertools.repeat((1, BRIGHT), 10**6))) as where:
        with tempfile.TemporaryFile() as said:
            process = start_script(
                TOOL,
                *arguments(place, where, out, *QUICK),
                cwd=ROOT,
                output=said.fileno(),
            )
            limit = time.monotonic() + 60
            while not (out.exists() and out.read_text()):
                assert process.is_alive() and time.monotonic() < limit
                time.sleep(0.05)
            assert [line['kind'] for line in lines_of(out)] == ['start']
            os.kill(process.pid, signal.SIGINT)
            process.join(timeout=30)
            said.seek(0)
            assert process.exitcode == 0, said.read()
    start, end = lines_of(out)
    assert end['kind'] == 'end' and end['start'] == 0
    assert end['end'] > start['end'] + 4 * 0.64  # with what flush() knows


def without_time(lines):
    return [{**line, 'utc': None} for line in lines]


@pytest.mark.parametrize('stop', [8, 101, 170])
def test_a_stopped_file_goes_on(place, tmp_path, monkeypatch, capsys, stop):
    """Oracle: the run that was not stopped, line by line. Stopped within the
    first snippet, within an event, and between two."""
    runs = (64, DARK), (64, BRIGHT), (64, DARK), (48, BRIGHT)
    video = write_video(tmp_path / 'a.mp4', *runs)
    main(arguments(place, video, tmp_path / 'whole.jsonl'))
    out, state = tmp_path / 'parts.jsonl', tmp_path / 'a.state'
    command = arguments(place, video, out, '--state', str(state))
    read = FrameSource.arrivals

    def stopping(source):
        for frame in itertools.islice(read(source), stop):
            yield frame
        source.stop()  # as a signal does

    with monkeypatch.context() as patch:
        patch.setattr(FrameSource, 'arrivals', stopping)
        main(command)
    assert state.is_file()
    stopped = lines_of(out)
    main(command)
    assert f'goes on behind frame {stop},' in capsys.readouterr().err
    whole = lines_of(tmp_path / 'whole.jsonl')
    assert len(whole) == 4 and len(stopped) < 4
    assert without_time(lines_of(out)) == without_time(whole)
    assert not state.exists()  # the video has ended


def test_a_lost_stream_goes_on_with_its_event(place, tmp_path, monkeypatch):
    """Oracle: by hand. 100 bright frames, the camera is lost, and after a new
    start 28 bright and 112 dark ones: one event from 0 to 5.12 s, begun in
    the first run and ended in the second."""
    out = tmp_path / 'events.jsonl'
    command = arguments(
        place, '0', out, '--state', str(tmp_path / 's'), '--max-tries', '0'
    )
    for runs, kinds in (
        (((100, BRIGHT),), ['start']),
        (((28, BRIGHT), (112, DARK)), ['start', 'end']),
    ):
        capture = Capture(list(frames(*runs)))
        monkeypatch.setattr(cv2, 'VideoCapture', lambda *_, one=capture: one)
        with pytest.raises(SystemExit, match='to come back'):
            main(command)
        assert [line['kind'] for line in lines_of(out)] == kinds
    end = lines_of(out)[1]
    assert (end['event'], end['start'], end['end']) == (0, 0, 5.12)


def test_the_state_of_another_stream_is_refused(place, tmp_path, monkeypatch):
    """The error names the file and what differs; the file is as it was."""
    video = write_video(tmp_path / 'a.mp4', (64, DARK), (96, BRIGHT))
    state, out = tmp_path / 's', tmp_path / 'events.jsonl'
    command = arguments(place, video, out, '--state', str(state))
    read = FrameSource.arrivals

    def stopping(source):
        yield from itertools.islice(read(source), 40)
        source.stop()

    with monkeypatch.context() as patch:
        patch.setattr(FrameSource, 'arrivals', stopping)
        main([*command, '--fps', '10'])
    before = state.read_bytes()
    weights = torch.load(place / 'd.pth')
    weights['state_dict']['head.classifier.0.bias'] += 1
    torch.save(weights, tmp_path / 'other.pth')
    other = write_video(tmp_path / 'b.mp4', (64, DARK))
    for change, message in (
        (
            ['--checkpoint', str(tmp_path / 'other.pth')],
            r'stream: .*/s: expected the state of a stream with the detector '
            r'.*other\.pth \(.{8}\), found that with .*d\.pth',
        ),
        (['--threshold', '.6'], 'with the events threshold 0.6, low 0.48,'),
        (['--dtype', 'bf16'], r'with the extractor .*extractor\.py'),
        (['--fps', '20'], r's: expected .* 20 frames/s .*, found one of 10'),
    ):
        with pytest.raises(SystemExit, match=message):
            main([*command, *change])
    with pytest.raises(SystemExit, match='with the source .*b.mp4'):
        main([str(other), *command[1:]])
    assert state.read_bytes() == before
    state.write_text('{}')
    with pytest.raises(SystemExit, match='s: expected a state that'):
        main(command)


@pytest.mark.parametrize(
    'source', ['none.mp4', 'text.mp4', '97', 'http://127.0.0.1:9/a.mjpg']
)
def test_a_source_that_cannot_be_read_is_one_error(place, tmp_path, source):
    """The error names it, and nothing is written."""
    (tmp_path / 'text.mp4').write_text('no video')
    if source.endswith('.mp4'):
        source = str(tmp_path / source)
    out = tmp_path / 'events.jsonl'
    with pytest.raises(
        SystemExit,
        match=f'stream: {re.escape(source)}: '
        'expected a video, a camera or a stream',
    ):
        main(arguments(place, source, out))
    assert not out.exists()


def test_a_checkpoint_of_another_model_is_named(place, tmp_path):
    """The error names checkpoint and config."""
    with pytest.raises(
        SystemExit, match='b.pth: expected the weights of .*config.py'
    ):
        main(
            [
                'a.mp4',
                '--config',
                str(place / 'config.py'),
                '--checkpoint',
                str(place / 'b.pth'),
                '--extractor',
                str(place / 'extractor.py'),
                '--cfg-options',
                'model.in_channels=4',
            ]
        )


class Capture:
    """Gives frames (True for a dark one), or False for a failed read."""

    def __init__(self, reads, fps=25.0, count=-1):
        self.reads = iter(reads)
        self.values = {cv2.CAP_PROP_FPS: fps, cv2.CAP_PROP_FRAME_COUNT: count}

    def isOpened(self):
        return True

    def get(self, key):
        return self.values.get(key, 0)

    def grab(self):
        return self.read()[0]

    def release(self):
        pass

    def read(self):
        good = next(self.reads, False)
        if good is None:
            raise cv2.error('damaged')
        if isinstance(good, np.ndarray):
            return True, good
        return good, np.zeros((4, 4, 3), np.uint8) if good else None


def test_reads_that_fail_are_passed_over(monkeypatch):
    """Oracle: the number of good reads, among single failures of both kinds;
    a number of failures in a row are an end. Waits double up to the longest.
    What was passed over is said."""
    captures = iter(
        [
            Capture(
                [True, False, True, None, False, True]
                + [False] * MAX_FAILED_READS
                + [True]
            ),
            Capture([]),
            Capture([False] * (MAX_FAILED_READS - 1) + [True]),
            *[Capture([])] * 5,
        ]
    )
    monkeypatch.setattr(cv2, 'VideoCapture', lambda *args: next(captures))
    notes = []
    source = FrameSource(
        'rtsp://me:secret@camera/1',
        max_tries=4,
        first_wait=0.01,
        longest_wait=0.03,
        note=notes.append,
    )
    assert source.name == 'rtsp://camera/1'
    found = []
    with pytest.raises(ValueError, match='rtsp://camera/1: .* 4 tries'):
        for frame in source.frames():
            found.append(frame)
    assert len(found) == 4
    said = 'rtsp://camera/1: {} damaged frames were passed over'
    assert [note for note in notes if 'damaged' in note] == [
        said.format(3),
        said.format(MAX_FAILED_READS - 1),
    ]
    notes = [note for note in notes if 'damaged' not in note]
    waits = [float(re.search('try in (.*) s', note)[1]) for note in notes]
    assert waits == [0.01, 0.02, 0.01, 0.02, 0.03, 0.03]
    assert 'lost after 3 frames' in notes[0]
    assert 'secret' not in ''.join(notes)


def test_a_file_that_is_cut_short_is_said(monkeypatch):
    """What was read is given, the rest is noted."""
    monkeypatch.setattr(
        cv2, 'VideoCapture', lambda *args: Capture([True] * 5, count=99)
    )
    notes = []
    source = FrameSource('a.mp4', note=notes.append)
    assert len(list(source.frames())) == 5
    assert notes == [
        'a.mp4: expected 99 frames, as it says, found 5: it is '
        'cut short or damaged'
    ]


def test_stop_ends_the_wait_for_a_lost_stream(monkeypatch):
    """Property: long before the wait is over."""
    monkeypatch.setattr(cv2, 'VideoCapture', lambda *args: Capture([]))
    source = FrameSource('0', first_wait=60.0, note=lambda note: source.stop())
    begin = time.monotonic()
    assert list(source.frames()) == []
    assert time.monotonic() - begin < 10


@pytest.mark.parametrize(
    'fps, expected',
    [(25.0, 25.0), (0.0, 0.0), (9e4, 0.0), (float('nan'), 0.0)],
)
def test_frame_rates_that_make_no_sense_count_as_none(
    monkeypatch, fps, expected
):
    """Oracle: by hand."""
    monkeypatch.setattr(
        cv2, 'VideoCapture', lambda *args: Capture([], fps=fps)
    )
    assert FrameSource('0').fps == expected


def test_addresses_are_shown_without_passwords():
    """Oracle: by hand."""
    assert without_password('rtsp://a:b@c:1/d?e=f@g') == 'rtsp://c:1/d?e=f@g'
    assert without_password('my@video.mp4') == 'my@video.mp4'
    assert without_password('http://host/a') == 'http://host/a'


def test_impossible_settings_are_refused(place, tmp_path):
    """The errors name the setting before anything is opened."""
    out = tmp_path / 'events.jsonl'
    for more, message in (
        (('--low', '.9'), 'found 0.9 and 0.5'),
        (('--fps', '0'), '--fps: expected more than 0'),
        (('--max-tries', '-1'), 'found -1 tries'),
    ):
        with pytest.raises(SystemExit, match=message):
            main(arguments(place, tmp_path / 'a.mp4', out, *more))
