"""AnomalyInferencer on small videos, by a detector of brightness."""

import csv
import json
import os
import shutil

import cv2
import numpy as np
import pytest
import torch
from mmaction.registry import INFERENCERS
from mmengine.config import Config

from rtfm_mmaction.apis.config_names import find_config
from rtfm_mmaction.apis.inferencer import AnomalyInferencer
from rtfm_mmaction.apis.sources import find_sources
from rtfm_mmaction.extraction import build_extractor
from rtfm_mmaction.extraction.many_videos import extract_videos
from rtfm_mmaction.io.video import count_snippets
from rtfm_mmaction.visualization import annotated_video
from tests.support.brightness import BRIGHT, DARK, make_place, write_video
from tests.support.helpers import ROOT
from tests.support.random_detectors import build, features, offline


@pytest.fixture(scope='module')
def place(module_path):
    """Configs, weights and a video: bright from 2.56 to 3.84 s of 5.4 s."""
    make_place(module_path)
    write_video(module_path / 'a.mp4', (64, DARK), (32, BRIGHT), (39, DARK))
    return module_path


@pytest.fixture
def inferencer(place):
    """An inferencer through the registry, as a config builds it."""
    return INFERENCERS.build(
        dict(
            type='AnomalyInferencer',
            model=str(place / 'config.py'),
            weights=str(place / 'd.pth'),
            extractor=str(place / 'extractor.py'),
            rule=dict(high=0.5),
            show_progress=False,
        )
    )


def test_still_clips_are_scored_once(place, inferencer):
    """By hand: dark, bright, dark again are 3 of 8 snippets, five crops each;
    the scores are those of a run without the bound."""
    video = str(place / 'a.mp4')
    expected = inferencer(video)['predictions'][0]
    still = AnomalyInferencer(
        str(place / 'config.py'),
        str(place / 'd.pth'),
        str(place / 'extractor.py'),
        show_progress=False,
        still=8,
    )
    network, scored = still.need_extractor(video).network, []

    def counted(clips):
        scored.extend(clips)
        return network(clips)

    still.pipeline.network = counted
    still.pipeline.batch_size = 1
    assert still(video)['predictions'][0]['scores'] == pytest.approx(
        expected['scores'], abs=1e-6
    )
    assert len(scored) == 3 * 5
    with pytest.raises(ValueError, match='still: expected more than 0'):
        AnomalyInferencer(still=0)


def test_a_video_becomes_scores_events_and_files(place, inferencer, tmp_path):
    """Oracle: what was written into the video; its 135 frames are 8 snippets
    and 7 frames that have the last one's score."""
    found = inferencer(
        str(place / 'a.mp4'),
        return_datasamples=True,
        out_dir=tmp_path,
        formats=('json', 'csv', 'plot', 'video'),
    )
    (result,) = found['predictions']
    assert (result.frames, result.fps, len(result.scores)) == (135, 25, 8)
    assert [round(score) for score in result.scores] == [0] * 4 + [1] * 2 + [
        0
    ] * 2
    (event,) = result.events
    assert (event.start, event.end) == (2.56, 3.84)
    np.testing.assert_array_equal(
        result.frame_scores,
        np.append(np.repeat(result.scores, 16), [result.scores[-1]] * 7),
    )
    assert found['failed'] == {} and result.note == ''
    assert [path.name for path in found['visualization']] == [
        'a.json',
        'a.png',
        'a_annotated.mp4',
        'events.csv',
    ]
    stored = json.loads((tmp_path / 'a.json').read_text())
    assert stored == json.loads(json.dumps(result.to_dict()))
    assert len(stored['frame_scores']) == 135
    (row,) = csv.DictReader((tmp_path / 'events.csv').open())
    assert row['video'] == 'a'
    assert (row['start'], row['end']) == ('2.560', '3.840')
    assert (row['start_frame'], row['end_frame']) == ('64', '96')
    assert cv2.imread(str(tmp_path / 'a.png')).std() > 0
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(
        path.name for path in found['visualization']
    )


def test_the_annotated_video_shows_the_event(place, inferencer, tmp_path):
    """Oracle: the frames: as many; a bar below the picture, filled in the
    event alone; a border round the picture in the event alone."""
    inferencer(str(place / 'a.mp4'), out_dir=tmp_path, formats=['video'])
    reader = cv2.VideoCapture(str(tmp_path / 'a_annotated.mp4'))
    frames = [frame for _, frame in iter(reader.read, (False, None))]
    assert len(frames) == 135
    assert frames[0].shape == (48 + 18, 64, 3)
    purple = np.array([167, 121, 204])
    for index, frame in enumerate(frames):
        inside = 64 <= index < 96
        corner = np.abs(frame[1, 1] - purple).max() < 60
        assert corner == inside, index
        assert (frame[-2, -6, 2] > 120) == inside, index


def test_scores_are_those_of_extraction_and_test(place, inferencer):
    """Oracle: the extractor and the model's own test step, one by one; videos
    and features of one list, order kept."""
    from mmengine.config import Config

    extractor = build_extractor(Config.fromfile(place / 'extractor.py'))
    rows = extractor.extract(place / 'a.mp4')
    np.save(place / 'b.npy', rows)
    found = inferencer(
        [rows, str(place / 'a.mp4'), place / 'b.npy', rows[:, 0]],
        return_datasamples=True,
    )['predictions']
    assert [result.video for result in found] == [
        'array-0',
        'a',
        'b',
        'array-1',
    ]
    expected = offline(inferencer.model, rows)
    for result in found[:3]:
        for key, value in expected.items():
            np.testing.assert_allclose(getattr(result, key), value, atol=1e-6)
    assert found[3].crop_scores.shape == (8, 1)
    # 25 frames per second are assumed for what does not say.
    assert [bool(result.note) for result in found] == [True, False, True, True]


def test_a_side_car_tells_the_frames(place, tmp_path):
    """Oracle: what the extractor's own tool wrote beside the features."""
    import runpy

    (tmp_path / 'v').mkdir()
    write_video(tmp_path / 'v/slow.mp4', (40, BRIGHT), fps=5)
    runpy.run_path(str(ROOT / 'tools/features/extract.py'))['main'](
        [
            str(place / 'extractor.py'),
            str(tmp_path / 'v'),
            '--out',
            str(tmp_path / 'f'),
        ]
    )
    found = AnomalyInferencer(
        str(place / 'config.py'), str(place / 'd.pth'), show_progress=False
    )(str(tmp_path / 'f'), return_datasamples=True)
    (result,) = found['predictions']
    assert (result.fps, result.frames, result.note) == (5, 40, '')
    (event,) = result.events
    # Two snippets of 16 frames at 5 a second, and what is left of 8 seconds,
    # for which the last score holds.
    assert (event.start, event.end) == (0, 8)


def test_bad_videos_do_not_stop_the_others(place, inferencer, tmp_path):
    """Property: of a torn one what was read is scored and the rest said; one
    that is too short, empty or no video is named; the good one is scored."""
    whole = write_video(tmp_path / 'whole.avi', (200, DARK))
    data = whole.read_bytes()
    (tmp_path / 'torn.avi').write_bytes(data[: len(data) * 6 // 10])
    write_video(tmp_path / 'short.mp4', (9, DARK))
    (tmp_path / 'empty.mp4').write_bytes(b'')
    (tmp_path / 'text.mp4').write_text('no video')
    np.save(tmp_path / 'nan.npy', np.full((3, 1, 4), np.nan, np.float32))
    np.save(tmp_path / 'wide.npy', np.zeros((3, 1, 5), np.float32))
    (tmp_path / 'half.npy').write_bytes(
        (tmp_path / 'wide.npy').read_bytes()[:-8]
    )
    found = inferencer(
        str(tmp_path),
        return_datasamples=True,
        out_dir=tmp_path / 'out',
        formats=['json'],
    )
    torn, good = sorted(
        found['predictions'], key=lambda result: len(result.scores)
    )
    assert (good.video, torn.video) == ('whole', 'torn')
    assert len(good.scores) == count_snippets(200, 16, 'drop')
    assert 0 < len(torn.scores) < len(good.scores)
    assert 'cut short or damaged' in torn.note
    assert len(torn.frame_scores) == torn.frames < 200
    assert set(found['failed']) == {
        'short',
        'empty',
        'text',
        'nan',
        'wide',
        'half',
    }
    for name, reason in found['failed'].items():
        assert name in reason and '\n' not in reason
    assert 'at least 16 frames' in found['failed']['short']
    assert 'C = 5' in found['failed']['wide']
    assert sorted(p.name for p in (tmp_path / 'out').iterdir()) == [
        'torn.json',
        'whole.json',
    ]


def test_what_does_not_fit_is_one_error(place, tmp_path):
    """Property: before anything is written, naming the culprit."""
    config, weights = str(place / 'config.py'), str(place / 'd.pth')
    with pytest.raises(ValueError, match='a.mp4: expected a config of config'):
        AnomalyInferencer(config, weights)(place / 'a.mp4')
    with pytest.raises(ValueError, match='expected a checkpoint of'):
        AnomalyInferencer(config)
    with pytest.raises(FileNotFoundError, match='did you mean rtfm_i3d_ucf'):
        AnomalyInferencer('rtfm_i3d_ufc', weights)
    with pytest.raises(ValueError, match='fps: expected more than 0'):
        AnomalyInferencer(config, weights, fps=0)
    with pytest.raises(ValueError, match='formats: .* found pdf'):
        AnomalyInferencer(config, weights)(
            np.zeros((3, 4), np.float32), out_dir=tmp_path, formats=['pdf']
        )
    detector = build('released')
    torch.save(dict(state_dict=detector.state_dict()), tmp_path / 'w.pth')
    with pytest.raises(ValueError, match='found C = 4, expected .* 32'):
        AnomalyInferencer(
            config,
            str(tmp_path / 'w.pth'),
            extractor=str(place / 'extractor.py'),
            show_progress=False,
            cfg_options={
                'model.head._delete_': True,
                'model.head.type': 'RTFMHead',
            },
        )(place / 'a.mp4', out_dir=tmp_path / 'out')
    assert list(tmp_path.glob('out/*')) == []


def test_one_snippet_and_int_arrays(place, inferencer):
    """T = 1 is scored; integers are refused by name."""
    found = inferencer(
        [np.ones((1, 4), np.float32), np.ones((3, 4), int)],
        return_datasamples=True,
    )
    assert len(found['predictions'][0].scores) == 1
    assert 'array-1: expected floating-point' in found['failed']['array-1']


def test_an_interrupted_run_keeps_what_is_there(
    place, inferencer, tmp_path, monkeypatch
):
    """Property: the first video's files and a table of it."""
    for name in 'xyz':
        shutil.copy(place / 'a.mp4', tmp_path / f'{name}.mp4')
    forward = AnomalyInferencer.forward

    def interrupt(self, inputs):
        if inputs[0].name == 'y':
            raise KeyboardInterrupt
        return forward(self, inputs)

    monkeypatch.setattr(AnomalyInferencer, 'forward', interrupt)
    with pytest.raises(KeyboardInterrupt):
        inferencer(
            str(tmp_path / '*.mp4'),
            out_dir=tmp_path / 'out',
            formats=['json', 'csv'],
        )
    assert sorted(p.name for p in (tmp_path / 'out').iterdir()) == [
        'events.csv',
        'x.json',
    ]
    (row,) = csv.DictReader((tmp_path / 'out/events.csv').open())
    assert row['video'] == 'x'


def test_a_full_disk_leaves_nothing_half_written(
    place, inferencer, tmp_path, monkeypatch
):
    """Oracle: a writer that fails as a full disk does."""
    from pathlib import Path

    def full(*_, **__):
        raise OSError(28, 'No space left on device')

    monkeypatch.setattr(Path, 'write_text', full)
    with pytest.raises(OSError, match='No space left'):
        inferencer(place / 'a.mp4', out_dir=tmp_path, formats=['json'])
    assert list(tmp_path.iterdir()) == []


def test_inputs_are_found(tmp_path):
    """Folders, patterns, lists; each file once; names that clash are ways."""
    (tmp_path / 'cam/deep').mkdir(parents=True)
    for name in ('b.mp4', 'a.avi', 'deep/c.npy', 'notes.txt', 'b.json'):
        (tmp_path / 'cam' / name).write_bytes(b'')

    def names(inputs):
        return [source.name for source in find_sources(inputs)]

    assert names(str(tmp_path / 'cam')) == ['a', 'b', 'c']
    assert names([tmp_path / 'cam/b.mp4', tmp_path / 'cam']) == ['b', 'a', 'c']
    assert names(str(tmp_path / 'cam/*.mp4')) == ['b']
    assert names(str(tmp_path / '**/*.npy')) == ['c']
    # An odd name is no pattern when there is such a file.
    (tmp_path / 'cam/x[1].mp4').write_bytes(b'')
    assert names(str(tmp_path / 'cam/x[1].mp4')) == ['x[1]']
    for wrong, error, said in (
        (tmp_path / 'cam/none.mp4', FileNotFoundError, 'no such file'),
        (str(tmp_path / 'cam/*.mov'), ValueError, 'found none'),
        ([], ValueError, 'found none'),
        (5, TypeError, 'found int'),
    ):
        with pytest.raises(error, match=said):
            find_sources(wrong)
    (tmp_path / 'B.mkv').write_bytes(b'')
    inputs = [tmp_path / 'cam', tmp_path / 'B.mkv']
    assert names(inputs) == ['a', 'cam/b', 'c', 'x[1]', 'B']
    (tmp_path / 'array-0.npy').write_bytes(b'')
    with pytest.raises(ValueError, match='expected a name of its own'):
        find_sources([np.zeros((2, 3)), tmp_path / 'array-0.npy'])


def test_shipped_configs_are_found_by_name():
    """Oracle: the checkout's own files."""
    from pathlib import Path

    for name in ('rtfm_i3d_ucf', 'features/inception-i3d_kinetics400_1crop'):
        found = find_config(name.split('/')[-1])
        assert Path(found).samefile(ROOT / f'configs/{name}.py')


def test_memory_of_growing_rows():
    """Oracle: numpy's own stack, across several enlargements."""
    from rtfm_mmaction.extraction.growing_rows import FIRST, GrowingRows

    rows = GrowingRows()
    expected = features(3 * FIRST + 1)
    for row in expected:
        rows.append(row)
    np.testing.assert_array_equal(rows.array, expected)
    assert len(rows) == 3 * FIRST + 1


def test_features_know_the_length_of_a_snippet(place, inferencer, tmp_path):
    """Oracle: the video itself. Snippets of eight frames at 5 frames/s, as the
    side-car says."""
    video = write_video(
        tmp_path / 'v.mp4', (32, DARK), (32, BRIGHT), (32, DARK), fps=5
    )
    config = Config.fromfile(place / 'extractor.py')
    config.extractor.snippet_len = 8
    config.dump(tmp_path / 'extractor.py')
    extract_videos(
        build_extractor(config.to_dict()), [video], tmp_path / 'f', quiet=True
    )
    fine = AnomalyInferencer(
        str(place / 'config.py'),
        str(place / 'd.pth'),
        extractor=str(tmp_path / 'extractor.py'),
        show_progress=False,
    )
    results = [
        judge(str(source), return_datasamples=True)['predictions'][0]
        for judge, source in (
            (fine, video),
            (inferencer, tmp_path / 'f/v.npy'),
        )
    ]
    for result in results:
        assert result.snippet_len == 8 and len(result.scores) == 12
        (event,) = result.events
        assert (event.start, event.end) == (6.4, 12.8)


def test_odd_rates_are_said_and_do_not_stop_the_others(
    inferencer, tmp_path, monkeypatch
):
    """Oracle: by hand. A file without frames for 2 s, which its times tell;
    one that says the rate of its clock, but whose times are those of 25
    frames/s."""
    paths = [
        write_video(tmp_path / f'{name}.mp4', (64, DARK))
        for name in ('even', 'late', 'clock')
    ]
    real = cv2.VideoCapture

    class Odd:
        def __init__(self, path, *args):
            self.capture, self.path = real(path, *args), path

        def __getattr__(self, name):
            return getattr(self.capture, name)

        def get(self, which):
            value = self.capture.get(which)
            if which == cv2.CAP_PROP_FPS and 'clock' in self.path:
                return 90_000.0
            if (
                which == cv2.CAP_PROP_POS_MSEC
                and 'late' in self.path
                and value >= 1000
            ):
                return value + 2000
            return value

    monkeypatch.setattr(cv2, 'VideoCapture', Odd)
    found = inferencer(
        [str(path) for path in paths],
        out_dir=tmp_path / 'out',
        return_datasamples=True,
        formats=('json', 'video'),
    )
    even, late, clock = found['predictions']
    assert even.note == '' and (clock.fps, late.fps) == (25, 25)
    assert late.note == (
        'no frames came for 2.0 s before frame 25: times are those of the '
        'frames themselves'
    )
    assert (even.duration, late.duration) == (2.56, 4.56)
    assert clock.note == '' and clock.duration == 64 / 25
    assert found['failed'] == {} and len(found['visualization']) == 6


def test_what_cannot_be_drawn_does_not_stop_the_others(
    place, inferencer, tmp_path, monkeypatch
):
    """Property: scores are there, the reason is said."""

    def encode(path, frames, fps, size, name):
        raise RuntimeError(f'{name}: found -1 frames')

    shutil.copy(place / 'a.mp4', tmp_path / 'b.mp4')
    monkeypatch.setattr(annotated_video, 'encode_video', encode)
    found = inferencer(
        [str(place / 'a.mp4'), str(tmp_path / 'b.mp4')],
        out_dir=tmp_path / 'out',
        formats=('json', 'csv', 'html', 'video'),
    )
    assert [path.name for path in found['visualization']] == [
        'a.json',
        'b.json',
        'report.html',
        'events.csv',
    ]
    page = (tmp_path / 'out/report.html').read_text()
    entries = json.loads(page.split('id="data">')[1].split('</script>')[0])
    assert [
        (entry['name'], len(entry['curve']), entry['note'])
        for entry in entries
    ] == [(name, 8, found['failed'][name]) for name in 'ab']
    rows = csv.DictReader((tmp_path / 'out/events.csv').open())
    assert [row['video'] for row in rows] == ['a', 'b']
    assert [result['video'] for result in found['predictions']] == ['a', 'b']
    assert found['failed'] == {
        name: f'{tmp_path / "out" / name}_annotated.mp4: found -1 frames'
        for name in 'ab'
    }


def test_failures_name_the_input(inferencer, tmp_path):
    """Property: each says which, also where its name is a common letter."""
    np.save(tmp_path / 'a.npy', np.zeros((3, 1, 5), np.float32))
    np.save(tmp_path / 'N.NPY', np.full((3, 1, 4), np.nan, np.float32))
    os.rename(tmp_path / 'N.NPY.npy', tmp_path / 'N.NPY')
    found = inferencer([str(tmp_path), np.zeros((3, 0, 4), np.float32)])
    assert sorted(found['failed']) == ['N', 'a', 'array-0']
    for name, reason in found['failed'].items():
        assert reason.startswith((f'{name}: ', str(tmp_path / f'{name}.')))


def test_batch_size_is_that_of_one_call(place, inferencer, monkeypatch):
    """F: the next call has the size from before, after Ctrl-C too."""
    usual = inferencer.pipeline.batch_size
    seen = []

    def interrupted(*args, **kwargs):
        seen.append(inferencer.pipeline.batch_size)
        raise KeyboardInterrupt

    inferencer(str(place / 'a.mp4'), batch_size=usual + 5)
    assert inferencer.pipeline.batch_size == usual
    monkeypatch.setattr(inferencer, 'visualize', interrupted)
    with pytest.raises(KeyboardInterrupt):
        inferencer(str(place / 'a.mp4'), batch_size=usual + 5)
    assert seen == [usual + 5]
    assert inferencer.pipeline.batch_size == usual


@pytest.mark.parametrize('options', [dict(dtype='bf16'), dict(batch_size=5)])
def test_precision_and_passes_hardly_move_scores(place, inferencer, options):
    """Oracle: fp32 and passes of the default size; bf16 has 8 bits."""
    size = options.pop('batch_size', None)
    other = AnomalyInferencer(
        str(place / 'config.py'),
        str(place / 'd.pth'),
        extractor=str(place / 'extractor.py'),
        show_progress=False,
        **options,
    )
    path = str(place / 'a.mp4')
    (expected,) = inferencer(path)['predictions']
    (found,) = other(path, batch_size=size)['predictions']
    np.testing.assert_allclose(
        found['magnitudes'], expected['magnitudes'], rtol=0.02
    )
    np.testing.assert_allclose(found['scores'], expected['scores'], atol=0.02)
    with pytest.raises(ValueError, match='batch_size: expected 1 or more'):
        other(path, batch_size=0)


def test_hostile_side_cars_end_nothing(inferencer, tmp_path):
    """Oracle: the features alone (faults.md, C9). Each video is scored at the
    assumed rate, T x 16 frames long, and its note says why."""
    rows = features(4)[..., :4]
    fault = dict(video=dict(frames=64, fps=5), settings=dict(snippet_len=16))
    fault = json.dumps(fault)
    sidecars = dict(
        a=fault.replace('64', 'Infinity'),
        b=fault.replace('64', '10000000000000'),
        c='[' * 200_000,
        d=fault.replace('64', '-5'),
        e=fault.replace('5}', '1e-300}'),
        f=fault,
    )
    for name, text in sidecars.items():
        np.save(tmp_path / f'{name}.npy', rows)
        (tmp_path / f'{name}.json').write_text(text)
    found = inferencer(str(tmp_path), return_datasamples=True)
    assert found['failed'] == {}
    *hostile, sound = found['predictions']
    for result in hostile:
        assert (result.fps, result.frames) == (25, 64)
        assert f'{result.video}.json: ' in result.note
        assert 'its times are not used' in result.note
        np.testing.assert_array_equal(result.scores, sound.scores)
    assert (sound.fps, sound.frames, sound.note) == (5, 64, '')
