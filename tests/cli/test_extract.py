"""tools/features/extract.py from the command line on."""

import json
import os
import resource
import runpy
import time

import numpy as np
import pytest
import torch
from mmengine.config import Config

from rtfm_mmaction.extraction import FeatureExtractor, sidecar
from rtfm_mmaction.io.folder_lock import LOCK, lock_folder
from tests.support.forking import forked_until_killed, start_script
from tests.support.helpers import ROOT
from tests.support.tiny import (
    index_first,
    make_video,
    make_weights,
    tiny_config,
)

TOOL = ROOT / 'tools/features/extract.py'
main = runpy.run_path(str(TOOL))['main']


@pytest.fixture
def place(tmp_path):
    """A folder with three videos and a config."""
    (tmp_path / 'videos').mkdir()
    for index, name in enumerate(('a', 'b#1_label_A', 'c')):
        make_video(tmp_path / 'videos' / f'{name}.mp4', 33 + index, seed=index)
    config = tiny_config(make_weights(tmp_path / 'w.pth'))
    config['custom_imports'] = dict(imports=['tests.support.tiny'])
    Config(config).dump(tmp_path / 'config.py')
    return tmp_path


def run(place, *more, videos='videos'):
    """Run the tool; returns its exit code."""
    return main(
        [
            str(place / 'config.py'),
            str(place / videos),
            '--out',
            str(place / 'out'),
            *more,
        ]
    )


def times(place):
    return {
        path.name: path.stat().st_mtime_ns
        for path in (place / 'out').iterdir()
        if path.name != LOCK
    }


def load(place, name):
    record = json.loads((place / 'out' / f'{name}.json').read_text())
    return np.load(place / 'out' / f'{name}.npy'), record


NAMES = ['a', 'b#1_label_A', 'c']
FILES = sorted(f'{name}.{kind}' for name in NAMES for kind in ('npy', 'json'))


def test_end_to_end(place, capsys):
    """Oracle: the videos: 33, 34 and 35 frames make 2 snippets of 16; five
    crops; 4 channels; hashlib's digest of the weights."""
    import hashlib

    assert run(place, '--dtype', 'bf16') == 0
    assert (
        '3 videos extracted, 0 were there, 0 failed' in capsys.readouterr().out
    )
    assert sorted(times(place)) == FILES
    for index, name in enumerate(NAMES):
        features, record = load(place, name)
        assert features.shape == (2, 5, 4) and features.dtype == np.float32
        assert record['features'] == dict(shape=[2, 5, 4], snippets=2)
        assert record['video'] == dict(
            file=f'{name}.mp4',
            bytes=(place / 'videos' / f'{name}.mp4').stat().st_size,
            frames=33 + index,
            fps=25.0,
        )
        settings = record['settings']
        assert settings['backbone'] == dict(type='TinyBackbone')
        assert (
            settings['weights_sha256']
            == hashlib.sha256((place / 'w.pth').read_bytes()).hexdigest()
        )
        assert (settings['dtype'], settings['tail'], settings['crops']) == (
            'bf16',
            'drop',
            dict(layout='five', size=32),
        )
        assert record['weights_file'] == 'w.pth'
        assert record['versions']['torch'] == torch.__version__


def test_second_run_skips(place, capsys):
    """Oracle: times of change. Nothing is touched; a video whose side-car or
    array is gone, or whose array is cut short, is made again, it alone."""
    run(place)
    before = times(place)
    assert run(place) == 0
    assert times(place) == before
    assert '0 videos extracted, 3 were there' in capsys.readouterr().out
    (place / 'out' / 'a.json').unlink()
    (place / 'out' / 'c.npy').write_bytes(
        (place / 'out' / 'c.npy').read_bytes()[:-4]
    )
    assert run(place) == 0
    after = times(place)
    assert sorted(after) == FILES
    assert {name for name in after if after[name] != before[name]} == {
        'a.npy',
        'a.json',
        'c.npy',
        'c.json',
    }


@pytest.mark.parametrize(
    'change, message',
    [
        (['--dtype', 'bf16'], "dtype: found 'fp32', expected 'bf16'"),
        (
            ['--cfg-options', 'extractor.tail=pad'],
            "tail: found 'drop', expected 'pad'",
        ),
        (
            ['--cfg-options', 'extractor.crops.layout=ten'],
            "crops: found .*'five'.* expected .*'ten'",
        ),
    ],
)
def test_other_settings_are_an_error(place, change, message):
    """Oracle: one sentence; nothing is touched, until --overwrite."""
    run(place)
    before = times(place)
    with pytest.raises(SystemExit, match=f'a.npy .*{message}.*--overwrite'):
        run(place, *change)
    assert times(place) == before
    assert run(place, *change, '--overwrite') == 0
    assert all(times(place)[name] != before[name] for name in FILES)
    assert run(place, *change) == 0


def test_other_weights_or_another_video_are_an_error(place):
    """Oracle: the digest of the weights and the size of the video say so."""
    run(place)
    make_weights(place / 'w.pth', seed=1)
    with pytest.raises(SystemExit, match='weights_sha256: found'):
        run(place)
    make_weights(place / 'w.pth', seed=0)
    assert run(place) == 0
    make_video(place / 'videos' / 'a.mp4', 60)
    with pytest.raises(SystemExit, match='a.npy .*bytes: found'):
        run(place)


def test_failures_do_not_stop_the_others(place, capsys):
    """Oracle: exit code 1, each bad video by name, and no file of it: cut
    before its index, cut behind it, too short, no video at all."""
    videos = place / 'videos'
    data = (videos / 'c.mp4').read_bytes()
    (videos / 'behind.mp4').write_bytes(data[: len(data) // 2])
    data = index_first(make_video(videos / 'first.mp4', 99).read_bytes())
    (videos / 'first.mp4').write_bytes(data[: len(data) // 2])
    make_video(videos / 'short.mp4', 9)
    (videos / 'text.mp4').write_text('text')
    assert run(place) == 1
    out = capsys.readouterr().out
    assert '3 videos extracted, 0 were there, 4 failed' in out
    for name in ('behind', 'first', 'short', 'text'):
        assert f'{name}.mp4: expected' in out
    assert sorted(times(place)) == FILES
    for name in NAMES:
        assert load(place, name)[0].shape == (2, 5, 4)
    assert run(place) == 1
    assert (
        '0 videos extracted, 3 were there, 4 failed' in capsys.readouterr().out
    )


def test_short_video_padded(place):
    """Oracle: T = 1 for 9 frames under 'pad'."""
    make_video(place / 'short.mp4', 9)
    assert (
        run(place, '--cfg-options', 'extractor.tail=pad', videos='short.mp4')
        == 0
    )
    assert load(place, 'short')[0].shape == (1, 5, 4)


def test_interruption_keeps_what_is_done(place, monkeypatch):
    """Oracle: the folder. Interrupted at the start of the second video, or
    when its array is half written, or between array and side-car, the first is whole and
    nothing half-written stands there; the next run makes the other two."""

    def interrupt(*args, **kwargs):
        raise KeyboardInterrupt

    def count_clips(self, video):
        if video.path.name.startswith('b'):
            interrupt()
        return 1

    def array(row, dtype):
        # The second snippet of the second of three videos of two each.
        if calls.append(row) or len(calls) == 4:
            interrupt()
        return row

    def dumps(*args, **kwargs):
        # A side-car's; settings are made plain by it, too.
        if 'indent' in kwargs and (calls.append(args) or len(calls) == 2):
            interrupt()
        return json_dumps(*args, **kwargs)

    json_dumps = json.dumps
    first = ['a.json', 'a.npy']
    for target, name, replacement, left in (
        (FeatureExtractor, 'count_clips', count_clips, first),
        (sidecar.np, 'ascontiguousarray', array, first),
        (sidecar.json, 'dumps', dumps, [*first, 'b#1_label_A.npy']),
    ):
        calls = []
        monkeypatch.setattr(target, name, replacement)
        with pytest.raises(SystemExit, match='interrupted'):
            run(place, '--overwrite')
        monkeypatch.undo()
        assert sorted(times(place)) == left
        before = times(place)
        assert run(place) == 0
        assert sorted(times(place)) == FILES
        assert {name: times(place)[name] for name in first} == {
            name: before[name] for name in first
        }
        for path in (place / 'out').iterdir():
            path.unlink()


def test_a_second_run_in_the_folder_is_told(place, capsys):
    """E3: it names folder, process and way out, which works."""

    def hold(ready):
        with lock_folder(place / 'out', 'rtfm extract', ''):
            ready()

    with forked_until_killed(hold) as process:
        with pytest.raises(SystemExit) as caught:
            run(place)
        said = str(caught.value)
        assert said.startswith(f'extract: {place / "out"}: another run (rtfm')
        assert f'process {process.pid} on' in said and '\n' not in said
        assert times(place).keys() == {'.run.json'}
        assert run(place, '--no-lock') == 0
    assert run(place) == 0
    assert sorted(times(place)) == FILES


def test_full_disk_is_told_in_one_line(place):
    """E13: the file is named, nothing half-written stays, and the same
    command makes what is missing."""
    make_video(place / 'videos/a.mp4', 16 * 40, seed=0)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (3000, before[1]))
    try:
        with pytest.raises(SystemExit) as caught:
            run(place)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    said = str(caught.value)
    assert said == (
        f"extract: [Errno 27] File too large: '{place / 'out' / 'a.npy'}'"
    )
    assert times(place) == {}
    assert run(place) == 0
    assert sorted(times(place)) == FILES


def test_kill_leaves_nothing_half_written(place):
    """Oracle: a run that nobody disturbed. Killed after its first side-car,
    the process leaves whole files; run again, the tool makes the rest."""
    for index in range(20):
        make_video(place / 'videos' / f'{index}.mp4', 64, seed=index)
    with open(os.devnull, 'wb') as nothing:
        process = start_script(
            TOOL,
            place / 'config.py',
            place / 'videos',
            '--out',
            place / 'out',
            cwd=ROOT,
            output=nothing.fileno(),
        )
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline and process.is_alive():
        if any((place / 'out').glob('[!.]*.json')):
            break
        time.sleep(0.01)
    process.kill()
    process.join()
    sidecars = {path.stem for path in (place / 'out').glob('[!.]*.json')}
    arrays = {
        path.stem: np.load(path) for path in (place / 'out').glob('[!.]*.npy')
    }
    assert sidecars and sidecars <= set(arrays)
    before = times(place)
    assert run(place) == 0
    assert len(list((place / 'out').glob('[!.]*.npy'))) == 23
    for name in sidecars:
        assert times(place)[f'{name}.npy'] == before[f'{name}.npy']
        json.loads((place / 'out' / f'{name}.json').read_text())
    for name, features in arrays.items():
        np.testing.assert_allclose(load(place, name)[0], features, atol=1e-6)


@pytest.mark.parametrize(
    'options, message',
    [
        (
            [
                '--cfg-options',
                'model.init_cfg.checkpoint=no.pth',
                'extractor.weights_command=make',
            ],
            'no.pth: no such weights file; this makes it: make',
        ),
        (['--device', 'cuda'], "found 'cuda'"),
        (['--batch-size', '0'], 'expected 1 or more, found 0'),
        (['--cfg-options', 'extractor.colour=1'], "keyword argument 'colour'"),
    ],
)
def test_bad_calls_are_told(place, monkeypatch, options, message):
    """Oracle: one sentence before anything is made."""
    # A training in this process would leave it.
    monkeypatch.delenv('LOCAL_RANK', raising=False)
    if 'cuda' in options and torch.cuda.is_available():
        pytest.skip('this machine has a GPU')
    with pytest.raises(SystemExit, match=message):
        run(place, *options)
    assert not (place / 'out').exists()


def test_two_videos_of_one_name(place):
    """Oracle: each has features of its own, called by its whole name."""
    make_video(place / 'videos' / 'a.avi', 20, codec='MJPG')
    assert run(place) == 0
    made = {path.name for path in (place / 'out').glob('a.*.npy')}
    assert made == {'a.mp4.npy', 'a.avi.npy'}


def test_missing_weights_of_the_shipped_configs(place, monkeypatch):
    """Oracle: the command that makes them, as the tool's own help has it."""
    monkeypatch.chdir(place)
    config = ROOT / 'configs/features/inception-i3d_kinetics400_5crop.py'
    with pytest.raises(
        SystemExit,
        match='checkpoints/inception_i3d_kinetics400.pth: .*: '
        'rtfm i3d-kinetics checkpoints/inception_i3d_kinetics400.pth',
    ):
        main([str(config), 'videos', '--out', 'out'])
