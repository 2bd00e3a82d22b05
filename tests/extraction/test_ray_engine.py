"""Extraction by a Ray cluster of three machines, made up on this one."""

import runpy

import numpy as np
import pytest
from mmengine.config import Config

from tests.support.av_videos import coloured, encode
from tests.support.helpers import ROOT
from tests.support.ray_cluster import (
    node_for_a_while,
    three_nodes,
)
from tests.support.tiny import make_video, make_weights, tiny_config

ray = pytest.importorskip('ray', reason='ray is not installed: [ray]')
main = runpy.run_path(str(ROOT / 'tools/features/extract.py'))['main']
NAMES = list('abcdefgh')


@pytest.fixture(scope='module')
def cluster():
    with three_nodes() as cluster:
        yield cluster


@pytest.fixture(scope='module')
def place(module_path):
    """Eight videos, a config, and what one process makes of them."""
    (module_path / 'videos').mkdir()
    for index, name in enumerate(NAMES):
        make_video(module_path / f'videos/{name}.mp4', 65 + index, seed=index)
    (module_path / 'videos/broken.mp4').write_bytes(b'no video')
    config = tiny_config(make_weights(module_path / 'w.pth'))
    config['custom_imports'] = dict(imports=['tests.extraction.killing'])
    # A video is 4 snippets of 5 crops.
    config['model'].update(
        type='KillingBackbone', clips=10**6, note=str(module_path / 'none')
    )
    Config(config).dump(module_path / 'config.py')
    run(module_path, 'alone')
    return module_path


def run(place, out, *more, config='config.py'):
    videos = [place / config, place / 'videos', '--out', place / out]
    return main([*map(str, videos), *more])


def assert_as_alone(place, out):
    """Nothing lost, nothing else; the features to the byte. A side-car has
    the backbone's arguments, which say when it dies."""
    for kind in ('npy', 'json'):
        found, alone = (
            {path.name: path for path in (place / o).glob(f'[!.]*.{kind}')}
            for o in (out, 'alone')
        )
        assert found.keys() == alone.keys() == {f'{n}.{kind}' for n in NAMES}
        if kind == 'npy':
            for name, path in found.items():
                assert path.read_bytes() == alone[name].read_bytes()


def test_workers_make_what_one_process_makes(cluster, place, capsys):
    """Oracle: a run without Ray, of a broken video, too; the exit codes. Run
    again, there is nothing left to do."""
    assert run(place, 'ray', '--engine', 'ray') == 1
    said = capsys.readouterr().out
    assert '8 videos extracted, 0 were there, 1 failed' in said
    assert 'broken.mp4: expected a video' in said
    assert_as_alone(place, 'ray')
    for name in NAMES:
        assert (place / f'ray/{name}.json').read_bytes() == (
            place / f'alone/{name}.json'
        ).read_bytes()
    assert run(place, 'ray', '--engine', 'ray') == 1
    assert '0 videos extracted, 8 were there, 1 failed' in (
        capsys.readouterr().out
    )


def test_a_worker_and_a_machine_die(cluster, place, capsys):
    """One worker kills itself by SIGKILL in its second video, and a machine
    is taken away after the first features. Oracle: a run without Ray; each
    video is counted once."""
    note = place / 'killed'
    features = place / 'killing'
    with node_for_a_while(cluster, lambda: any(features.glob('[!.]*.json'))):
        more = ('--cfg-options', 'model.clips=30', f'model.note={note}')
        assert run(place, 'killing', '--engine', 'ray', *more) == 1
    assert note.exists()
    assert '8 videos extracted, 0 were there, 1 failed' in (
        capsys.readouterr().out
    )
    assert_as_alone(place, 'killing')


def test_a_full_disk_of_one_machine(cluster, place, capsys):
    """The worker that meets it gives its video back; where all meet it, the
    run ends with the file's name. Oracle: a run without Ray; by a limit of
    file sizes that their network sets."""

    config = Config.fromfile(place / 'config.py').to_dict()
    del config['model']['clips']
    config['model'].update(type='FullDiskBackbone', note=str(place / 'full'))
    Config(config).dump(place / 'full.py')
    ray_run = ('--engine', 'ray')
    assert run(place, 'disk', *ray_run, config='full.py') == 1
    assert '8 videos extracted, 0 were there, 1 failed' in (
        capsys.readouterr().out
    )
    assert_as_alone(place, 'disk')
    with pytest.raises(
        SystemExit, match=r"extract: .*File too large: '.*npy'"
    ):
        more = ('--cfg-options', 'model.always=True')
        run(place, 'disk5', *ray_run, *more, config='full.py')
    assert not list((place / 'disk5').glob('[!.]*'))


def test_a_long_video_is_cut_among_workers(
    cluster, place, capsys, monkeypatch
):
    """One of 25 snippets into stretches of at most four, and one whose rate
    varies, which stays whole; a worker kills itself in the middle. Oracle: a
    run without Ray, to the byte, side-cars too; paths are relative."""
    videos = place / 'long'
    videos.mkdir()
    make_video(videos / 'even.mp4', 405, seed=9)
    times = np.arange(100) / 25 + 0.013 * (np.arange(100) % 3 == 1)
    encode(videos / 'uneven.mp4', map(coloured, range(100)), times=times)
    note = place / 'killed_in_a_stretch'
    monkeypatch.chdir(place)
    options = ['config.py', 'long', '--cfg-options', 'model.clips=35']
    options.append(f'model.note={note}')
    brief = ('--engine', 'ray', '--stretch', '.05')
    assert main([*options, '--out', 'cut', *brief]) == 0
    said = capsys.readouterr().out
    assert 'even: 7 stretches' in said
    assert 'uneven.mp4: its frame rate varies: one worker takes' in said
    assert '2 videos extracted, 0 were there, 0 failed' in said
    assert note.exists()
    assert main([*options, '--out', 'uncut']) == 0
    assert {path.name for path in (place / 'cut').iterdir()} == {
        path.name for path in (place / 'uncut').iterdir()
    }
    for path in (place / 'uncut').glob('[!.]*'):
        assert path.read_bytes() == (place / 'cut' / path.name).read_bytes()
    for bad in ('0', 'nan'):
        with pytest.raises(SystemExit, match='--stretch: expected more'):
            main([*options, '--out', 'no', *brief[:-1], bad])


def test_what_workers_cannot_build_is_told(cluster, place):
    """Oracle: the sentence of a run without Ray."""
    with pytest.raises(SystemExit, match='no.pth: no such weights file'):
        run(
            place,
            'no',
            '--engine',
            'ray',
            '--cfg-options',
            'model.init_cfg.checkpoint=no.pth',
        )
    for cpus, said in (('0', 'more than 0'), ('9', 'what a machine of')):
        with pytest.raises(SystemExit, match=f'--num-cpus, .*{said}'):
            run(place, 'no', '--engine', 'ray', '--num-cpus', cpus)
