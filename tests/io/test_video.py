"""Snippets of a video file, in order and once."""

import sys

import cv2
import decord
import numpy as np
import pytest

from rtfm_mmaction.io.video import Video, VideoError, count_snippets
from tests.support.tiny import index_first, make_video


@pytest.mark.parametrize(
    'frames, drop, pad',
    [(0, 0, 0), (1, 0, 1), (15, 0, 1), (16, 1, 1), (17, 1, 2), (180, 11, 12)],
)
def test_tail_rules_by_hand(frames, drop, pad):
    """Oracle: whole divisions by 16, rounded down and up."""
    assert count_snippets(frames, 16, 'drop') == drop
    assert count_snippets(frames, 16, 'pad') == pad


def test_snippets_are_the_frames_in_order(tmp_path):
    """Oracle: another decoder (decord, random access), then one resize per
    frame; the last snippet of 'pad' repeats frame 36."""
    path = make_video(tmp_path / 'a.mp4', 37)
    frames = decord.VideoReader(str(path))[:].asnumpy()
    assert len(frames) == 37
    expected = np.stack([cv2.resize(frame, (40, 32)) for frame in frames])
    for tail, order in (
        ('drop', range(32)),
        ('pad', list(range(37)) + [36] * 11),
    ):
        video = Video(path)
        found = np.concatenate(list(video.snippets(16, tail, (40, 32))))
        assert (video.declared, video.frames) == (37, 37)
        assert video.fps == pytest.approx(25)
        expected_here = expected[list(order)]
        assert found.shape == expected_here.shape
        # Two decoders may round a level apart; neighbours differ by more.
        assert np.abs(found.astype(int) - expected_here).max() <= 2
        assert np.abs(found[1:].astype(int) - expected_here[:-1]).max() > 20


def test_one_read(tmp_path, monkeypatch):
    """Oracle: a count of what is asked of the decoder: one opening, each
    frame once and the end of the file, no positioning."""
    asked = []

    class Counting:
        def __init__(self, *args):
            asked.append('open')
            self.capture = capture(*args)

        def read(self):
            asked.append('read')
            return self.capture.read()

        def __getattr__(self, name):
            assert name in ('isOpened', 'get', 'release'), name
            return getattr(self.capture, name)

    path = make_video(tmp_path / 'a.mp4', 40)
    capture = cv2.VideoCapture
    monkeypatch.setattr(cv2, 'VideoCapture', Counting)
    assert len(list(Video(path).snippets(16, 'pad', (32, 32)))) == 3
    assert asked == ['open'] + ['read'] * 41


def test_too_short(tmp_path):
    """Oracle: the tail rules; 'pad' makes one snippet of 5 frames."""
    path = make_video(tmp_path / 'short.mp4', 5)
    with pytest.raises(
        VideoError, match='short.mp4: .*at least 16 frames.* found 5'
    ):
        next(Video(path).snippets(16, 'drop', (32, 32)))
    (snippet,) = Video(path).snippets(16, 'pad', (32, 32))
    assert (snippet[4] != snippet[3]).any()
    assert (snippet[5:] == snippet[4]).all()


def test_files_that_are_no_videos(tmp_path):
    """Oracle: one error that names the file: an empty file, a text, a folder,
    none, and a video without frames."""
    (tmp_path / 'empty.mp4').touch()
    (tmp_path / 'text.mp4').write_text('no video' * 99)
    (tmp_path / 'folder.mp4').mkdir()
    make_video(tmp_path / 'none.mp4', 0)
    for name in ('empty', 'text', 'folder', 'none', 'missing'):
        with pytest.raises(VideoError, match=f'{name}.mp4: expected'):
            list(Video(tmp_path / f'{name}.mp4').snippets(16, 'pad', (9, 9)))


@pytest.mark.parametrize('kind', ['index behind', 'index first', 'avi'])
@pytest.mark.parametrize('part', [0.3, 0.6])
def test_truncated_videos(tmp_path, kind, part):
    """Oracle: the missing part of a file of 200 frames. Without its index an
    MP4 cannot be opened; with it, or as AVI, it opens and lacks frames."""
    if kind == 'avi':
        path = make_video(tmp_path / 'cut.avi', 200, codec='MJPG')
    else:
        path = make_video(tmp_path / 'cut.mp4', 200)
    data = path.read_bytes()
    if kind == 'index first':
        data = index_first(data)
        path.write_bytes(data)
        assert len(list(Video(path).snippets(16, 'drop', (32, 32)))) == 12
    path.write_bytes(data[: int(part * len(data))])
    with pytest.raises(VideoError, match=f'cut.{path.suffix[1:]}: expected'):
        list(Video(path).snippets(16, 'drop', (32, 32)))


@pytest.mark.parametrize('lost, refused', [(16, False), (17, True)])
def test_a_snippets_worth_may_be_missing(tmp_path, monkeypatch, lost, refused):
    """Oracle: 16 frames, by a decoder that ends early."""
    path = make_video(tmp_path / 'a.mp4', 80)
    real = cv2.VideoCapture

    class Ending:
        def __init__(self, *args):
            self.capture, self.left = real(*args), 80 - lost

        def read(self):
            self.left -= 1
            return self.capture.read() if self.left >= 0 else (False, None)

        def __getattr__(self, name):
            return getattr(self.capture, name)

    monkeypatch.setattr(cv2, 'VideoCapture', Ending)
    video = Video(path)
    if refused:
        with pytest.raises(VideoError, match='a.mp4: .* 80 .* found 63: '):
            list(video.snippets(16, 'drop', (32, 32)))
    else:
        assert len(list(video.snippets(16, 'drop', (32, 32)))) == 4


def test_machines_without_decord_read_the_same(tmp_path, monkeypatch):
    """ARM and Apple silicon have no decord: importing it fails, which is made
    to happen here. Oracle: the frames with it; a file that is no video is told
    all the same."""
    path = make_video(tmp_path / 'v.mp4', 20)
    with_it = list(Video(path))
    monkeypatch.setitem(sys.modules, 'decord', None)
    np.testing.assert_array_equal(list(Video(path)), with_it)
    (tmp_path / 'text.mp4').write_text('no video')
    with pytest.raises(VideoError, match='found a file that cannot be opened'):
        Video(tmp_path / 'text.mp4')
