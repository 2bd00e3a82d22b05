"""What setup.py asks for is what the package imports, room by room."""

import ast
import importlib.metadata
import sys
from functools import cache

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from setuptools import Distribution

from tests.support.helpers import ROOT

# What others import, and do not declare or not so narrowly.
TRAPS = {'importlib-metadata', 'setuptools'}
# Taken where they are there: by the reader, mmaction2's pipelines, and storages.
TRIED = {'decord', 'fsspec'}
OURS = {'rtfm_mmaction', 'rtfm_command', 'tests'}


@pytest.fixture(scope='module')
def distribution(tmp_path_factory):
    """What setup.py says, as setuptools reads it."""
    from distutils.core import run_setup

    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)
        result = run_setup('setup.py', stop_after='init')
    assert isinstance(result, Distribution)
    return result


def names(requirements):
    """Distributions, in one spelling."""
    return {
        Requirement(text).name.replace('_', '-').lower()
        for text in requirements
    }


@cache
def distributions_of():
    """Module -> the distributions that have it; reads all that is installed."""
    return importlib.metadata.packages_distributions()


def imported(folder, lazily):
    """Modules that files import -> distributions that have them.

    Lazily is within functions, or for those who check types; what is tried,
    for it may be missing, does not count.
    """
    found = {}
    for path in [folder] if folder.is_file() else folder.rglob('*.py'):
        tree = ast.parse(path.read_text(encoding='utf-8'))
        lazy = within(tree, is_lazy)
        tried = within(tree, is_trial)
        for node in ast.walk(tree):
            if node in tried or (node in lazy) != lazily:
                continue
            if isinstance(node, ast.Import):
                modules = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and not node.level:
                modules = [node.module]
            else:
                continue
            for module in modules:
                top = module.split('.')[0]
                if top not in sys.stdlib_module_names | OURS:
                    found[top] = {
                        name.replace('_', '-').lower()
                        for name in distributions_of().get(top, [top])
                    }
    return found


def within(tree, chosen):
    """All that stands below some nodes."""
    return {
        node
        for outer in ast.walk(tree)
        if chosen(outer)
        for node in ast.walk(outer)
    }


def is_lazy(node):
    """Not run when the file is imported."""
    return isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) or (
        isinstance(node, ast.If)
        and getattr(node.test, 'id', '') == 'TYPE_CHECKING'
    )


def is_trial(node):
    """What is there for a module that may be missing."""
    return isinstance(node, ast.Try) and any(
        getattr(handler.type, 'id', '')
        in ('Exception', 'ImportError', 'ModuleNotFoundError')
        for handler in node.handlers
    )


def rooms():
    """Files and folders of the package."""
    return [
        path
        for path in (ROOT / 'rtfm_mmaction').iterdir()
        if path.suffix == '.py' or (path / '__init__.py').is_file()
    ]


@pytest.mark.parametrize('room', rooms(), ids=lambda path: path.stem)
def test_a_room_imports_what_is_required(room, distribution):
    """Oracle: the imports in the source, and which distributions they are of.

    The workshop has an extra of its own. What another extra brings is
    imported within functions, so that nobody needs it who does not use it.
    """
    extras = distribution.extras_require
    allowed = names(distribution.install_requires)
    if room.name == 'workshop':
        allowed |= names(extras['workshop'])
    for module, owners in imported(room, lazily=False).items():
        assert owners & allowed, module
    for extra in ('export', 'completion', 'tensorboard', 'ray'):
        allowed |= names(extras[extra])
    for module, owners in imported(room, lazily=True).items():
        assert owners & allowed, module


def test_nothing_is_required_that_nobody_imports(distribution):
    """Oracle: as above; but for what the stack itself forgets."""
    used = set().union(
        *(
            owners
            for room in rooms()
            if room.name != 'workshop'
            for lazily in (True, False)
            for owners in imported(room, lazily).values()
        )
    )
    assert names(distribution.install_requires) - used == TRAPS | TRIED


def test_the_tests_install_what_they_import(distribution):
    """Oracle: the imports of tests/, anywhere in them."""
    allowed = names(distribution.install_requires) | names(
        distribution.extras_require['test']
    )
    # pytest and mmengine bring these, as long as they are what they are.
    allowed |= {'packaging', 'pyyaml', 'grimp', 'yapf'}
    # 240 MB; its tests are skipped where it is missing.
    allowed |= names(distribution.extras_require['ray'])
    found = {}
    for lazily in (True, False):
        found.update(imported(ROOT / 'tests', lazily))
    for module, owners in found.items():
        assert owners & allowed, module
    for extra in ('workshop', 'export', 'completion'):
        assert names(distribution.extras_require[extra]) <= allowed


def test_the_versions_of_python_are_those_of_the_classifiers(distribution):
    """Oracle: the range that pip reads; this interpreter is in it."""
    asked = SpecifierSet(distribution.python_requires)
    promised = {
        text.split()[-1]
        for text in distribution.get_classifiers()
        if text.startswith('Programming Language :: Python :: 3.')
    }
    assert promised == {
        f'3.{minor}' for minor in range(30) if f'3.{minor}.1' in asked
    }
    assert f'3.{sys.version_info.minor}' in promised
