"""B15: a folder of frames is a video like others."""

import json

import cv2
import numpy as np
import pytest
from mmengine.config import Config

from rtfm_mmaction.apis.explanation import explain, load_explained
from rtfm_mmaction.apis.inferencer import AnomalyInferencer
from rtfm_mmaction.extraction import build_extractor, extract_videos
from rtfm_mmaction.io.chosen_snippets import read_chosen
from rtfm_mmaction.io.frame_folder import is_frame_folder, list_frames
from rtfm_mmaction.io.frame_source import FrameSource
from rtfm_mmaction.io.moments import Moment, read_moments
from rtfm_mmaction.io.video import Video, VideoError
from rtfm_mmaction.visualization.review_report.playable import (
    is_playable,
    write_copy,
)
from tests.io.odd import noise
from tests.support.av_videos import coloured, number_of
from tests.support.brightness import BRIGHT, DARK, frames, make_place

ASSUMED = 'frames per second are not known, 25 assumed'


def write_frames(folder, pictures, name='{}.png', first=0):
    folder.mkdir(parents=True)
    for index, picture in enumerate(pictures, first):
        cv2.imwrite(str(folder / name.format(index)), picture)
    return folder


@pytest.mark.parametrize('suffix', ['jpg', 'jpeg', 'png', 'bmp', 'tif', 'JPG'])
def test_frames_in_the_order_of_their_numbers(tmp_path, suffix):
    """Oracle: what was written; 2 stands before 10. Grey ones have three
    equal channels."""
    folder = write_frames(
        tmp_path / 'a', map(coloured, range(120)), '{}.' + suffix
    )
    video = Video(folder)
    assert (video.declared, video.counts) == (120, True)
    found = list(video)
    assert [number_of(frame) for frame in found] == [*range(120)]
    assert all(frame.shape == (48, 64, 3) for frame in found)
    assert video.size == (64, 48) and video.fps == 0 and video.notes() == []
    assert Video(folder).count() == 120


def test_each_room_reads_it(tmp_path):
    """Oracle: the frames' numbers. Snippets, chosen ones, single frames,
    streams, the report's copies."""
    folder = write_frames(
        tmp_path / 'cam 1', map(coloured, range(100)), 'img_{:05d}.png', 1
    )
    snippets = list(Video(folder).snippets(16, 'pad', (64, 48)))
    numbers = [number_of(frame) for part in snippets for frame in part]
    assert numbers == [*range(100), *[99] * 12]
    (chosen,) = read_chosen(folder, [3], 16, (64, 48))
    np.testing.assert_array_equal(chosen.frames, snippets[3])
    found = read_moments(folder, [Moment(90, 3.6), Moment(5, 0.2)], 25)
    assert [number_of(frame) for frame in found] == [90, 5]
    source = FrameSource(str(folder))
    assert source.ends and source.fps == 0
    assert [number_of(frame) for frame in source.frames()] == [*range(100)]
    assert source.seconds_at(50) == 2
    assert FrameSource(str(folder), fps=10).seconds_at(50) == 5
    assert not is_playable(folder)
    write_copy(tmp_path / 'copy.webm', folder, 25)
    assert Video(tmp_path / 'copy.webm').count() == 100


def test_one_image(tmp_path):
    """Oracle: by hand; too short for a snippet, but with 'pad'."""
    folder = write_frames(tmp_path / 'a', [coloured(7)])
    with pytest.raises(VideoError, match='a: expected at least 16 frames'):
        list(Video(folder).snippets(16, 'drop', (32, 32)))
    (snippet,) = Video(folder).snippets(16, 'pad', (64, 48))
    assert [number_of(frame) for frame in snippet] == [7] * 16


def test_sizes_that_differ(tmp_path):
    """What follows is scaled to the first size, as in video files.

    Oracle: the frames that were written; coarse noise outlives scaling."""
    pictures = noise(5, (64, 48)) + noise(5, (160, 120), seed=1)
    folder = write_frames(tmp_path / 'a', pictures)
    found = list(Video(folder))
    assert {frame.shape for frame in found} == {(48, 64, 3)}
    for frame, picture in zip(found, pictures):
        expected = cv2.resize(picture, (64, 48)).astype(int)
        assert np.abs(frame - expected).mean() < 3


def test_damaged_images_and_other_files(tmp_path):
    """Oracle: by hand. Images that cannot be read are damaged frames, the
    last one, too; dot files and others are none."""
    folder = write_frames(tmp_path / 'a', map(coloured, range(40)))
    (folder / '7.png').write_bytes(b'')
    (folder / '8.png').write_bytes(b'no picture')
    whole = (folder / '39.png').read_bytes()
    (folder / '39.png').write_bytes(whole[:20])
    (folder / '._3.png').write_bytes(b'of a Mac')
    (folder / 'Thumbs.db').write_bytes(b'of Windows')
    (folder / 'notes.txt').write_text('no frame')
    (folder / 'below').mkdir()
    cv2.imwrite(str(folder / 'below/1.png'), coloured(1))
    video = Video(folder)
    expected = [*range(7), *range(9, 39)]
    assert [number_of(frame) for frame in video] == expected
    assert video.notes() == ['3 damaged frames were passed over']
    notes = []
    source = FrameSource(str(folder), note=notes.append)
    assert len(list(source.frames())) == len(expected)
    assert notes == [f'{folder}: 3 damaged frames were passed over']


def test_folders_that_are_no_video(tmp_path):
    """Oracle: one error that names the folder."""
    (tmp_path / 'empty').mkdir()
    (tmp_path / 'videos').mkdir()
    (tmp_path / 'videos/a.mp4').write_bytes(b'')
    for name in ('empty', 'videos'):
        with pytest.raises(
            VideoError, match=f'{name}: expected a video, or a folder of fram'
        ):
            Video(tmp_path / name)


@pytest.mark.parametrize(
    'names, expected',
    [
        (['1.jpg', '2.jpg', '10.jpg'], True),
        (['000.jpg'], True),
        (['img_0001.png', 'img_0002.png', 'notes.txt', '.DS_Store'], True),
        (['cam2_1.tif', 'cam2_2.TIF', 'Thumbs.db'], True),
        ([], False),
        (['a.txt'], False),
        (['cover.jpg'], False),
        (['beach1.jpg', 'garden1.jpg'], False),
        (['1.jpg', '1.mp4'], False),
        (['v1.png', 'v2.png', 'v1.json', 'events.csv'], False),
        (['v1.png', 'v2.png', 'report.html'], False),
    ],
)
def test_which_folders_look_like_frames(tmp_path, names, expected):
    """Oracle: a person's judgement: numbered images alone, but for text and
    what systems leave; no pictures beside videos or results."""
    for name in names:
        (tmp_path / name).write_bytes(b'')
    assert is_frame_folder(tmp_path) == expected
    assert not is_frame_folder(tmp_path / 'none')


def test_images_are_read_one_at_a_time(tmp_path, monkeypatch):
    """Oracle: a count of what is read, of 300 000 names."""
    read = []

    def decode(data, _):
        read.append(len(data))
        return np.zeros((4, 4, 3), np.uint8)

    folder = write_frames(tmp_path / 'a', [coloured(0)])
    names = [f'{index}.png' for index in range(300_000)]
    monkeypatch.setattr(
        'rtfm_mmaction.io.frame_folder.list_frames', lambda _: names
    )
    monkeypatch.setattr(cv2, 'imdecode', decode)
    monkeypatch.setattr(np, 'fromfile', lambda *_: b'0')
    video = Video(folder)
    assert video.declared == 300_000 and read == []
    next(video.snippets(16, 'drop', (8, 8)))
    assert len(read) == 16


@pytest.fixture(scope='module')
def place(module_path):
    """Configs and weights of a detector of brightness, and a folder that is
    bright from frame 32 to frame 64 of 96."""
    write_frames(
        module_path / '01_0014',
        frames((32, DARK), (32, BRIGHT), (32, DARK)),
        '{:03d}.jpg',
    )
    return make_place(module_path)


def load(place, **more):
    return AnomalyInferencer(
        str(place / 'config.py'),
        str(place / 'd.pth'),
        extractor=str(place / 'extractor.py'),
        show_progress=False,
        **more,
    )


def test_scores_events_and_report(place, tmp_path):
    """Oracle: by hand, at 25 frames/s, which is said to be assumed, or at
    those that the user says."""
    for fps, seconds, note in (
        (None, 1 / 25, ASSUMED),
        (10, 1 / 10, ''),
    ):
        found = load(place, fps=fps)(
            str(place / '01_0014'),
            return_datasamples=True,
            out_dir=tmp_path / f'{fps}',
            formats=('json', 'csv', 'html', 'video'),
        )
        assert found['failed'] == {}
        (result,) = found['predictions']
        assert result.video == '01_0014' and result.note == note
        (event,) = result.events
        assert (event.start, event.end) == pytest.approx(
            (32 * seconds, 64 * seconds)
        )
        page = (tmp_path / f'{fps}/report.html').read_text()
        data = page.split('id="data">')[1].split('</script>')[0]
        (entry,) = json.loads(data)
        assert entry['src'] is None  # browsers play no folder
        assert entry['events'][0]['picture'].startswith('data:image')


def test_features_of_a_folder(place, tmp_path):
    """Oracle: the folder itself. The side-car holds the rate that was said,
    and a second run has nothing to do, until an image changes."""
    extractor = build_extractor(
        Config.fromfile(place / 'extractor.py').to_dict()
    )
    videos = [place / '01_0014']
    for fps, done in ((10, 1), (10, 0)):
        summary = extract_videos(
            extractor, videos, tmp_path, quiet=True, fps=fps
        )
        assert len(summary.done) == done and summary.failed == {}
    record = json.loads((tmp_path / '01_0014.json').read_text())
    assert (record['video']['frames'], record['video']['fps']) == (96, 10)
    assert record['video']['bytes'] == sum(
        (videos[0] / name).stat().st_size for name in list_frames(videos[0])
    )
    judge = load(place)
    (result,) = judge(str(tmp_path / '01_0014.npy'), return_datasamples=True)[
        'predictions'
    ]
    (event,) = result.events
    assert (event.start, event.end) == pytest.approx((3.2, 6.4))


def test_explanation_of_a_folder(place):
    """Oracle: by hand: snippet 2 is bright."""
    inferencer = load_explained(
        str(place / 'config.py'),
        str(place / 'd.pth'),
        str(place / 'extractor.py'),
        fps=16,
    )
    found = explain(inferencer, str(place / '01_0014'), at=[2.5])
    (snippet,) = found.snippets
    assert (snippet.index, snippet.start, snippet.end) == (2, 2, 3)
    assert snippet.middle.mean() > 200
