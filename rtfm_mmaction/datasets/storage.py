"""Storages of feature files, local ones or any that mmengine knows."""

import json
import os
from functools import lru_cache
from typing import Optional

from mmengine.fileio import get_file_backend
from mmengine.fileio.backends import HTTPBackend

from ..io.web import read_pieces


def file_backend(path: str, backend_args: Optional[dict] = None):
    """Find the storage that a path lies behind.

    Args:
        path (str): File or folder, local or with a prefix such as
            ``s3://`` or ``http://``.
        backend_args (dict, optional): mmengine's, for instance
            ``dict(backend='petrel')``. Defaults to None: by the prefix.

    Returns:
        BaseStorageBackend: One a process, since a connection must not be
        shared by the workers of a loader.
    """
    prefix = path.split('://')[0] + '://' if '://' in path else ''
    return _backend(prefix, json.dumps(backend_args))


@lru_cache(maxsize=8)
def _backend(prefix: str, backend_args: str):
    backend = get_file_backend(prefix, backend_args=json.loads(backend_args))
    return _Web() if type(backend) is HTTPBackend else backend


class _Web(HTTPBackend):
    """mmengine's, but that it does not wait for ever."""

    def get(self, filepath: str) -> bytes:
        return b''.join(piece for piece, _ in read_pieces(filepath))


if hasattr(os, 'register_at_fork'):  # not on Windows, which does not fork
    os.register_at_fork(after_in_child=_backend.cache_clear)
