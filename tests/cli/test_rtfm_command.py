"""The console command: its table, its speed, its words, its completion."""

import ast
import contextlib
import importlib
import shlex
import subprocess
import sys
import types

import pytest

import rtfm_command
import rtfm_mmaction
from rtfm_command import MAIN, WORKSHOP
from rtfm_mmaction.apis.config_names import shipped_names
from rtfm_mmaction.workshop.cli.recorded_command import command_line
from tests.support.helpers import ROOT

ROOMS = (MAIN, WORKSHOP)
MODULES = {room.module(name) for room in ROOMS for name in room.commands}
HEAVY = ('torch', 'numpy', 'mmengine', 'mmaction', 'cv2', 'rtfm_mmaction')
LOOK = """
import sys
import rtfm_command
try:
    rtfm_command.main(sys.argv[1:])
except SystemExit:
    pass
sys.exit(' '.join(set({heavy}) & set(sys.modules)) or 0)
"""


@pytest.fixture(autouse=True)
def _process(monkeypatch):
    """A command renames the process's program."""
    monkeypatch.setattr(sys, 'argv', ['rtfm'])


def test_the_table_is_what_there_is():
    """Oracle: the modules that have a main."""
    found = set()
    for room in ROOMS:
        folder = ROOT / room.package.replace('.', '/')
        for path in folder.glob('*.py'):
            module = importlib.import_module(f'{room.package}.{path.stem}')
            if hasattr(module, 'main'):
                found.add(module.__name__)
    assert found == MODULES
    # Each name is one command, wherever it is looked for.
    assert len(MAIN.commands) + len(WORKSHOP.commands) == len(MODULES)
    assert not {*MAIN.commands} & {*WORKSHOP.commands, 'workshop'}


def test_each_command_has_a_door_in_tools():
    """Oracle: what the files there import."""
    doors = [
        node.module
        for path in (ROOT / 'tools').rglob('*.py')
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ImportFrom)
    ]
    assert sorted(doors) == sorted(MODULES)


@pytest.mark.parametrize(
    'words', [['--help'], ['--version'], ['workshop'], ['trian']]
)
def test_nothing_heavy_is_imported_to_say_what_there_is(words):
    """Oracle: the modules of such a process."""
    result = subprocess.run(
        [sys.executable, '-c', LOOK.format(heavy=HEAVY), *words],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert result.returncode == 0, result.stderr
    assert 'rtfm' in result.stdout + result.stderr


def test_help_lists_each_command(capsys):
    """Oracle: the table; without a command it is the same, but an error."""
    for room, words in ((MAIN, []), (WORKSHOP, ['workshop'])):
        with pytest.raises(SystemExit) as ended:
            rtfm_command.main([*words, '--help'])
        assert ended.value.code == 0
        shown = capsys.readouterr().out
        for name, what in room.commands.items():
            assert f' {name} ' in shown and what in shown
        assert rtfm_command.main(words) == 2
        assert capsys.readouterr().out == shown
        assert max(map(len, shown.splitlines())) < 80


def test_the_version_is_the_package_s(capsys):
    """Oracle: the package's own word."""
    with pytest.raises(SystemExit, match='0'):
        rtfm_command.main(['--version'])
    assert capsys.readouterr().out.split() == [
        'rtfm_mmaction',
        rtfm_mmaction.__version__,
    ]


@pytest.mark.parametrize(
    'words, meant',
    [
        ('trian', 'did you mean rtfm train?'),
        ('plot_scores', 'did you mean rtfm plot-scores?'),
        ('ablation', 'did you mean rtfm workshop ablation?'),
        ('workshop trainn', 'did you mean rtfm train?'),
        ('workshop xyz', 'rtfm workshop --help lists them'),
        ('xyz', 'rtfm --help lists them'),
    ],
)
def test_unknown_commands(words, meant, capsys):
    """One line with the nearest name, of the workshop too; exit code 2."""
    assert rtfm_command.main(words.split()) == 2
    out, said = capsys.readouterr()
    prog, name = ' '.join(['rtfm', *words.split()]).rsplit(' ', 1)
    assert (out, said) == (
        '',
        f"{prog}: expected a command, found '{name}'; {meant}\n",
    )


@pytest.mark.parametrize('words', ['summarize', 'workshop results-page'])
def test_usage_names_the_command(words, capsys):
    """Oracle: the command as a person has typed it; argparse's errors, too."""
    with pytest.raises(SystemExit) as ended:
        rtfm_command.main([*words.split(), '--help'])
    assert ended.value.code == 0
    assert capsys.readouterr().out.startswith(f'usage: rtfm {words} [-h]')
    with pytest.raises(SystemExit) as ended:
        rtfm_command.main(words.split())
    assert ended.value.code == 2
    assert f'rtfm {words}: error: ' in capsys.readouterr().err


def test_bad_input_is_one_line(tmp_path):
    """Oracle: the words of the command itself."""
    with pytest.raises(SystemExit, match='^summarize: .*none.json: expected'):
        rtfm_command.main(['summarize', str(tmp_path / 'none.json')])


@pytest.mark.parametrize(
    'returned, code', [(None, 0), (0, 0), (1, 1), ({'anomaly/AUC': 0.5}, 0)]
)
def test_exit_codes(returned, code, monkeypatch):
    """What a command gives to Python is no exit code, unless it is one."""
    seen = []

    def main(argv):
        seen.append((argv, sys.argv))
        return returned

    monkeypatch.setattr(
        rtfm_command, 'load', lambda *_: types.SimpleNamespace(main=main)
    )
    assert rtfm_command.main(['test', 'a', '--dump']) == code
    assert seen == [(['a', '--dump'], ['rtfm test', 'a', '--dump'])]


def test_interrupted_and_missing_packages(monkeypatch):
    """One line, also while torch is still being imported; a module of our
    own that is missing is a fault of ours."""

    def failing(error):
        def import_module(name):
            raise error

        monkeypatch.setattr(
            rtfm_command.importlib, 'import_module', import_module
        )

    failing(KeyboardInterrupt())
    with pytest.raises(SystemExit, match='^rtfm train: interrupted$'):
        rtfm_command.main(['train'])
    failing(ModuleNotFoundError('', name='scipy.io'))
    with pytest.raises(
        SystemExit,
        match=r'^rtfm workshop ucf-crime: expected the package scipy, found '
        r"none; pip install 'rtfm_mmaction\[workshop\]' brings it$",
    ):
        rtfm_command.main(['workshop', 'ucf-crime'])
    failing(ModuleNotFoundError('', name='rtfm_mmaction.cli.train'))
    with pytest.raises(ModuleNotFoundError):
        rtfm_command.main(['train'])


def test_recorded_commands_are_there():
    """Oracle: the table, and the words as a shell splits them."""
    line = command_line('k_sweep', ['a b.py', '--k', 1])
    prog, room, name, *rest = shlex.split(line)
    assert (prog, room, rest) == ('rtfm', 'workshop', ['a b.py', '--k', '1'])
    assert name in WORKSHOP.commands


@pytest.fixture(scope='module')
def completed(module_path):
    """A function: words before the cursor -> what bash offers for the last.

    One bash for each, which has read nothing but the script.
    """
    with (
        open(module_path / 'script', 'w') as file,
        contextlib.redirect_stdout(file),
    ):
        assert rtfm_command.main(['--print-completion', 'bash']) == 0
    folder = module_path / 'place'
    (folder / 'mine').mkdir(parents=True)
    (folder / 'mine.py').touch()
    (folder / 'mine.txt').touch()

    def complete(*words):
        run = subprocess.run(
            ['bash', '--norc', '-c', BASH, module_path / 'script', *words],
            cwd=folder,
            capture_output=True,
            text=True,
        )
        assert (run.returncode, run.stderr) == (0, '')
        return set(run.stdout.splitlines())

    return complete


# As readline does: the function that is registered for the first word.
BASH = """
source "$0"
COMP_WORDS=("$@")
COMP_CWORD=$(($# - 1))
$(complete -p "$1" | sed 's/.* -F \\([^ ]*\\) .*/\\1/') "$1" "${@: -1}" "${@: -2:1}"
printf '%s\\n' "${COMPREPLY[@]}"
"""


def test_bash_completes_commands(completed):
    """Oracle: the table."""
    assert completed('rtfm', '') == {*MAIN.commands, 'workshop'}
    assert completed('rtfm', 'ex') == {'extract', 'export', 'explain'}
    assert completed('rtfm', 'workshop', '') == {*WORKSHOP.commands}


def test_bash_completes_options(completed):
    """Oracle: the command's own parser; choices of one option."""
    train = importlib.import_module('rtfm_mmaction.cli.train').make_parser()
    assert completed('rtfm', 'train', 'rtfm_demo', '--') == {
        text for text in train._option_string_actions if text.startswith('--')
    }
    assert completed('rtfm', 'infer', '--dtype', '') == {'fp32', 'bf16'}
    assert '--seeds' in completed('rtfm', 'workshop', 'ablation', '--se')


def test_bash_completes_configs_and_files(completed):
    """Oracle: shipped names beside Python files and folders that lie about;
    any file where nothing more is known."""
    training, features = map(shipped_names, ('training', 'features'))
    assert completed('rtfm', 'train', '') == {*training, 'mine', 'mine.py'}
    assert completed('rtfm', 'extract', 'i3d') == {
        name for name in features if name.startswith('i3d')
    }
    for words in (
        ['infer', 'a.mp4', '--config'],
        ['test'],
        ['workshop', 'compare', 'rtfm_demo'],
    ):
        assert completed('rtfm', *words, 'sultani_d') == {'sultani_demo'}
    assert completed('rtfm', 'infer', 'a.mp4', '--extractor', 'c3d') == {
        'c3d_sports1m_10crop'
    }
    assert completed('rtfm', 'train', 'mi') == {'mine', 'mine.py'}
    assert completed('rtfm', 'events', 'mi') == {'mine', 'mine.py', 'mine.txt'}


def test_completion_without_shtab(monkeypatch):
    """The extra that brings it is named."""
    monkeypatch.setitem(sys.modules, 'shtab', None)
    with pytest.raises(SystemExit, match=r'rtfm_mmaction\[completion\]'):
        rtfm_command.main(['--print-completion', 'zsh'])
