"""Score curves of normal videos, to learn a threshold from."""

import json
from pathlib import Path
from typing import List, NamedTuple, Sequence, Union

import numpy as np


class NormalCurve(NamedTuple):
    """A normal video's scores.

    Attributes:
        scores (np.ndarray): (T,) in [0, 1].
        seconds_per_snippet (float): Length of a snippet.
        video (str): Its name.
        path (Path): The file that it was read from.
    """

    scores: np.ndarray
    seconds_per_snippet: float
    video: str
    path: Path


def read_normal_scores(paths: Sequence[Union[str, Path]]) -> List[NormalCurve]:
    """Read results of ``tools/infer.py``.

    Args:
        paths (Sequence[str or Path]): JSON files of videos, or folders of
            them.

    Returns:
        list[NormalCurve]: One a file.

    Raises:
        FileNotFoundError: If a file is missing.
        ValueError: If it is none of them, or there is none.
    """
    files: List[Path] = []
    for path in map(Path, paths):
        files += sorted(path.glob('[!.]*.json')) if path.is_dir() else [path]
    if not files:
        raise ValueError(
            f'{", ".join(map(str, paths))}: expected JSON files '
            'of rtfm infer, found none'
        )
    return [_read(path) for path in files]


def _read(path: Path) -> NormalCurve:
    if not path.is_file():
        raise FileNotFoundError(
            f'{path}: no such file; expected JSON of rtfm infer'
        )
    try:
        content = json.loads(path.read_text(encoding='utf-8'))
        curve = NormalCurve(
            # What the file's digits stand for, to the bit.
            np.array(content['scores'], np.float32).astype(np.float64),
            float(content['seconds_per_snippet']),
            str(content['video']),
            path,
        )
        if curve.scores.ndim != 1 or not curve.seconds_per_snippet > 0:
            raise ValueError('no curve')
    except (ValueError, LookupError, TypeError) as error:
        raise ValueError(
            f'{path}: expected JSON of rtfm infer with scores'
            f' and seconds_per_snippet, found another ({error})'
        ) from error
    return curve
