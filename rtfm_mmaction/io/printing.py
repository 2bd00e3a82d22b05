"""Sentences for whoever watches a command."""

import sys

from .names import printable


def say(sentence: str) -> None:
    """Print a sentence on standard error, at once.

    Args:
        sentence (str): Names in it may be any: what a terminal would obey is
            escaped.
    """
    print(printable(sentence), file=sys.stderr, flush=True)


def bear_any_name() -> None:
    r"""Let standard output and error print what their encoding lacks.

    A console of Windows (cp1252) and the C locale (ASCII) know few letters; a
    name with others is printed with escapes such as ``\u4e2d`` for them,
    where it would end the run. Harmless when called again.
    """
    for stream in (sys.stdout, sys.stderr):
        # Tests and notebooks put other objects in their places.
        if hasattr(stream, 'reconfigure'):
            stream.reconfigure(errors='backslashreplace')
