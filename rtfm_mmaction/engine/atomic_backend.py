"""Checkpoints that are whole or not there."""

from pathlib import Path
from typing import Union

from mmengine.fileio import LocalBackend, register_backend

from ..io.atomic import atomic_path


@register_backend('atomic_local')
class AtomicLocalBackend(LocalBackend):
    """Local files whose writing a kill cannot leave half done.

    mmengine writes a checkpoint over the one of the same name; a run that is
    killed meanwhile leaves a torn file as its latest checkpoint. With
    ``backend_args=dict(backend='atomic_local')`` in the ``CheckpointHook``
    it leaves the old one.
    """

    def put(self, obj: bytes, filepath: Union[str, Path]) -> None:
        """Write bytes to a file, whole or not at all.

        Args:
            obj (bytes): What to write.
            filepath (str or Path): Where to.
        """
        with atomic_path(filepath) as temporary:
            super().put(obj, temporary)
