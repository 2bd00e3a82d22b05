"""What tests of tools/stream.py have in common."""

import json
import runpy

from tests.support.brightness import options
from tests.support.helpers import ROOT

main = runpy.run_path(str(ROOT / 'tools/stream.py'))['main']


def arguments(place, source, out, *more):
    """Command line for the detector of :mod:`tests.support.brightness`.

    Args:
        place (Path): Folder of its configs and weights.
        source (str): What is watched.
        out (Path): File of lines.
        *more (str): Further arguments.
    """
    return [
        str(source),
        *options(place),
        '--out',
        str(out),
        *more,
    ]


def lines_of(out):
    """Records of a file of lines; none where there is no file."""
    if not out.exists():
        return []
    return [json.loads(line) for line in out.read_text().splitlines()]
