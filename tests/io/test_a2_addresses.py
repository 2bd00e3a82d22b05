"""Checkpoints behind addresses: fetched, then read as strictly as others."""

import hashlib
import os
import shutil
import sys
from contextlib import contextmanager
from types import SimpleNamespace

import pytest
import torch
from mmengine.config import Config
from mmengine.runner import checkpoint as mmengine_checkpoint
from mmengine.runner.checkpoint import CheckpointLoader

from rtfm_mmaction.cli import infer, stream, test, train
from rtfm_mmaction.io.checkpoints import (
    CheckpointError,
    load_checkpoint_safely,
)
from rtfm_mmaction.io.fetching import TABLES, fetch_weights
from tests.support.helpers import ROOT
from tests.support.small_data import make_data, small_config
from tests.support.web import serve

GOOD = dict(state_dict={'backbone.w': torch.arange(3.0)})


class RunsCode:
    """Makes a folder when it is unpickled."""

    def __reduce__(self):
        return (os.mkdir, ('ran',))


@pytest.fixture
def zoo(tmp_path, monkeypatch):
    """A web server with evil.pth and good.pth; yields folder and address."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv('TORCH_HOME', str(tmp_path / 'cache'))
    monkeypatch.setenv('MMENGINE_HOME', str(tmp_path / 'mmengine'))
    folder = tmp_path / 'zoo'
    folder.mkdir()
    torch.save(dict(state_dict=RunsCode()), folder / 'evil.pth')
    torch.save(GOOD, folder / 'good.pth')
    with serve(folder) as address:
        yield folder, address


class Storage:
    """A storage of the folder's files, which lends copies of them."""

    def __init__(self, folder):
        self.folder = folder

    @contextmanager
    def get_local_path(self, address):
        copy = self.folder.parent / 'lent.pth'
        shutil.copy(self.folder / address.rpartition('/')[2], copy)
        yield str(copy)
        os.remove(copy)


def names_of(folder, address, monkeypatch, name):
    """A name or address of each scheme that mmengine knows, all of which lead
    to the file ``name`` of the folder."""
    for prefix in TABLES:
        monkeypatch.setitem(
            TABLES, prefix, lambda: {'net': f'{address}/{name}'}
        )
    monkeypatch.setattr(
        'rtfm_mmaction.io.fetching.get_file_backend',
        lambda uri, backend_args: Storage(folder),
    )
    model = SimpleNamespace(
        name=name,
        download=lambda path: open(path, 'wb').write(
            (folder / name).read_bytes()
        ),
    )
    monkeypatch.setitem(
        sys.modules,
        'pavi',
        SimpleNamespace(modelcloud=SimpleNamespace(get=lambda path: model)),
    )
    return [
        f'{address}/{name}',
        *(f'{prefix}://net' for prefix in TABLES),
        f's3://bucket/{name}',
        f'cluster:s3://bucket/{name}',
        f'petrel://bucket/{name}',
        f'pavi://{name}',
    ]


def test_every_scheme_of_mmengine_goes_through_the_strict_loader():
    """Oracle: mmengine's own register: not one loader of its own is left."""
    loaders = {
        loader.__module__ for loader in CheckpointLoader._schemes.values()
    }
    assert loaders == {'rtfm_mmaction.io.checkpoints'}
    assert len(CheckpointLoader._schemes) >= 11


def test_no_scheme_runs_what_it_fetches(zoo, monkeypatch):
    """One sentence with the address and nothing has run, nor stays in the
    cache; the opt-in is for files that the user names, not for these.

    Oracle: the folder that unpickling would make.
    """
    monkeypatch.setenv('TORCH_FORCE_NO_WEIGHTS_ONLY_LOAD', '1')
    for name in names_of(*zoo, monkeypatch, 'evil.pth'):
        with pytest.raises(CheckpointError, match=f'^{name}: .*safely') as e:
            CheckpointLoader.load_checkpoint(name, 'cpu')
        assert '\n' not in str(e.value)
    assert not os.path.exists('ran')
    cache = zoo[0].parent / 'cache'
    assert [path for path in cache.rglob('*') if path.is_file()] == []


def test_every_scheme_reads_what_is_harmless(zoo, monkeypatch):
    """Oracle: what was saved; of mmcls://, the backbone's part of it, by
    mmengine's own rule."""
    for name in names_of(*zoo, monkeypatch, 'good.pth'):
        state = CheckpointLoader.load_checkpoint(name, 'cpu')['state_dict']
        key = 'w' if name.startswith('mmcls://') else 'backbone.w'
        assert list(state) == [key]
        assert torch.equal(state[key], torch.arange(3.0))


def test_names_are_those_of_mmengines_tables(zoo, monkeypatch):
    """Oracle: mmengine's table files; paths in them are of files in its own
    folder, and old names lead where the new ones do."""
    monkeypatch.setattr(
        mmengine_checkpoint,
        'get_external_models',
        lambda: {'new': f'{zoo[1]}/good.pth', 'own': 'own.pth'},
    )
    monkeypatch.setattr(
        mmengine_checkpoint,
        'get_deprecated_model_names',
        lambda: {'old': 'new', 'lost': 'nowhere'},
    )
    own = zoo[0].parent / 'mmengine' / 'own.pth'
    own.parent.mkdir()
    torch.save(dict(state_dict={'own': torch.ones(1)}), own)
    for name, key in (('new', 'backbone.w'), ('old', 'backbone.w')):
        for prefix in ('openmmlab', 'open-mmlab'):
            content = load_checkpoint_safely(f'{prefix}://{name}')
            assert list(content['state_dict']) == [key]
    content = load_checkpoint_safely('openmmlab://own')
    assert list(content['state_dict']) == ['own']
    with pytest.raises(ValueError, match='openmmlab://olt: .*did you mean'):
        load_checkpoint_safely('openmmlab://olt')
    # It needs torchvision, which need not be there.
    monkeypatch.setitem(sys.modules, 'torchvision', None)
    with pytest.raises(ValueError, match='torchvision://net: .*fetched'):
        load_checkpoint_safely('torchvision://net')
    with pytest.raises(ValueError, match='strange://net: .*fetched'):
        load_checkpoint_safely('strange://net')


def test_files_of_one_name_are_kept_apart(zoo):
    """Two addresses that end in good.pth; and one whose digits in the name
    say what it must hold, which is checked in the cache, too.

    Oracle: what each server has.
    """
    folder, address = zoo
    (folder / 'other').mkdir()
    torch.save(
        dict(state_dict=dict(v=torch.ones(1))), folder / 'other/good.pth'
    )
    for way, key in (('good.pth', 'backbone.w'), ('other/good.pth', 'v')):
        content = load_checkpoint_safely(f'{address}/{way}')
        assert list(content['state_dict']) == [key]
    content = (folder / 'good.pth').read_bytes()
    digits = hashlib.sha256(content).hexdigest()[:8]
    (folder / f'net-{digits}.pth').write_bytes(content)
    kept = fetch_weights(f'{address}/net-{digits}.pth')
    kept.write_bytes(b'of somebody else')
    assert fetch_weights(f'{address}/net-{digits}.pth') == kept
    assert kept.read_bytes() == content


@pytest.mark.parametrize(
    'door', ['infer', 'stream', 'test', 'load_from', 'resume']
)
def test_doors_refuse_an_evil_address(zoo, door, tmp_path, capsys):
    """Tools are called as a user calls them.

    Oracle: the folder that unpickling would make, and one sentence.
    """
    address = f'{zoo[1]}/evil.pth'
    config = small_config(make_data(tmp_path))
    path = str(tmp_path / 'config.py')
    if door == 'load_from':
        config.load_from = address
    config.dump(path)
    extractor = str(ROOT / 'configs/features/c3d_sports1m_10crop.py')
    call = dict(
        infer=(
            infer,
            [
                str(tmp_path / 'features'),
                '--config',
                path,
                '--checkpoint',
                address,
                '--out',
                'out',
            ],
        ),
        stream=(
            stream,
            [
                'video.mp4',
                '--config',
                path,
                '--checkpoint',
                address,
                '--extractor',
                extractor,
                '--threshold',
                '0.5',
            ],
        ),
        test=(test, [path, address]),
        load_from=(train, [path]),
        resume=(train, [path, '--resume', address]),
    )
    tool, arguments = call[door]
    with pytest.raises(
        (SystemExit, CheckpointError), match=f'{address}: .*safely'
    ):
        tool.main(arguments)
    assert not os.path.exists('ran')
    assert Config.fromfile(path).model.in_channels == 8
