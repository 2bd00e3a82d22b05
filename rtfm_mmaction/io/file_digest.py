"""What tells files apart."""

import hashlib
from pathlib import Path
from typing import Union


def file_digest(path: Union[str, Path]) -> str:
    """SHA-256 of a file, hexadecimal.

    Args:
        path (str or Path): The file.
    """
    digest = hashlib.sha256()
    with open(path, 'rb') as file:
        for piece in iter(lambda: file.read(1 << 20), b''):
            digest.update(piece)
    return digest.hexdigest()
