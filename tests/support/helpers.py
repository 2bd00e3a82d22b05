"""What several tests share: the way to the shared data."""

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / 'shared'


def needs_shared(relative: str):
    """Mark a test that needs a file or folder of ``../shared``.

    Args:
        relative (str): Path below ``../shared``.
    """
    return pytest.mark.skipif(
        not (SHARED / relative).exists(),
        reason=f'the real data ../shared/{relative} is not on this machine',
    )
