"""rtfm infer by a Ray cluster of three machines, made up on this one."""

import re
import runpy

import numpy as np
import pytest
from mmengine.config import Config

from tests.support.brightness import (
    BRIGHT,
    DARK,
    make_place,
    options,
    write_video,
)
from tests.support.helpers import ROOT
from tests.support.ray_cluster import node_for_a_while, three_nodes

ray = pytest.importorskip('ray', reason='ray is not installed: [ray]')
main = runpy.run_path(str(ROOT / 'tools/infer.py'))['main']
# Files of the last two would be called the same.
NAMES = ['a', 'b', 'c', 'd', 'e', 'f g', 'f_g']


@pytest.fixture(scope='module')
def cluster():
    with three_nodes() as cluster:
        yield cluster


@pytest.fixture(scope='module')
def place(module_path):
    """A detector, a backbone that can die or fill disks, seven videos, a
    broken one, and features."""
    place = make_place(module_path)
    (place / 'videos').mkdir()
    for index, name in enumerate(NAMES):
        write_video(
            place / f'videos/{name}.mp4', (48 + 16 * index, DARK), (32, BRIGHT)
        )
    (place / 'videos/broken.mp4').write_bytes(b'no video')
    np.save(place / 'videos/z.npy', np.full((9, 5, 4), 0.3, np.float32))
    plain = Config.fromfile(place / 'extractor.py').to_dict()
    plain['custom_imports'] = dict(imports=['tests.extraction.killing'])
    for kind, more in (
        ('Killing', dict(clips=10**6)),
        ('FullDisk', dict(always=False)),
    ):
        plain['model'] = dict(
            type=f'{kind}Backbone',
            note=str(place / kind),
            init_cfg=plain['model']['init_cfg'],
            **more,
        )
        Config(plain).dump(place / f'{kind}.py')
    return place


def run(place, out, backbone, *more):
    """The broken video makes each run fail at its end."""
    command = ['videos', *options(place), '--out', str(out)]
    command[-3] = str(place / f'{backbone}.py')
    with pytest.raises(SystemExit, match='1 of 9 inputs could not be scored'):
        main([*command, *more])


def files(folder):
    """Files by name; the page without its date and its own place."""
    found = {path.name: path.read_bytes() for path in folder.iterdir()}
    return {
        name: re.sub(rb'"made": "[^"]*"', b'', data)
        for name, data in found.items()
    }


def test_workers_write_what_one_process_writes(
    cluster, place, capsys, monkeypatch
):
    """Of all formats, to the byte, while one worker kills itself in its
    third video and a machine is taken away after the first result. Oracle: a
    run without Ray; paths are relative to the folder of the run."""
    monkeypatch.chdir(place)
    config = Config.fromfile(place / 'Killing.py').to_dict()
    config['model']['clips'] = 90
    Config(config).dump(place / 'Killing.py')
    more = ('--formats', *('json csv plot html video webvtt'.split()))
    with node_for_a_while(
        cluster, lambda: any((place / 'ray').glob('[!.]*.json'))
    ):
        run(place, 'ray', 'Killing', *more, '--engine', 'ray')
    assert (place / 'Killing').exists()
    assert 'broken.mp4: expected a video' in capsys.readouterr().out
    run(place, 'one', 'Killing', *more)
    expected = files(place / 'one')
    assert len(expected) == 3 * len(NAMES) + 7 + 2 + 3
    found = files(place / 'ray')
    assert found.keys() == expected.keys()
    assert [n for n in found if found[n] != expected[n]] == []


def test_a_full_disk_of_one_machine(cluster, place, monkeypatch):
    """The worker that meets it gives its video back; where all meet it, the
    run ends with the file's name, and what is there is whole. Oracle: a run
    without Ray; a limit of file sizes that the backbone sets."""
    monkeypatch.chdir(place)
    brief = ('--formats', 'json', 'csv')
    run(place, 'full', 'FullDisk', *brief, '--engine', 'ray')
    assert (place / 'FullDisk').exists()
    run(place, 'roomy', 'FullDisk', *brief)
    assert files(place / 'full') == files(place / 'roomy')
    config = Config.fromfile(place / 'FullDisk.py').to_dict()
    config['model']['always'] = True
    Config(config).dump(place / 'FullDisk.py')
    command = ['videos', *options(place), '--out', 'nothing', '--engine']
    command[6] = str(place / 'FullDisk.py')
    with pytest.raises(SystemExit, match=r"infer: .*too large: '.*json'"):
        main([*command, 'ray', *brief])
    assert not [*(place / 'nothing').glob('[!.ez]*')]


def test_bad_arguments_are_one_error(cluster, place, monkeypatch):
    """Oracle: the sentences."""
    monkeypatch.chdir(place)
    command = ['videos', *options(place), '--out', 'no', '--engine', 'ray']
    for cpus, said in (('0', 'more than 0'), ('9', 'what a machine of')):
        with pytest.raises(SystemExit, match=f'--num-cpus, .*{said}'):
            main([*command, '--num-cpus', cpus])
