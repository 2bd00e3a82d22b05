"""D2: tools/stream.py on a camera that is faster than the machine."""

import re
import time

import pytest

from rtfm_mmaction.apis.streaming import StreamingDetector
from tests.support.brightness import BRIGHT, frames, make_place, write_video
from tests.support.streaming import arguments, lines_of, main
from tests.support.web import mjpeg_server

FPS, SENT = 100, 400


@pytest.fixture(scope='module')
def place(module_path):
    return make_place(module_path)


@pytest.fixture
def slow(monkeypatch):
    """Scoring a snippet takes three times as long as its frames."""
    push = StreamingDetector.push

    def slowly(*args):
        time.sleep(3 * 16 / FPS)
        return push(*args)

    monkeypatch.setattr(StreamingDetector, 'push', slowly)


def paced():
    begin = time.monotonic()
    for index, frame in enumerate(frames((SENT, BRIGHT))):
        time.sleep(max(0.0, begin + index / FPS - time.monotonic()))
        yield frame


def watch(place, out, capsys, *more):
    """Events (start, end) and what was said of a camera of bright frames."""
    with mjpeg_server(paced()) as address:
        with pytest.raises(SystemExit, match='to come back'):
            main(
                arguments(
                    place,
                    address,
                    out,
                    '--fps',
                    str(FPS),
                    '--max-tries',
                    '0',
                    '--max-gap',
                    '0',
                    '--longest-lag',
                    '.8',
                    *more,
                )
            )
    ends = [line for line in lines_of(out) if line['kind'] == 'end']
    spans = [(line['start'], line['end']) for line in ends]
    return spans, capsys.readouterr().err


def test_frames_are_dropped_and_counted(place, tmp_path, capsys, slow):
    """Property: what is an event, was dropped, or made no whole snippet
    beside a gap, is all that was sent, whose times go on; the camera is
    bright throughout, so that gaps alone part events. It is told."""
    spans, said = watch(place, tmp_path / 'out', capsys)
    dropped, gaps = re.search(
        r'behind, (\d+) frames .* dropped, (once|\d+ times)', said
    ).groups()
    gaps = 1 if gaps == 'once' else int(gaps.split()[0])
    assert len(spans) == gaps + 1
    seen = sum(round(FPS * (end - start)) for start, end in spans)
    assert seen % 16 == 0
    rest = SENT - seen - int(dropped)
    # The last frames may be lost with the connection.
    assert 0 <= rest <= 15 * (gaps + 1) + 5
    assert spans[0][0] == 0 and spans[-1][1] <= SENT / FPS
    for (_, end), (start, _) in zip(spans, spans[1:]):
        assert start - end > 0.3
    assert 'fell behind: ' in said
    lag = float(re.search(r'at most ([\d.]+) s behind', said)[1])
    assert 0.48 <= lag < 10


def test_all_are_scored_however_late(place, tmp_path, capsys, slow):
    """Oracle: what was sent, 25 snippets; how late that was is told. Frames
    take 4 s, and the work 12."""
    spans, said = watch(
        place, tmp_path / 'out', capsys, '--when-behind', 'wait'
    )
    assert len(spans) == 1 and spans[0][0] == 0
    assert spans[0][1] == pytest.approx(SENT / FPS, abs=16 / FPS)
    assert 'dropped' not in said
    assert re.search(r': 0\.[89] s behind|: [1-9]\.\d s behind', said)
    assert float(re.search(r'at most ([\d.]+) s', said)[1]) > 3


def test_a_file_waits(place, tmp_path, capsys, slow):
    """Oracle: by hand; nothing else is possible, and that is said."""
    video = write_video(tmp_path / 'a.mp4', (48, BRIGHT), fps=FPS)
    out = tmp_path / 'out'
    main(arguments(place, video, out, '--longest-lag', '.1'))
    assert [line['end'] for line in lines_of(out)[1:]] == [0.48]
    assert 'behind' not in capsys.readouterr().err
    with pytest.raises(SystemExit, match='--when-behind drop: expected a cam'):
        main(arguments(place, video, out, '--when-behind', 'drop'))
