"""B3: a rate that the frames' own times contradict is not believed, and the
user's wins over all."""

import numpy as np
import pytest

from rtfm_mmaction.io.frame_source import FrameSource
from rtfm_mmaction.io.video import Video
from tests.support.av_videos import coloured, encode

FRAMES = 300


@pytest.fixture(scope='module')
def recording(module_path):
    """A video as browsers record it: 20 s at 15 frames/s, a header of 1000."""
    return encode(
        module_path / 'recording.webm',
        map(coloured, range(FRAMES)),
        'libvpx',
        times=[index / 15 for index in range(FRAMES)],
        rate=1000,
        deadline='realtime',
        **{'cpu-used': '8'},
    )


def test_twenty_seconds_are_twenty_seconds(recording):
    """Oracle: by hand."""
    video = Video(recording)
    assert video.count() == FRAMES
    assert video.fps == 15 and video.timing.times is None
    assert video.notes() == [
        'it says 1000 frames/s, the times of its frames say 15, which is '
        'believed'
    ]


def test_the_users_rate_wins(recording, tmp_path):
    """Oracle: what was said, with no word against it; of a file whose header
    is right, too."""
    right = encode(tmp_path / 'right.mp4', map(coloured, range(40)))
    for path in (recording, right):
        video = Video(path, fps=10)
        frames = video.count()
        assert video.fps == 10 and video.timing.times is None
        assert video.notes() == []
        assert video.seconds_at(frames) == frames / 10


def test_streams_of_files_know_it_too(recording):
    """Oracle: by hand; the first frames tell the rate, each its time."""
    source = FrameSource(str(recording), note=print)
    assert source.fps == 15
    for _ in source.frames():
        pass
    found = [source.seconds_at(frame) for frame in range(FRAMES)]
    assert np.allclose(found, np.arange(FRAMES) / 15, atol=1e-3)
    told = FrameSource(str(recording), fps=5)
    assert told.fps == 5 and told.seconds_at(100) == 20


@pytest.mark.parametrize(
    'rate, said',
    [(30000 / 1001, 1000), (12.5, 13), (24, 25), (7, 1000)],
)
def test_rates_that_people_choose_are_found(tmp_path, rate, said):
    """Oracle: by hand, out of times that are rounded to milliseconds."""
    path = encode(
        tmp_path / 'a.mkv',
        map(coloured, range(200)),
        times=[index / rate for index in range(200)],
        rate=said,
    )
    video = Video(path)
    video.count()
    assert video.fps == pytest.approx(rate, rel=1e-9)
    assert video.timing.times is None
