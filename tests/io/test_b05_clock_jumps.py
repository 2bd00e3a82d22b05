"""B5: a clock that jumps is told from a frame rate that varies."""

import numpy as np
import pytest

from rtfm_mmaction.io.moments import Moment, read_moments
from rtfm_mmaction.io.transport_stream import find_leaps
from rtfm_mmaction.io.video import Video
from tests.support.av_videos import coloured, encode, number_of, remux

FRAMES = 150


@pytest.fixture(scope='module')
def even(module_path):
    """Six seconds, at 25 frames/s."""
    return encode(
        module_path / 'even.ts', map(coloured, range(FRAMES)), gop=10, bf='0'
    )


def leaping(even, path, seconds):
    """The same, whose clock is set forward at frame 60."""
    return remux(even, path, lambda index, _: seconds * (index >= 60))


@pytest.mark.parametrize('seconds', [4, 3600])
@pytest.mark.parametrize('suffix', ['.ts', '.m2ts'])
def test_a_clock_that_is_set_forward(even, tmp_path, seconds, suffix):
    """Oracle: by hand; all frames are there and evenly apart."""
    path = leaping(even, tmp_path / f'a{suffix}', seconds)
    video = Video(path)
    assert video.count() == FRAMES
    assert video.notes() == [
        f'its clock jumps by {seconds:.1f} s at frame 60: times go on by the '
        'rate'
    ]
    assert video.fps == 25 and video.timing.times is None
    assert find_leaps(path) == pytest.approx([seconds + 0.04])


def test_recordings_one_behind_the_other(even, tmp_path):
    """Oracle: by hand; the clock goes back by the first one's length."""
    path = tmp_path / 'a.ts'
    path.write_bytes(2 * even.read_bytes())
    video = Video(path)
    assert video.count() == 2 * FRAMES
    assert video.notes() == [
        'its clock jumps by -6.0 s at frame 150: times go on by the rate'
    ]
    assert video.fps == 25 and video.timing.times is None
    assert video.seconds_at(299) == pytest.approx(299 / 25)


def test_several_jumps_are_counted(even, tmp_path):
    """Oracle: by hand."""
    path = tmp_path / 'a.ts'
    path.write_bytes(4 * even.read_bytes())
    video = Video(path)
    video.count()
    assert video.notes() == [
        'its clock jumps by -6.0 s at frame 150 and 2 more times: times go on '
        'by the rate'
    ]


def test_packets_that_are_lost_on_the_way(even, tmp_path):
    """Oracle: by hand. A third of a second that was not received is a gap in
    which time went on, and no jump."""
    data = even.read_bytes()
    begin, end = (len(data) * part // 100 // 188 * 188 for part in (50, 55))
    path = tmp_path / 'a.ts'
    path.write_bytes(data[:begin] + data[end:])
    video = Video(path)
    assert FRAMES - 25 < video.count() < FRAMES
    assert not video.timing.jumped
    assert video.timing.times[-1] == pytest.approx(6, abs=0.1)
    assert 'no frames came for 0.' in video.notes()[-1]


def test_a_pause_of_a_file_is_no_jump(tmp_path):
    """Oracle: by hand. In an MP4 a player shows a frame for four seconds."""
    times = np.arange(FRAMES) / 25
    times[60:] += 4
    path = encode(
        tmp_path / 'a.mp4', map(coloured, range(FRAMES)), times=times
    )
    video = Video(path)
    assert video.count() == FRAMES
    assert video.notes() == [
        'no frames came for 4.0 s before frame 60: times are those of the '
        'frames themselves'
    ]
    np.testing.assert_allclose(video.timing.times[:-1], times, atol=1e-3)


def test_a_varying_rate_is_said_as_such(tmp_path):
    """Oracle: by hand."""
    times = np.cumsum(np.tile([0.1, 0.02, 0.03], 50))
    path = encode(
        tmp_path / 'a.mkv', map(coloured, range(FRAMES)), times=times
    )
    video = Video(path)
    video.count()
    assert video.notes()[-1] == (
        'its frame rate varies: times are those of the frames themselves, of '
        f'{149 / (times[-1] - times[0]):.6g} frames/s on average'
    )
    assert not video.timing.jumped


def test_pictures_of_moments_behind_a_jump(even, tmp_path):
    """Oracle: the frame's own picture, which tells its number."""
    path = leaping(even, tmp_path / 'a.ts', 3)
    moments = [Moment(frame, frame / 25) for frame in (140, 10, 90)]
    found = read_moments(path, moments, 25, exact=True)
    assert [number_of(frame) for frame in found] == [140, 10, 90]


@pytest.mark.parametrize(
    'content', [b'', b'\x47' * 7, b'no video' * 999, bytes(10**6)]
)
def test_other_files_have_no_leaps(tmp_path, content):
    """Property: nothing found and no error."""
    path = tmp_path / 'a.ts'
    path.write_bytes(content)
    assert find_leaps(path) == []
