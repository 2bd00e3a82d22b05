"""What a command writes down of itself, to be run again."""

import shlex
import sys
from typing import Optional, Sequence


def command_line(name: str, argv: Optional[Sequence[str]] = None) -> str:
    """Tell the command that does the same once more.

    Args:
        name (str): Module of the command, such as 'k_sweep'.
        argv (list[str], optional): Its arguments. Defaults to None, those of
            the process.

    Returns:
        str: A line for a shell.
    """
    arguments = sys.argv[1:] if argv is None else map(str, argv)
    return shlex.join(['rtfm', 'workshop', name.replace('_', '-'), *arguments])
