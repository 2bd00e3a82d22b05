"""B11: a name that begins like an address is opened as a file."""

import pytest

from rtfm_mmaction.io.chosen_snippets import read_chosen
from rtfm_mmaction.io.frame_source import FrameSource
from rtfm_mmaction.io.moments import Moment, read_moments
from rtfm_mmaction.io.video import Video
from rtfm_mmaction.visualization.review_report.playable import (
    is_playable,
    write_copy,
)
from tests.support.av_videos import coloured, encode, number_of


@pytest.mark.parametrize(
    'name', ['12:30:05.mp4', 'file:a.mp4', 'http:a.mp4', 'a%03d.mp4']
)
def test_in_the_folder_where_one_is(tmp_path, monkeypatch, name):
    """Oracle: the frames, which tell their numbers."""
    encode(tmp_path / 'plain.mp4', map(coloured, range(20)))
    (tmp_path / 'plain.mp4').rename(tmp_path / name)
    monkeypatch.chdir(tmp_path)
    for path in (name, f'./{name}'):
        assert [number_of(frame) for frame in Video(path)] == [*range(20)]
        source = FrameSource(path)
        assert [number_of(frame) for frame in source.frames()] == [*range(20)]
    assert Video(name).count() == 20
    (snippet,) = read_chosen(name, [0], 16, (64, 48))
    assert number_of(snippet.middle) == 8
    (frame,) = read_moments(name, [Moment(7, 0.28)], 25)
    assert number_of(frame) == 7
    assert is_playable(name)
    write_copy('copy.webm', name, 25)
    assert Video('copy.webm').count() == 20
