"""Scripts by which shells complete commands, options and names of configs."""

import argparse
from pathlib import Path
from string import Template
from typing import Iterator

from mmengine.config import DictAction

from ..apis.config_names import shipped_names
from .options import FEATURES, TRAINING

# A word, not a file, is what such an argument takes.
WORDS = ('KEY=VALUE', 'NAME', 'TEXT')
# What completes a config: a shipped name, a Python file, or a folder on the
# way to one. shtab looks for "_file" in the names of bash's functions.
FUNCTIONS = dict(
    bash=Template("""
_rtfm_${kind}_file() {
  compgen -W "${names}" -- "$$1"
  compgen -f -X '!*.py' -- "$$1"
  compgen -d -- "$$1"
}
"""),
    zsh=Template("""
_rtfm_${kind}_file() {
  _alternative 'names:shipped config:(${names})' \\
    'files:config file:_files -g "*.py"'
}
"""),
    tcsh=Template(''),  # has no functions
)


def script(parser: argparse.ArgumentParser, shell: str) -> str:
    """Make a script.

    Args:
        parser (argparse.ArgumentParser): Of all commands.
        shell (str): 'bash', 'zsh' or 'tcsh'.

    Returns:
        str: To be kept where the shell looks for such scripts.

    Raises:
        SystemExit: If shtab, which writes it, is not installed.
    """
    try:
        import shtab
    except ModuleNotFoundError:
        raise SystemExit(
            f'{parser.prog}: expected the package shtab, found none; '
            "pip install 'rtfm_mmaction[completion]' brings it"
        ) from None
    names = {
        kind: ' '.join(shipped_names(kind)) for kind in (TRAINING, FEATURES)
    }
    for action in actions(parser):
        kind = getattr(action, 'complete', None)
        if takes_a_file(action):
            action.complete = 'file'
        elif isinstance(kind, str) and kind in names:
            action.complete = {
                shell: f'({names[kind]})'
                if shell == 'tcsh'
                else f'_rtfm_{kind}_file'
            }
    return shtab.complete(
        parser,
        shell,
        preamble=''.join(
            FUNCTIONS[shell].substitute(kind=kind, names=names[kind])
            for kind in names
        ),
    )


def actions(parser: argparse.ArgumentParser) -> Iterator[argparse.Action]:
    """Go through the arguments of all commands.

    Args:
        parser (argparse.ArgumentParser): With commands, or of one.

    Yields:
        argparse.Action: Each but those that choose a command.
    """
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for command in action.choices.values():
                yield from actions(command)
        else:
            yield action


def takes_a_file(action: argparse.Action) -> bool:
    """Whether an argument of which nothing is said may be a file.

    Args:
        action (argparse.Action): Of a parser.
    """
    return (
        action.nargs != 0
        and action.choices is None
        and action.type in (None, Path)
        and action.metavar not in WORDS
        and not isinstance(action, DictAction)
        and not hasattr(action, 'complete')
    )
