"""Training runs of a grid as forks of the test process.

It has imported everything, which the server that a command forks its runs
from would import anew. That server is tested by ``tests/apis/grid``.
"""

from contextlib import contextmanager

import pytest

from rtfm_mmaction.apis.grid import run_grid
from tests.support.forking import FORK


@contextmanager
def forked_grid():
    """Let grids fork from here."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(run_grid, '_context', lambda: FORK)
        yield patch
