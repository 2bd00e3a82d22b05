"""The rooms of the package: which may import which, by setup.cfg."""

import os
import shutil
import subprocess
import sys

import grimp

from tests.support.helpers import ROOT

LINT = 'import sys; from importlinter.cli import lint_imports; sys.exit('
LINT += 'lint_imports(no_cache=True, no_logo=True))'


def lint(folder):
    """import-linter's word on the package in a folder."""
    return subprocess.run(
        [sys.executable, '-c', LINT],
        cwd=folder,
        capture_output=True,
        text=True,
        env={**os.environ, 'PYTHONPATH': str(folder)},
    )


def test_rooms_import_from_those_below_alone():
    """Oracle: import-linter, which reads imports within functions, too."""
    result = lint(ROOT)
    assert result.returncode == 0, result.stdout + result.stderr


def test_a_wrong_import_is_noticed(tmp_path):
    """In a copy: upwards, lazily, into the workshop, and a new room. Oracle:
    the lines that were added."""
    package = tmp_path / 'rtfm_mmaction'
    shutil.copytree(
        ROOT / 'rtfm_mmaction',
        package,
        ignore=shutil.ignore_patterns('.mim', '__pycache__'),
    )
    shutil.copy(ROOT / 'setup.cfg', tmp_path)
    for name, line in (
        ('io/atomic', 'def late():\n    from ..apis import loading'),
        ('cli/check', 'from ..workshop import composing'),
        ('models/mine', 'from ..evaluation import metrics'),
        ('cellar', ''),
    ):
        with open(package / f'{name}.py', 'a') as file:
            file.write(f'\n{line}\n')
    result = lint(tmp_path)
    assert result.returncode == 1
    words = ' '.join(result.stdout.split())
    for upper, lower in (
        ('io.atomic', 'apis.loading'),
        ('cli.check', 'workshop.composing'),
        ('models.mine', 'evaluation.metrics'),
    ):
        assert f'rtfm_mmaction.{upper} -> rtfm_mmaction.{lower}' in words
    assert 'not listed as layers: - rtfm_mmaction.cellar' in words


def test_the_package_imports_what_it_registers():
    """Each room with components does, and no room imports them all at
    once. Oracle: the list; grimp's graph of imports."""
    graph = grimp.build_graph('rtfm_mmaction', cache_dir=None)
    rooms = {
        name.split('.')[1]
        for name in graph.find_modules_directly_imported_by('rtfm_mmaction')
    }
    assert rooms <= {
        'compat',
        'datasets',
        'engine',
        'evaluation',
        'io',
        'models',
        'moved',
        'version',
    }
    for name in graph.find_modules_that_directly_import('rtfm_mmaction'):
        assert name.startswith('rtfm_mmaction.workshop.')
