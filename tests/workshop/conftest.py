"""Fixtures of the workshop's tests."""

import pytest

from tests.support.forked_grid import forked_grid


@pytest.fixture(scope='module', autouse=True)
def forks():
    """Training runs of experiments start at once."""
    with forked_grid():
        yield
