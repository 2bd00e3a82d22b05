"""Files that may not be read, for tests that root runs, too."""

import builtins
import errno
from pathlib import Path

import pytest


def forbid(monkeypatch: pytest.MonkeyPatch, path: Path) -> None:
    """Let no one open a file, as its rights would, which root need not mind.

    Args:
        monkeypatch (pytest.MonkeyPatch): The fixture.
        path (Path): The file.
    """
    allowed = builtins.open

    def checked(file, *args, **kwargs):
        if str(file) == str(path):
            raise PermissionError(errno.EACCES, 'Permission denied', str(file))
        return allowed(file, *args, **kwargs)

    monkeypatch.setattr(builtins, 'open', checked)
