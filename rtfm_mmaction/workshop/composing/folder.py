"""A folder that is there whole or not at all."""

import os
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import Iterator

from ...io.atomic import make_folder
from ...io.walking import list_folder

PLAN = 'plan.json'


def check_free(out: Path, overwrite: bool) -> None:
    """Refuse a folder that holds something else.

    Args:
        out (Path): Folder to make.
        overwrite (bool): Whether an older composed set may be replaced.

    Raises:
        ValueError: If there is one that may not.
    """
    if not out.exists() or (
        out.is_dir() and not list_folder(out, hidden=True)
    ):
        return
    if not (out / PLAN).is_file():
        raise ValueError(
            f'{out}: expected no folder, an empty one or a '
            f'composed set, found one without {PLAN}'
        )
    if not overwrite:
        raise ValueError(
            f'{out}: expected none, found a composed set; '
            '--overwrite replaces it with all that is in it'
        )


@contextmanager
def atomic_folder(out: Path) -> Iterator[Path]:
    """Fill a folder that takes its name, and an older one's place, at the end.

    Args:
        out (Path): Folder to make. Missing parent folders are made.

    Yields:
        Path: The temporary folder, beside ``out``.
    """
    make_folder(out.parent)
    # Not with_name, which '.' and '..' do not have.
    out = Path(os.path.abspath(out))
    temporary = Path(tempfile.mkdtemp(prefix='.tmp-', dir=out.parent))
    filling, old = temporary / 'new', temporary / 'old'
    try:
        filling.mkdir()  # with the rights of a plain folder
        yield filling
        if out.exists():
            os.rename(out, old)
        os.rename(filling, out)
    finally:
        shutil.rmtree(temporary)
