"""Files for those who join, cite or upgrade: what they say is so."""

import re
import sys
from pathlib import Path

import yaml

from rtfm_mmaction.moved import MOVED
from rtfm_mmaction.version import __version__
from tests.support.helpers import ROOT


def read(name):
    return (ROOT / name).read_text(encoding='utf-8')


def test_citation_and_changelog_are_of_this_version():
    """Oracle: version.py."""
    citation = yaml.safe_load(read('CITATION.cff'))
    assert citation['version'] == __version__
    paper = citation['preferred-citation']
    assert paper['year'] == 2021 and len(paper['authors']) == 6
    newest = re.search(
        r'^## \[(\S+)\](?:: (\S+))?', read('CHANGELOG.md'), re.M
    )
    release = __version__.partition('.dev')[0]
    assert newest.groups() == (
        ('Unreleased', release)
        if '.dev' in __version__
        else (release, newest[2])
    )


def test_the_changelog_lists_what_has_moved():
    """Oracle: moved.py."""
    rows = re.findall(
        r'^  \| `(\S+)` \| `(\S+)` \|$', read('CHANGELOG.md'), re.M
    )
    assert dict(rows) == MOVED and len(rows) == len(MOVED)


def test_hooks_are_commands_of_the_environment():
    """Property: each is there without fetching anything."""
    hooks = [
        hook
        for repo in yaml.safe_load(read('.pre-commit-config.yaml'))['repos']
        for hook in repo['hooks']
        if repo['repo'] == 'local'
    ]
    assert {hook['id'] for hook in hooks} == {
        'ruff-check',
        'ruff-format',
        'mypy',
        'import-linter',
    }
    for hook in hooks:
        assert hook['language'] == 'system'
        command = hook['entry'].split()[0]
        assert (Path(sys.executable).parent / command).is_file(), command


def test_the_matrix_is_what_setup_promises():
    """Oracle: setup.py's bounds of Python and torch."""
    setup, matrix = read('setup.py'), read('noxfile.py')
    low, high = re.search(
        r"python_requires='>=3\.(\d+),<3\.(\d+)'", setup
    ).groups()
    pythons = re.search(r'^PYTHONS = \((.*)\)$', matrix, re.M)[1]
    assert re.findall(r"'3\.(\d+)'", pythons) == [
        str(minor) for minor in range(int(low), int(high))
    ]
    oldest, above = re.search(r"'torch>=(\S+),<2\.(\d+)'", setup).groups()
    torches = re.search(r'^TORCHES = \((.*)\)$', matrix, re.M)[1]
    first, last = re.findall(r"'(\S+)'", torches)
    assert first == oldest
    assert last.split('.')[1] == str(int(above) - 1)
