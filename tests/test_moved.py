"""Old names of modules: what they give, and that they say where it went."""

import importlib
import subprocess
import sys

import pytest

from rtfm_mmaction.moved import MOVED, NAMES


@pytest.mark.parametrize('old', sorted(MOVED))
def test_an_old_module_gives_what_the_new_one_has(old):
    """Oracle: the module of the new name, and its names in the warning."""
    new = importlib.import_module(f'rtfm_mmaction.{MOVED[old]}')
    sys.modules.pop(f'rtfm_mmaction.{old}', None)
    with pytest.warns(DeprecationWarning, match=f'{MOVED[old]};.* 0.3'):
        module = importlib.import_module(f'rtfm_mmaction.{old}')
    for name in vars(new):
        if not name.startswith('_'):
            assert getattr(module, name) is getattr(new, name)
    with pytest.raises(AttributeError, match='no_such_name'):
        module.no_such_name  # noqa: B018


@pytest.mark.parametrize(
    'old, name', [(old, name) for old in NAMES for name in NAMES[old]]
)
def test_a_name_that_left_its_package_is_found(old, name):
    """Oracle: the attribute of the new module."""
    new = importlib.import_module(f'rtfm_mmaction.{NAMES[old][name]}')
    module = importlib.import_module(f'rtfm_mmaction.{old}')
    with pytest.warns(
        DeprecationWarning, match=rf'{NAMES[old][name]}\.{name}'
    ):
        assert getattr(module, name) is getattr(new, name)


def test_old_statements_of_users_run():
    """In a fresh process, since a module warns once."""
    result = subprocess.run(
        [
            sys.executable,
            '-W',
            'always',
            '-c',
            'import rtfm_mmaction\n'
            'from rtfm_mmaction.features import Video, build_extractor\n'
            'from rtfm_mmaction.features.video import VideoError\n'
            'import rtfm_mmaction.datasets.converters.ucf_crime as u\n'
            'print(u.convert_ucf_crime.__module__)',
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    assert result.stdout.strip() == (
        'rtfm_mmaction.workshop.converters.ucf_crime'
    )
    assert 'features.video has moved to rtfm_mmaction.io.video' in (
        result.stderr
    )
