"""Writing figures."""

import os
from typing import Union

from matplotlib.figure import Figure

from ..io.remote import as_path
from ..io.writing import whole_file


def save_figure(figure: Figure, path: Union[str, os.PathLike]) -> None:
    """Write a figure, whole or not at all.

    Args:
        figure (Figure): What to write.
        path (str or PathLike): File, or its address; its ending says the
            format, such as ``.png`` or ``.svg``.

    Raises:
        OSError: If it cannot be written.
        ValueError: If the format is unknown.
    """
    with whole_file(as_path(path)) as temporary:
        figure.savefig(temporary)
