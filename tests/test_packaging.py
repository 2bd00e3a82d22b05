"""The package as it is installed: its configs and tools come with it."""

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest
import yaml
from mmengine.config import Config
from mmengine.hub import get_config

from rtfm_mmaction.compat import own_config
from rtfm_mmaction.io.checkpoints import load_checkpoint_safely
from rtfm_mmaction.version import __version__
from tests.support.helpers import ROOT
from tests.support.small_data import make_data

OWN = """
_base_ = '{base}'
source = dict(data_root='small', data_prefix=dict(features='features'),
              layout='packed')
loader = dict(num_workers=0, persistent_workers=False)
train_dataloader = dict(batch_size=2, dataset=dict(dataset=source), **loader)
val_dataloader = dict(dataset=source, **loader)
test_dataloader = val_dataloader
model = dict(in_channels=8)
train_cfg = dict(max_iters=2, val_begin=1, val_interval=2)
randomness = dict(seed=0)
"""
OVER_MMACTION = """
_base_ = 'mmaction::_base_/default_runtime.py'
custom_imports = dict(imports=['rtfm_mmaction'], allow_failed_imports=False)
model = dict(type='AnomalyDetector')
"""
# Runs scripts as Python does, one after the other, each with code that follows
# it. They are forks, which saves importing what all need and is none of ours.
TOOLS = """
import json, os, runpy, sys
import matplotlib.pyplot, mmengine.runner, sklearn.metrics, torch._dynamo
for argv, then in json.loads(sys.argv[1]):
    child = os.fork()
    if not child:
        sys.argv = argv
        sys.path[0] = argv[0].rpartition('/')[0]
        runpy.run_path(argv[0], run_name='__main__')
        exec(then)
        break
    if os.waitpid(child, 0)[1]:
        sys.exit(1)
"""
LOOK = """
import json
import rtfm_mmaction
from mmaction.registry import MODELS
from mmengine.config import Config
from mmengine.hub import get_config
own = Config.fromfile('own.py')
own.dump('dumped.py')
theirs = Config.fromfile('over_mmaction.py')
print(json.dumps(dict(
    package=rtfm_mmaction.__file__,
    hub=get_config('rtfm_mmaction::rtfm/rtfm_i3d_xd.py').filename,
    hooks=list(theirs.default_hooks),
    model=MODELS.get(theirs.model.type).__module__)))
"""


class Installed:
    """An environment of its own with the wheel in it.

    The dependencies are those of this interpreter, since to install torch
    once more takes a minute; this package is the wheel's alone.

    Args:
        root (Path): Folder to work in.
    """

    def __init__(self, root: Path) -> None:
        self.wheel = build_wheel(root)
        venv.create(root / 'env')
        self.python = root / 'env/bin/python'
        subprocess.run(
            [
                *(sys.executable, '-m', 'pip', '--python', self.python),
                *('install', '--quiet', '--no-deps', '--no-index'),
                self.wheel,
            ],
            check=True,
        )
        self.site = next((root / 'env/lib').glob('*/site-packages'))
        # A path in a .pth file is searched behind the environment's own, and
        # without the .pth files there, by which this repository is installed.
        (self.site / 'dependencies.pth').write_text(
            '\n'.join(
                {sysconfig.get_path('purelib'), sysconfig.get_path('platlib')}
            )
        )

    def run(self, *args, cwd: Path) -> str:
        """Run its Python, in a folder without this repository on the path."""
        # openmim makes a folder in HOME.
        env = {**os.environ, 'HOME': str(cwd)}
        env.pop('PYTHONPATH', None)
        result = subprocess.run(
            [self.python, *args],
            cwd=cwd,
            env=env,
            capture_output=True,
            text=True,
        )
        assert result.returncode == 0, result.stdout + result.stderr
        return result.stdout

    def tool(self, package: str, name: str) -> Path:
        """The script that ``mim`` runs of a package's."""
        site = self.site
        if package != 'rtfm_mmaction':
            site = Path(sysconfig.get_path('purelib'))
        return site / package / '.mim/tools' / name


def build_wheel(root: Path) -> Path:
    """The wheel of a copy of the sources."""
    sources = root / 'sources'
    files = subprocess.run(
        ['git', 'ls-files', '-co', '--exclude-standard'],
        cwd=ROOT,
        text=True,
        capture_output=True,
        check=True,
    ).stdout.splitlines()
    for name in files:
        if (ROOT / name).is_file() and not name.startswith('tests/'):
            target = sources / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, target)
    subprocess.run(
        [
            sys.executable,
            '-m',
            'pip',
            'wheel',
            '--quiet',
            '--no-deps',
            '--no-build-isolation',
            '--no-index',
            '-w',
            root,
            sources,
        ],
        check=True,
    )
    return next(root.glob('*.whl'))


@pytest.fixture(scope='module')
def installed(tmp_path_factory):
    """The wheel, installed in an environment of its own."""
    return Installed(tmp_path_factory.mktemp('installed'))


@pytest.fixture
def place(installed, tmp_path):
    """A folder elsewhere with data and configs of one's own over ours."""
    make_data(tmp_path / 'small')
    base = 'rtfm/rtfm_i3d_ucf.py'
    for name, path in (
        ('own', f'rtfm_mmaction::{base}'),
        ('own_by_path', f'{installed.site}/rtfm_mmaction/.mim/configs/{base}'),
        ('repository', f'{ROOT}/configs/rtfm_i3d_ucf.py'),
    ):
        (tmp_path / f'{name}.py').write_text(OWN.format(base=path))
    (tmp_path / 'over_mmaction.py').write_text(OVER_MMACTION)
    return tmp_path


def test_wheel_holds_all_configs_and_tools(installed):
    """Oracle: the repository's own, byte by byte; scripts can be run."""
    mim = installed.site / 'rtfm_mmaction/.mim'
    pairs = (
        ('configs', 'configs/rtfm', '*.py'),
        ('tools', 'tools', '*.py'),
        ('tools', 'tools', '*.sh'),
    )
    for source, packed, pattern in pairs:
        for path in (ROOT / source).rglob(pattern):
            copy = mim / packed / path.relative_to(ROOT / source)
            assert copy.read_bytes() == path.read_bytes()
            assert os.access(copy, os.X_OK) == os.access(path, os.X_OK)


def test_the_console_command_is_there(installed, tmp_path):
    """Oracle: the version of the sources; shipped names are those of the
    wheel."""
    assert installed.wheel.name.split('-')[1] == __version__
    run = subprocess.run(
        [installed.python.with_name('rtfm'), 'check', 'rtfm_dmo'],
        cwd=tmp_path,
        env={**os.environ, 'PYTHONPATH': ''},
        capture_output=True,
        text=True,
    )
    assert (run.returncode, run.stdout) == (1, '')
    assert run.stderr.splitlines()[-1].startswith(
        'check: rtfm_dmo: expected a config file or the name of a shipped '
        'config, found neither; did you mean rtfm_demo'
    )


def test_packages_train_by_each_others_tools_and_configs(installed, place):
    """By the commands of ``mim train PACKAGE CONFIG``; ``rtfm_mmaction::``,
    ``mmaction::`` and mmengine's hub.

    mmaction2's tool does not import this package before it reads the config,
    so that only a path can be its base. Oracle: from one seed both arrive at
    the same weights; the same config over the repository's file, and where
    the packages were found.
    """
    printed = installed.run(
        '-c',
        TOOLS,
        json.dumps(
            [
                (
                    [
                        str(installed.tool(package, 'train.py')),
                        *(config, '--launcher', 'none'),
                        *('--work-dir', package),
                    ],
                    then,
                )
                for package, config, then in (
                    ('mmaction', 'own_by_path.py', ''),
                    ('rtfm_mmaction', 'own.py', LOOK),
                )
            ]
        ),
        cwd=place,
    )
    found = json.loads(printed.splitlines()[-1])
    assert_equal_weights(place)
    for key in ('package', 'hub'):
        assert Path(found[key]).is_relative_to(installed.site)
    assert 'checkpoint' in found['hooks']
    assert found['model'].startswith('rtfm_mmaction.')
    assert _without_scope(
        Config.fromfile(place / 'dumped.py').to_dict()
    ) == _without_scope(Config.fromfile(place / 'repository.py').to_dict())


def assert_equal_weights(place):
    """What the two runs wrote, which ended as they should."""
    states = []
    for package in ('rtfm_mmaction', 'mmaction'):
        result = json.loads((place / package / 'result.json').read_text())
        assert result['last']['iteration'] == 2
        states.append(
            load_checkpoint_safely(place / package / 'iter_2.pth')[
                'state_dict'
            ]
        )
    assert states[0].keys() == states[1].keys()
    assert all(states[0][name].equal(states[1][name]) for name in states[0])


def test_mim(installed, place):
    """openmim itself: train, test and search.

    Oracle: as above; the checkpoint's figures; the names in the metafile.
    """
    pytest.importorskip(
        'mim',
        reason='openmim, no dependency of this package, is not '
        'installed (pip install openmim beside this package)',
    )

    def mim(*args):
        return installed.run(
            '-c', 'from mim.cli import cli; cli()', *args, cwd=place
        )

    for package, config in (
        ('rtfm_mmaction', 'own.py'),
        ('mmaction', 'own_by_path.py'),
    ):
        mim('train', package, config, '--work-dir', package)
    assert_equal_weights(place)
    printed = mim(
        'test', 'rtfm_mmaction', 'own.py', '-C', 'rtfm_mmaction/iter_2.pth'
    )
    assert 'anomaly/AUC' in printed
    printed = mim('search', 'rtfm_mmaction', '--valid-config')
    assert 'rtfm_i3d_ucf_paper' in printed


def _without_scope(node):
    """What is inherited from a package says of which registry it is."""
    if isinstance(node, dict):
        return {
            key: _without_scope(value)
            for key, value in node.items()
            if key != '_scope_'
        }
    if isinstance(node, list):
        return [_without_scope(value) for value in node]
    return node


def test_names_of_the_metafile_are_configs():
    """Each entry's file exists; each config for training has an entry."""
    index = yaml.safe_load((ROOT / 'model-index.yml').read_text())
    models = [
        model
        for path in index['Import']
        for model in yaml.safe_load((ROOT / path).read_text())['Models']
    ]
    listed = {model['Config'] for model in models}
    found = {
        f'configs/{path.name}' for path in (ROOT / 'configs').glob('*.py')
    }
    assert listed == found - {
        'configs/rtfm_demo.py',
        'configs/sultani_demo.py',
    }


def test_unknown_names_are_told():
    """One sentence with the name; other packages are left to mmengine."""
    with pytest.raises(FileNotFoundError, match='rtfm_mmaction::rtfm/none.py'):
        own_config('rtfm/none.py')
    config = Config.fromstring(
        "_base_ = 'mmaction::_base_/default_runtime.py'", '.py'
    )
    assert config.default_scope == 'mmaction'
    assert (
        get_config('rtfm_mmaction::rtfm/_base_/models/rtfm.py').model.neck.type
        == 'MTN'
    )


def test_an_editable_install_is_found_beside_its_folder(tmp_path):
    """Property: from the folder above a clone of the package's name, which
    Python would take for a package without a file, the package is found."""
    clone = tmp_path / 'rtfm_mmaction'
    shutil.copytree(
        ROOT,
        clone,
        ignore=shutil.ignore_patterns(
            '.*', 'build', 'data', 'work_dirs', 'checkpoints', '*.egg-info'
        ),
    )
    subprocess.run(
        [
            sys.executable,
            '-c',
            'from setuptools import build_meta; '
            f'build_meta.build_editable({str(tmp_path)!r})',
        ],
        cwd=clone,
        check=True,
        capture_output=True,
    )
    (wheel,) = tmp_path.glob('*.whl')
    venv.create(tmp_path / 'env')
    site = next((tmp_path / 'env/lib').glob('*/site-packages'))
    shutil.unpack_archive(wheel, site, 'zip')
    found = subprocess.run(
        [
            tmp_path / 'env/bin/python',
            '-c',
            'from importlib.util import find_spec; '
            "print(find_spec('rtfm_mmaction').origin)",
        ],
        cwd=tmp_path,
        check=True,
        capture_output=True,
        text=True,
        env={**os.environ, 'PYTHONPATH': ''},
    )
    assert found.stdout.strip() == str(
        clone.resolve() / 'rtfm_mmaction/__init__.py'
    )
    assert (clone / 'rtfm_mmaction/.mim/configs/rtfm').is_dir()
