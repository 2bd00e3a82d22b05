"""B1: a damaged frame is not the end of a video."""

import cv2
import numpy as np
import pytest

from rtfm_mmaction.io.chosen_snippets import read_chosen
from rtfm_mmaction.io.frame_source import FrameSource
from rtfm_mmaction.io.video import LONG_PATIENCE, Video, VideoError
from rtfm_mmaction.visualization.review_report.playable import write_copy
from tests.support.av_videos import (
    coloured,
    damage,
    damage_stream,
    decode,
    encode,
    number_of,
    packets,
)

FRAMES = 150
PASSED_OVER = '1 damaged frame was passed over'


@pytest.fixture(scope='module')
def videos(module_path):
    """Each kind of file with its packet 60 zeroed, and the numbers of the
    frames that FFmpeg gives of it."""
    found = {}
    for name, codec in (
        ('h264.mp4', 'libx264'),
        ('motion.avi', 'mjpeg'),
        ('mpeg4.avi', 'mpeg4'),
    ):
        whole = encode(
            module_path / f'whole_{name}', map(coloured, range(FRAMES)), codec
        )
        path = damage(whole, 60, module_path / name)
        found[name] = path, [number_of(frame) for frame in decode(path)[0]]
    return found


KINDS = ['h264.mp4', 'motion.avi', 'mpeg4.avi']


@pytest.mark.parametrize('name', KINDS)
def test_the_rest_of_the_video_is_read(videos, name):
    """Oracle: FFmpeg by PyAV, which loses one frame of 150, and the frame's
    own picture, which tells its number."""
    path, expected = videos[name]
    assert len(expected) == FRAMES - 1
    video = Video(path)
    assert [number_of(frame) for frame in video] == expected
    assert video.damaged == 1 and video.notes() == [PASSED_OVER]
    assert Video(path).count() == FRAMES - 1


@pytest.mark.parametrize('name', KINDS)
def test_all_readers_go_on(videos, name, tmp_path):
    """Oracle: as above. Snippets, single snippets, streams, the report's
    copies."""
    path, expected = videos[name]
    size = (64, 48)
    snippets = list(Video(path).snippets(16, 'pad', size))
    found = [number_of(frame) for part in snippets for frame in part]
    assert found[: len(expected)] == expected
    (chosen,) = read_chosen(path, [5], 16, size)
    np.testing.assert_array_equal(chosen.frames, snippets[5])
    notes = []
    source = FrameSource(str(path), note=notes.append)
    assert [number_of(frame) for frame in source.frames()] == expected
    assert notes == [f'{path}: {PASSED_OVER}']
    write_copy(tmp_path / 'copy.webm', path, 25)
    assert len(decode(tmp_path / 'copy.webm')[0]) == len(expected)


def test_a_key_frame_takes_those_with_it_that_need_it(tmp_path):
    """Oracle: FFmpeg by PyAV, frames and times; what was lost up to the next
    key frame is counted, since the file says 150."""
    whole = encode(
        tmp_path / 'whole.mp4', map(coloured, range(FRAMES)), gop=12, bf='0'
    )
    assert packets(whole)[60].is_key
    path = damage(whole, 60, tmp_path / 'a.mp4')
    frames, times = decode(path)
    lost = FRAMES - len(frames)
    assert 8 < lost < 16
    video = Video(path)
    assert [number_of(frame) for frame in video] == list(
        map(number_of, frames)
    )
    assert video.damaged == lost
    assert video.notes()[0] == f'{lost} damaged frames were passed over'
    # What follows keeps its time: it is not moved forward.
    assert video.fps == 25
    np.testing.assert_allclose(video.timing.times, [*times, 6], atol=1e-6)


@pytest.mark.parametrize('last', [61, 100])
def test_transport_streams(tmp_path, last):
    """Oracle: FFmpeg by PyAV. A frame, and a stretch of 1.6 s, which is no
    jump of the clock: there are as many bytes as ever."""
    whole = encode(
        tmp_path / 'whole.ts', map(coloured, range(FRAMES)), gop=5, bf='0'
    )
    path = damage_stream(whole, 60, last, tmp_path / 'a.ts')
    frames, times = decode(path)
    assert len(frames) < FRAMES and number_of(frames[-1]) == FRAMES - 1
    video = Video(path)
    assert [number_of(frame) for frame in video] == list(
        map(number_of, frames)
    )
    assert not video.timing.jumped
    np.testing.assert_allclose(
        video.timing.times[:-1], np.array(times) - times[0], atol=1e-4
    )
    assert Video(path).count() == len(frames)


def test_damage_of_many_frames_in_a_row(tmp_path):
    """Oracle: 300 damaged frames between 60 and 40 good ones, more than reads
    of an unknown file would be tried: the file says how many there are."""
    whole = encode(tmp_path / 'w.avi', map(coloured, range(400)), 'mjpeg')
    data = bytearray(whole.read_bytes())
    for packet in packets(whole)[60:360]:
        data[packet.place : packet.place + packet.size] = bytes(packet.size)
    path = tmp_path / 'a.avi'
    path.write_bytes(data)
    video = Video(path)
    assert [number_of(frame) for frame in video] == [
        *range(60),
        *range(360, 400),
    ]
    assert video.notes()[0] == '300 damaged frames were passed over'


class Counting:
    """A decoder whose reads are counted."""

    reads = 0
    real = cv2.VideoCapture

    def __init__(self, *args):
        self.capture = self.real(*args)

    def read(self):
        Counting.reads += 1
        return self.capture.read()

    def __getattr__(self, name):
        return getattr(self.capture, name)


@pytest.mark.parametrize('left', [40, 130])
def test_a_file_that_is_cut_short_ends_soon_and_is_refused(
    tmp_path, monkeypatch, left
):
    """Oracle: what is missing, by the frames' own times; a count of what is
    asked of the decoder."""
    whole = encode(
        tmp_path / 'whole.mp4',
        map(coloured, range(FRAMES)),
        container=dict(movflags='+faststart'),
    )
    path = tmp_path / 'cut.mp4'
    path.write_bytes(whole.read_bytes()[: packets(whole)[left].place])
    monkeypatch.setattr(cv2, 'VideoCapture', Counting)
    Counting.reads = 0
    with pytest.raises(
        VideoError, match=f'cut.mp4: expected {FRAMES} frames, as .*cut short'
    ):
        list(Video(path).snippets(16, 'drop', (32, 32)))
    assert Counting.reads <= FRAMES + 250


def test_reads_that_fail_for_ever_end(tmp_path, monkeypatch):
    """Oracle: the number that is promised, where a header says a million."""
    path = encode(tmp_path / 'a.avi', map(coloured, range(20)), 'mjpeg')
    data = path.read_bytes()
    for kind, place in ((b'avih', 24), (b'strh', 40)):
        at = data.index(kind) + place
        data = data[:at] + (10**6).to_bytes(4, 'little') + data[at + 4 :]
    path.write_bytes(data)
    monkeypatch.setattr(cv2, 'VideoCapture', Counting)
    Counting.reads = 0
    video = Video(path)
    assert len(list(video)) == 20
    assert Counting.reads <= 20 + LONG_PATIENCE + 1
