"""Videos that are odd and not broken, through extraction and frame by frame.

Files are made by ``tests/io/odd.py``: AVI of JPEG frames, written by
hand, and MP4 whose index is changed.
"""

import json
import runpy

import cv2
import numpy as np
import pytest
from mmengine.config import Config

from rtfm_mmaction.io.video import Video, VideoError
from tests.io.odd import (
    noise,
    sound_track,
    turned,
    uneven,
    write_avi,
    write_wav,
)
from tests.support.helpers import ROOT
from tests.support.tiny import make_video, make_weights, tiny_config

main = runpy.run_path(str(ROOT / 'tools/features/extract.py'))['main']


def snippets(path, size=(40, 32)):
    """All frames that there are, RGB; a last snippet of 16 is filled up."""
    video = Video(path)
    found = np.concatenate(list(video.snippets(16, 'pad', size)))
    return found[: video.frames].astype(int)


def resized(frames, size=(40, 32)):
    """Oracle: each frame by itself, three equal channels where it is grey."""
    return np.stack(
        [
            cv2.resize(
                frame
                if frame.ndim == 3
                else cv2.cvtColor(frame, cv2.COLOR_GRAY2RGB),
                size,
            )
            for frame in frames
        ]
    ).astype(int)


@pytest.mark.parametrize('size', [(63, 47), (1, 1), (16, 2), (3, 31)])
def test_odd_sizes_and_grey_frames(tmp_path, size):
    """Oracle: the frames that were written; JPEG rounds by a few levels."""
    frames = noise(20, size, channels=1)
    path = write_avi(tmp_path / 'odd.avi', frames)
    found = snippets(path)
    assert len(found) == 20
    assert (found == found[..., :1]).all()
    assert np.abs(found - resized(frames)).max() <= 4
    assert Video(path).count() == 20


@pytest.mark.parametrize('second', [(40, 90), (160, 120)])
def test_size_that_changes(tmp_path, second):
    """What follows is scaled to the first size, then as all is.

    Oracle: the frames that were written; coarse noise outlives the scaling.
    """
    frames = noise(10, (64, 48), 1) + noise(10, second, 1, seed=1)
    path = write_avi(tmp_path / 'changes.avi', frames)
    found, expected = snippets(path), resized(frames)
    assert len(found) == 20 and Video(path).count() == 20
    assert np.abs(found - expected).mean((1, 2, 3)).max() < 3
    assert np.abs(found[9] - expected[10]).mean() > 20


@pytest.mark.parametrize('quarters', [0, 1, 2, 3])
def test_rotation_flag(tmp_path, quarters):
    """Frames are turned as a player turns them.

    Oracle: those of the same file without the flag, turned by numpy.
    """
    path = make_video(tmp_path / 'a.mp4', 20)
    plain = snippets(path, (64, 48))
    path.write_bytes(turned(path.read_bytes(), quarters))
    size = (48, 64) if quarters % 2 else (64, 48)
    # numpy turns anticlockwise.
    expected = np.rot90(plain, -quarters, (1, 2))
    assert np.array_equal(snippets(path, size), expected)
    assert Video(path).size == size


def test_variable_frame_rate(tmp_path):
    """Frames as they come: none is repeated or left out to keep the pace.

    Oracle: the same file before the durations of its frames were changed.
    """
    path = make_video(tmp_path / 'a.mp4', 40)
    plain, fps = snippets(path), Video(path).fps
    path.write_bytes(uneven(path.read_bytes()))
    capture = cv2.VideoCapture(str(path))
    times = [
        capture.get(cv2.CAP_PROP_POS_MSEC) for _ in range(6) if capture.grab()
    ]
    assert np.allclose(np.diff(times), [20, 60, 20, 60, 20])
    assert np.array_equal(snippets(path), plain)
    assert Video(path).count() == 40
    assert Video(path).fps == pytest.approx(fps)


def test_sound_alone(tmp_path):
    """One error that says so; a file that is nothing is told apart."""
    sound = make_video(tmp_path / 'sound.mp4', 20)
    sound.write_bytes(sound_track(sound.read_bytes()))
    for path in (sound, write_wav(tmp_path / 'wave.mp4')):
        with pytest.raises(
            VideoError,
            match=f'{path.name}: expected a video, found no video stream',
        ):
            Video(path)
    (tmp_path / 'text.mp4').write_text('no video' * 99)
    with pytest.raises(VideoError, match='text.mp4: .* cannot be opened'):
        Video(tmp_path / 'text.mp4')


@pytest.mark.parametrize('tail', ['drop', 'pad'])
def test_extraction_of_all(tmp_path, capsys, tail):
    """The tool's report, and T by hand: 20 frames make one snippet or two.

    Oracle of the features: those of the same frames in an ordinary file.
    """
    videos = tmp_path / 'videos'
    videos.mkdir()
    data = make_video(videos / 'plain.mp4', 20).read_bytes()
    for name, content in (
        ('uneven', uneven(data)),
        ('turned', turned(data, 1)),
        ('sound', sound_track(data)),
    ):
        (videos / f'{name}.mp4').write_bytes(content)
    make_video(videos / 'one_frame.mp4', 1)
    grey = noise(20, (63, 47), 1)
    write_avi(videos / 'grey.avi', grey)
    write_avi(
        videos / 'coloured.avi',
        [cv2.cvtColor(frame, cv2.COLOR_GRAY2BGR) for frame in grey],
    )
    write_avi(videos / 'point.avi', noise(20, (1, 1)))
    write_avi(videos / 'changes.avi', grey[:10] + noise(10, (160, 120)))

    config = tiny_config(make_weights(tmp_path / 'w.pth'), tail=tail)
    config['custom_imports'] = dict(imports=['tests.support.tiny'])
    Config(config).dump(tmp_path / 'config.py')
    code = main(
        [
            str(tmp_path / 'config.py'),
            str(videos),
            '--out',
            str(tmp_path / 'out'),
        ]
    )
    printed = capsys.readouterr().out
    failed = {'sound', 'one_frame'} if tail == 'drop' else {'sound'}
    assert code == 1
    assert (
        f'{9 - len(failed)} videos extracted, 0 were there, '
        f'{len(failed)} failed' in printed
    )
    assert 'sound.mp4: expected a video, found no video stream' in printed
    assert ('one_frame.mp4: expected at least 16 frames' in printed) == (
        tail == 'drop'
    )

    found = {
        path.stem: np.load(path) for path in (tmp_path / 'out').glob('*.npy')
    }
    assert set(found) == {path.stem for path in videos.iterdir()} - failed
    for name, features in found.items():
        length = 1 if name == 'one_frame' or tail == 'drop' else 2
        assert features.shape == (length, 5, 4)
        assert np.isfinite(features).all()
        record = json.loads((tmp_path / f'out/{name}.json').read_text())
        assert record['video']['frames'] == (1 if name == 'one_frame' else 20)
    assert np.allclose(found['uneven'], found['plain'], atol=1e-6)
    assert not np.allclose(found['turned'], found['plain'], atol=1e-3)
    assert np.allclose(found['grey'], found['coloured'], atol=0.01)
