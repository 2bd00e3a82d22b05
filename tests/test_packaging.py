"""The package as it is installed: its configs come with it."""
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
import yaml
from mmengine.config import Config
from mmengine.hub import get_config

from rtfm_mmaction.compat import own_config
from tests.helpers import ROOT

OWN = """
_base_ = 'rtfm_mmaction::rtfm/rtfm_i3d_ucf.py'
source = dict(data_root='mine', layout='packed')
train_dataloader = dict(batch_size=2, dataset=dict(dataset=source))
model = dict(in_channels=None)
"""
LOAD = """
import sys
import rtfm_mmaction
from mmaction.registry import METRICS, MODELS
from mmengine.config import Config
from mmengine.hub import get_config
from mmengine.registry import init_default_scope
config = Config.fromfile(sys.argv[1])
init_default_scope(config.default_scope)
config.model.in_channels = 8
MODELS.build(config.model)
METRICS.build(config.test_evaluator)
config.dump(sys.argv[2])
print(rtfm_mmaction.__file__)
print(get_config('rtfm_mmaction::rtfm/rtfm_i3d_xd.py').filename)
"""


@pytest.fixture(scope='module')
def unpacked(tmp_path_factory):
    """The wheel of a copy of the sources, unpacked."""
    root = tmp_path_factory.mktemp('wheel')
    sources = root / 'sources'
    files = subprocess.run(
        ['git', 'ls-files', '-co', '--exclude-standard'], cwd=ROOT, text=True,
        capture_output=True, check=True).stdout.splitlines()
    for name in files:
        if (ROOT / name).is_file() and not name.startswith('tests/'):
            target = sources / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes((ROOT / name).read_bytes())
    subprocess.run([
        sys.executable, '-m', 'pip', 'wheel', '--quiet', '--no-deps',
        '--no-build-isolation', '--no-index', '-w', root, sources
    ], check=True)
    with zipfile.ZipFile(next(root.glob('*.whl'))) as wheel:
        wheel.extractall(root / 'site')
    return root / 'site'


def test_wheel_holds_all_configs(unpacked):
    """Oracle: the repository's own, byte by byte."""
    packed = unpacked / 'rtfm_mmaction/.mim/configs/rtfm'
    for path in (ROOT / 'configs').rglob('*.py'):
        relative = path.relative_to(ROOT / 'configs')
        assert (packed / relative).read_bytes() == path.read_bytes()


def test_config_over_the_installed_ones(unpacked, tmp_path):
    """In a folder elsewhere, with nothing of the repository on the path.

    Oracle: the same config over the repository's file.
    """
    (tmp_path / 'mine.py').write_text(OWN)
    result = subprocess.run(
        [sys.executable, '-c', LOAD, 'mine.py', tmp_path / 'dumped.py'],
        cwd=tmp_path,
        env={**os.environ, 'PYTHONPATH': str(unpacked)},
        capture_output=True,
        text=True)
    assert result.returncode == 0, result.stderr
    package, xd = result.stdout.split()
    assert Path(package).is_relative_to(unpacked)
    assert Path(xd).is_relative_to(unpacked)
    (tmp_path / 'repository.py').write_text(
        OWN.replace('rtfm_mmaction::rtfm/', f'{ROOT}/configs/')
        + 'model.update(in_channels=8)')
    assert _without_scope(
        Config.fromfile(tmp_path / 'dumped.py').to_dict()) == _without_scope(
            Config.fromfile(tmp_path / 'repository.py').to_dict())


def _without_scope(node):
    """What is inherited from a package says of which registry it is."""
    if isinstance(node, dict):
        return {key: _without_scope(value) for key, value in node.items()
                if key != '_scope_'}
    if isinstance(node, list):
        return [_without_scope(value) for value in node]
    return node


def test_names_of_the_metafile_are_configs():
    """Each entry's file exists; each config for training has an entry."""
    index = yaml.safe_load((ROOT / 'model-index.yml').read_text())
    models = [
        model for path in index['Import']
        for model in yaml.safe_load((ROOT / path).read_text())['Models']
    ]
    listed = {model['Config'] for model in models}
    found = {f'configs/{path.name}'
             for path in (ROOT / 'configs').glob('rtfm_*.py')}
    assert listed == found - {'configs/rtfm_demo.py'}


def test_unknown_names_are_told():
    """One sentence with the name; other packages are left to mmengine."""
    with pytest.raises(FileNotFoundError, match='rtfm_mmaction::rtfm/none.py'):
        own_config('rtfm/none.py')
    config = Config.fromstring(
        "_base_ = 'mmaction::_base_/default_runtime.py'", '.py')
    assert config.default_scope == 'mmaction'
    assert get_config(
        'rtfm_mmaction::rtfm/_base_/models/rtfm.py').model.neck.type == 'MTN'
