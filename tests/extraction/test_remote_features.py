"""tools/features/extract.py that writes behind an address.

The storage is fsspec's in memory; a run into a folder is the oracle of what
is to be there.
"""

import runpy
import tempfile

import fsspec
import pytest
from fsspec.implementations.memory import MemoryFileSystem
from mmengine.config import Config

from tests.support.helpers import ROOT
from tests.support.tiny import make_video, make_weights, tiny_config

main = runpy.run_path(str(ROOT / 'tools/features/extract.py'))['main']
OUT = 'memory://bucket/features'


@pytest.fixture(scope='module')
def place(module_path):
    """A config, three videos, and what is made of them in a folder."""
    (module_path / 'videos').mkdir()
    for index, name in enumerate('abc'):
        make_video(module_path / f'videos/{name}.mp4', 33 + index, seed=index)
    config = tiny_config(make_weights(module_path / 'w.pth'))
    Config(config).dump(module_path / 'config.py')
    assert run(module_path, out=module_path / 'here') == 0
    return module_path


@pytest.fixture
def storage(tmp_path, monkeypatch):
    """An empty one; nothing is left in the folder of temporary files."""
    folder = tmp_path / 'temporary'
    folder.mkdir()
    monkeypatch.setattr(tempfile, 'tempdir', str(folder))
    storage = fsspec.filesystem('memory')
    storage.store.clear()
    yield storage
    assert not any(folder.iterdir())


def run(place, *more, out=OUT):
    paths = (place / 'config.py', place / 'videos')
    return main([*map(str, paths), '--out', str(out), *more])


def contents(storage):
    """Name -> bytes of all that stands behind the address."""
    return {
        path.rpartition('/')[2]: storage.cat(path)
        for path in storage.find('/bucket')
    }


def expected(place):
    return {
        path.name: path.read_bytes() for path in (place / 'here').glob('[!.]*')
    }


def test_files_are_those_of_a_folder(place, storage, capsys):
    """To the byte, and again they are there. A file of which the end is
    missing is made anew, as one without its side-car. Oracle: the folder."""
    assert run(place) == 0
    assert contents(storage) == expected(place) != {}
    assert run(place) == 0
    assert '0 videos extracted, 3 were there' in capsys.readouterr().out
    whole = storage.cat('/bucket/features/a.npy')
    storage.pipe('/bucket/features/a.npy', whole[:-4])
    storage.rm('/bucket/features/b.json')
    assert run(place, '--merge-report') == 1
    assert ': 1 of 3 videos are there, ' in capsys.readouterr().out
    assert run(place) == 0
    assert '2 videos extracted, 1 were there' in capsys.readouterr().out
    assert contents(storage) == expected(place)


def test_shards_note_their_end(place, storage, capsys):
    """Each writes its videos; the report knows who has not come to its end,
    and another make is refused. Oracle: the folder."""
    assert run(place, '--shard', '1/2') == 0
    assert run(place, '--merge-report') == 1
    assert 'not at their end: shards 2/2' in capsys.readouterr().out
    assert run(place, '--shard', '2/2') == 0
    assert run(place, '--merge-report') == 0
    found = contents(storage)
    notes = [found.pop(f'.failed-{n}-of-2.json') for n in (1, 2)]
    assert notes == [b'{}\n'] * 2
    assert found == expected(place)
    other = ('--cfg-options', 'extractor.interpolation=nearest')
    with pytest.raises(SystemExit, match=f'{OUT}/a.npy was made with other'):
        run(place, *other)


def test_a_storage_that_refuses(place, storage, monkeypatch, capsys):
    """One file is not taken: its video has failed, the others are there, and
    the next run makes it. No file is: that shows before the work."""
    put = MemoryFileSystem.put_file
    refused = ['b.npy']

    def refusing(self, copy, path, **more):
        if any(name in path for name in refused):
            raise PermissionError('quota exceeded')
        return put(self, copy, path, **more)

    monkeypatch.setattr(MemoryFileSystem, 'put_file', refusing)
    assert run(place) == 1
    words = f'{OUT}/b.npy: expected a storage that takes files, found another'
    assert f'failed: {words} (quota exceeded)' in capsys.readouterr().out
    assert contents(storage).keys() == {*expected(place)} - {'b.npy', 'b.json'}
    refused[0] = ''
    with pytest.raises(SystemExit, match=rf'^extract: {OUT}: .*\(quota exc'):
        run(place)
    refused[0] = 'no such file'
    assert run(place) == 0
    assert contents(storage) == expected(place)
