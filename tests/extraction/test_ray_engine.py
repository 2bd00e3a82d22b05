"""Extraction by a Ray cluster of three machines, made up on this one.

Ray is not among what the tests install (`[test]`), as it has 240 MB; they
are skipped where it is missing.
"""

import os
import resource
import runpy
import threading
import time

import pytest
from mmengine.config import Config

from rtfm_mmaction.extraction import ray_engine
from tests.support.helpers import ROOT
from tests.support.tiny import make_video, make_weights, tiny_config

ray = pytest.importorskip('ray', reason='ray is not installed: [ray]')
main = runpy.run_path(str(ROOT / 'tools/features/extract.py'))['main']
NAMES = list('abcdefgh')


@pytest.fixture(scope='module')
def cluster():
    """Three nodes of one CPU each; the driver's is the first."""
    from ray.cluster_utils import Cluster

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv('PYTHONPATH', str(ROOT))
        cluster = Cluster(
            initialize_head=True,
            head_node_args=dict(num_cpus=1, include_dashboard=False),
        )
        for _ in range(2):
            cluster.add_node(num_cpus=1)
        ray.init(address=cluster.address, log_to_driver=False)
        yield cluster
        ray.shutdown()
        cluster.shutdown()


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


def run(place, out, *more):
    videos = [place / 'config.py', place / 'videos', '--out', place / out]
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
    node = cluster.add_node(num_cpus=1)

    def take_away():
        while not any((place / 'killing').glob('[!.]*.json')):
            time.sleep(0.01)
        cluster.remove_node(node, allow_graceful=False)

    thread = threading.Thread(target=take_away)
    thread.start()
    assert (
        run(
            place,
            'killing',
            '--engine',
            'ray',
            '--cfg-options',
            'model.clips=30',
            f'model.note={note}',
        )
        == 1
    )
    thread.join()
    assert note.exists()
    assert '8 videos extracted, 0 were there, 1 failed' in (
        capsys.readouterr().out
    )
    assert_as_alone(place, 'killing')


def test_a_full_disk_of_one_machine(cluster, place, capsys, monkeypatch):
    """The worker that meets it gives its video back; where all meet it, the
    run ends with the file's name. Oracle: a run without Ray; by a limit of
    file sizes that workers set."""

    class Limited(ray_engine.Worker):
        def settings(self):
            limit = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
            if self.fps == 5 or not os.path.exists(place / 'limited'):
                (place / 'limited').touch()
                resource.setrlimit(resource.RLIMIT_FSIZE, (300, limit))
            return super().settings()

    monkeypatch.setattr(ray_engine, 'Worker', Limited)
    assert run(place, 'disk', '--engine', 'ray') == 1
    assert '8 videos extracted, 0 were there, 1 failed' in (
        capsys.readouterr().out
    )
    assert_as_alone(place, 'disk')
    with pytest.raises(
        SystemExit, match=r"extract: .*File too large: '.*npy'"
    ):
        run(place, 'disk5', '--engine', 'ray', '--fps', '5')
    assert not list((place / 'disk5').glob('[!.]*'))


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
