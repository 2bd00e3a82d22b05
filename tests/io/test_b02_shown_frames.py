"""B2: frames that a cut file stores and does not show are not missing."""

import pytest

from rtfm_mmaction.datasets import WeakLabelVideoDataset
from rtfm_mmaction.io.mp4 import read_shown_time
from rtfm_mmaction.io.video import Video, VideoError
from tests.support.av_videos import (
    coloured,
    decode,
    encode,
    number_of,
    packets,
    remux,
)

CODECS = ['libx264', 'libx265']
STORED, BEGIN = 200, 3.0


@pytest.fixture(scope='module', params=CODECS)
def cut(request, module_path):
    """A video as ``ffmpeg -ss 3 -c copy`` makes it: all from the last key
    frame on is stored, and an edit list shows what comes from 3 s on, 125 of
    200 frames."""
    folder = module_path / request.param
    folder.mkdir()
    whole = encode(
        folder / 'whole.mp4',
        map(coloured, range(STORED)),
        request.param,
        sc_threshold='0',  # no key frame but the first
    )
    return remux(
        whole,
        folder / 'cut.mp4',
        lambda *_: -BEGIN,
        dict(movflags='+faststart'),
    )


def test_shown_frames_count(cut):
    """Oracle: FFmpeg by PyAV; by hand 200 - 3 * 25 frames, the first of them
    number 75."""
    video = Video(cut)
    found = [number_of(frame) for frame in video]
    assert found == [number_of(frame) for frame in decode(cut)[0]]
    assert found == list(range(75, STORED))
    assert len(packets(cut)) == STORED
    assert video.notes() == [] and video.timing.times is None
    assert abs(video.declared - 125) <= 2 and not video.counts
    assert Video(cut).count() == 125
    assert len(list(Video(cut).snippets(16, 'drop', (32, 32)))) == 7
    assert read_shown_time(cut).shown == pytest.approx(5)


def test_one_that_is_cut_short_is_told_all_the_same(cut, tmp_path):
    """Oracle: the same numbers, and half of what should be shown."""
    path = tmp_path / 'short.mp4'
    path.write_bytes(cut.read_bytes()[: packets(cut)[137].place])
    video = Video(path)
    with pytest.raises(
        VideoError, match='short.mp4: expected 12[3-7] frames, .* found '
    ):
        video.count()
    assert 50 <= video.frames <= 62


def test_as_many_stored_and_shown_without_an_edit_list(tmp_path):
    """Oracle: the same number of frames, 125 of 200, of a file that is cut
    short and shows all: by its frames' times it ends too early."""
    whole = encode(
        tmp_path / 'whole.mp4',
        map(coloured, range(STORED)),
        container=dict(movflags='+faststart'),
        bf='0',
    )
    path = tmp_path / 'short.mp4'
    path.write_bytes(whole.read_bytes()[: packets(whole)[125].place])
    with pytest.raises(
        VideoError, match='short.mp4: expected 200 frames, .* found 125'
    ):
        Video(path).count()


def test_snippets_of_a_data_set_are_those_that_are_shown(cut, tmp_path):
    """Oracle: by hand, 125 // 16; by what is stored it would be 12."""
    (tmp_path / 'a.json').write_text(
        '{"metainfo": {}, "data_list": [{"video": "cut", "label": 0,'
        ' "class": "Normal", "frames": 125, "abnormal_intervals": []}]}'
    )
    dataset = WeakLabelVideoDataset(
        ann_file=str(tmp_path / 'a.json'),
        data_prefix=dict(video=str(cut.parent)),
        pipeline=[],
    )
    assert dataset.get_data_info(0)['num_snippets'] == 7


@pytest.mark.parametrize(
    'damage',
    [
        lambda data: b'',
        lambda data: data[:100],
        lambda data: data.replace(b'mvhd', b'free'),
        lambda data: data.replace(b'mdhd', b'free'),
        lambda data: data.replace(b'trak', b'tr\0\0'),
        lambda data: data.replace(b'moov', b'\0\0\0\0'),
        lambda data: b'\0\0\0\1moov' + b'\xff' * 8 + data,
    ],
)
def test_a_header_that_cannot_be_read_tells_nothing(tmp_path, cut, damage):
    """Property: None, and no error, whatever stands there."""
    path = tmp_path / 'a.mp4'
    path.write_bytes(damage(cut.read_bytes()))
    assert read_shown_time(path) is None
    assert read_shown_time(tmp_path / 'none.mp4') is None
