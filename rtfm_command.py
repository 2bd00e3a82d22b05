"""The console command ``rtfm``: which commands there are, and what runs them.

This module lies beside the package and not in it: importing ``rtfm_mmaction``
takes seconds, as torch and mmaction2 come with it, and ``rtfm --help`` shall
not wait for them. Nothing of the package is imported before a command is
known.
"""

import argparse
import difflib
import importlib
import os
import runpy
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import Dict, Iterator, List, NamedTuple, Optional, Sequence

PACKAGE = 'rtfm_mmaction'
# While it is set, importing the package imports no torch.
SMALL = 'RTFM_MMACTION_SMALL'
SHELLS = ('bash', 'zsh', 'tcsh')


class Room(NamedTuple):
    """Commands whose modules lie in one package.

    Attributes:
        prog (str): What a command's name stands behind.
        package (str): Where ``plot-scores`` is the module ``plot_scores``.
        about (str): What they are for.
        sections (dict[str, dict[str, str]]): Heading -> command -> what it
            does.
    """

    prog: str
    package: str
    about: str
    sections: Dict[str, Dict[str, str]]

    @property
    def commands(self) -> Dict[str, str]:
        """Command -> what it does."""
        return {
            name: words
            for section in self.sections.values()
            for name, words in section.items()
        }

    def module(self, command: str) -> str:
        """Name the module that runs a command.

        Args:
            command (str): One of :attr:`commands`.
        """
        return f'{self.package}.{command.replace("-", "_")}'


MAIN = Room(
    'rtfm',
    f'{PACKAGE}.cli',
    'Weakly supervised video anomaly detection (RTFM).',
    {
        'find anomalies': {
            'fit': 'make a judged detector of two folders of videos',
            'infer': 'score videos: events, pictures and a report',
            'stream': 'watch a camera or a stream: events as they come',
            'explain': 'show what stands out in a video, and where',
            'verdicts': 'write verdicts of a report for other tools',
        },
        'train and test': {
            'check': 'say all that is wrong with the data of a config',
            'train': 'train a detector',
            'test': 'test a checkpoint',
            'plot-scores': 'draw the predictions of a test',
            'events': 'judge the events of a test',
            'summarize': 'average the runs of several seeds',
        },
        'prepare': {
            'extract': 'extract features of videos',
            'pack': 'pack the segments of training videos into one store',
            'dictionary': "learn S3R's dictionary from normal videos",
            'export': 'write a detector or a backbone as ONNX or for torch',
            'i3d-kinetics': 'fetch the weights of Inception I3D',
            'i3d-nonlocal': 'convert the weights of I3D ResNet-50',
            'released': "convert a checkpoint of a method's authors",
        },
    },
)
WORKSHOP = Room(
    'rtfm workshop',
    f'{PACKAGE}.workshop.cli',
    'Make data sets and experiments for RTFM.',
    {
        'annotate': {
            'plain-text': 'annotate a data set of your own',
            'rtfm-lists': 'convert lists that come with published features',
            'activitynet': "convert annotations in ActivityNet's JSON",
            'label-studio': 'convert annotations of Label Studio',
            'shanghaitech': 'convert the lists of ShanghaiTech',
            'ucf-crime': 'convert the lists of UCF-Crime',
            'ucsd-ped2': 'convert the lists of UCSD Ped2',
            'xd-violence': 'convert the lists of XD-Violence',
            'random-splits': 'draw other training and test videos',
        },
        'videos and features': {
            'make-demo': 'generate surveillance-like clips',
            'compose': 'compose untrimmed videos of trimmed clips',
            'compare-features': 'say how alike two sets of features are',
        },
        'experiments': {
            'ablation': 'train with parts of the method left out',
            'compare': 'train configs over seeds, also with keys changed',
            'cross-fit': 'judge what fit makes of a benchmark',
            'k-sweep': 'train with other numbers of snippets and margins',
            'sample-efficiency': 'train with few abnormal videos',
            'classic-baselines': 'fit support vector machines',
            'per-class': 'compare methods by classes of anomalies',
            'separability': 'say whether magnitude tells what is abnormal',
            'ends': 'say whether scores rise at the ends of videos',
            'results-page': 'bring tables and charts onto a page',
            'benchmark': 'measure speed and memory',
        },
    },
)


def main(argv: Optional[Sequence[str]] = None) -> int:
    """Run a command.

    Args:
        argv (list[str], optional): Arguments. Defaults to None, those of the
            process.

    Returns:
        int: The exit code.

    Raises:
        SystemExit: As argparse does, and with one sentence where the command
            cannot go on.
    """
    argv = list(sys.argv[1:] if argv is None else argv)
    room = MAIN
    if argv[:1] == ['workshop']:
        room, argv = WORKSHOP, argv[1:]
    if argv and not argv[0].startswith('-'):
        return run(room, argv[0], argv[1:])
    parser = room_parser(room)
    shell = getattr(parser.parse_args(argv), 'print_completion', None)
    if shell is None:
        parser.print_help()
        return 2
    return print_completion(shell)


def run(room: Room, command: str, argv: List[str]) -> int:
    """Import a command's module and call it.

    Args:
        room (Room): Where it is looked for.
        command (str): As it was given.
        argv (list[str]): Its arguments.

    Returns:
        int: The exit code.
    """
    if command not in room.commands:
        print(unknown(room, command), file=sys.stderr)
        return 2
    prog = f'{room.prog} {command}'
    # Usage and messages of argparse name the program by this.
    sys.argv = [prog, *argv]
    try:
        with small(room, command, argv):
            module = load(room, command)
        code = module.main(argv)
    except KeyboardInterrupt:
        raise SystemExit(f'{prog}: interrupted') from None
    # What a function gives to Python, such as figures, is no exit code.
    return code if isinstance(code, int) else 0


@contextmanager
def small(room: Room, command: str, argv: Sequence[str]) -> Iterator[None]:
    """Let the package come without torch where exported files do the work.

    Args:
        room (Room): Where the command is.
        command (str): Its name.
        argv (Sequence[str]): Its arguments: ``rtfm infer`` and ``rtfm
            stream`` with ``.onnx`` files as ``--config`` and ``--extractor``
            need no torch.
    """
    named = {
        flag: value
        for before, word in zip(['', *argv], argv)
        for flag, value in [
            word.split('=', 1) if '=' in word else (before, word)
        ]
        if flag in ('--config', '--extractor')
    }
    if not (
        room is MAIN
        and command in ('infer', 'stream')
        and len(named) == 2
        and all(value.endswith('.onnx') for value in named.values())
    ):
        yield
        return
    os.environ[SMALL] = '1'
    try:
        yield
    finally:
        del os.environ[SMALL]


def load(room: Room, command: str):
    """Import a command's module, with all that it needs.

    Args:
        room (Room): Where it is.
        command (str): Its name.

    Raises:
        SystemExit: If a package is not installed, naming it.
    """
    try:
        return importlib.import_module(room.module(command))
    except ModuleNotFoundError as error:
        missing = str(error.name).partition('.')[0]
        if missing == PACKAGE:
            raise
        needed = f'{PACKAGE}[workshop]' if room is WORKSHOP else PACKAGE
        raise SystemExit(
            f'{room.prog} {command}: expected the package {missing}, found '
            f"none; pip install '{needed}' brings it"
        ) from None


def unknown(room: Room, command: str) -> str:
    """Say that there is no such command, and which may have been meant.

    Args:
        room (Room): Where it was looked for.
        command (str): What was given.
    """
    names = {
        name: f'{other.prog} {name}'
        for other in (MAIN, WORKSHOP)
        for name in other.commands
    }
    close = [names[name] for name in difflib.get_close_matches(command, names)]
    return f'{room.prog}: expected a command, found {command!r}; ' + (
        f'did you mean {" or ".join(close)}?'
        if close
        else f'{room.prog} --help lists them'
    )


def room_parser(room: Room) -> argparse.ArgumentParser:
    """Make the parser of what stands before a command.

    Args:
        room (Room): Whose commands its help lists.
    """
    width = max(map(len, room.commands)) + 2
    lines = []
    for heading, section in room.sections.items():
        lines += [
            f'{heading}:',
            *(f'  {name:{width}}{section[name]}' for name in section),
            '',
        ]
    if room is MAIN:
        lines += [
            'make data sets and experiments:',
            f'  {"workshop":{width}}which has commands of its own',
            '',
        ]
    lines.append(f'{room.prog} COMMAND --help says more.')
    parser = argparse.ArgumentParser(
        room.prog,
        f'{room.prog} COMMAND ...',
        room.about,
        '\n'.join(lines),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    if room is MAIN:
        parser.add_argument(
            '--version', action='version', version=f'{PACKAGE} {version()}'
        )
        parser.add_argument(
            '--print-completion',
            choices=SHELLS,
            metavar='SHELL',
            help=f'print what completes these commands in {", ".join(SHELLS)}',
        )
    return parser


def version() -> str:
    """Read the package's version, without importing it."""
    path = Path(__file__).with_name(PACKAGE) / 'version.py'
    return runpy.run_path(str(path))['__version__']


def print_completion(shell: str) -> int:
    """Print a script for a shell; it has to be made again by each version.

    Args:
        shell (str): One of :data:`SHELLS`.

    Returns:
        int: The exit code.
    """
    completion = importlib.import_module(f'{MAIN.package}.completion')
    parser = room_parser(MAIN)
    commands = parser.add_subparsers()
    workshop = commands.add_parser('workshop', help=WORKSHOP.about)
    for room, parsers in (
        (MAIN, commands),
        (WORKSHOP, workshop.add_subparsers()),
    ):
        for name, words in room.commands.items():
            parent = load(room, name).make_parser()
            parsers.add_parser(
                name,
                help=words,
                description=words,
                parents=[parent],
                add_help=False,
            )
    print(completion.script(parser, shell))
    return 0


if __name__ == '__main__':
    sys.exit(main())
