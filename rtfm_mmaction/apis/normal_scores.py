"""Score curves of normal videos, to learn a threshold from."""

import json
from pathlib import Path
from typing import List, NamedTuple, Optional, Sequence, Tuple, Union

import numpy as np

from .made_with import MadeWith


class NormalCurve(NamedTuple):
    """A normal video's scores.

    Attributes:
        scores (np.ndarray): (T,) in [0, 1].
        seconds_per_snippet (float): Length of a snippet.
        logits (np.ndarray, optional): (T,), of the scores; None where they
            are not known.
        video (str): Its name.
        path (Path): The file that it was read from.
        made_with (MadeWith): What the scores were made with.
    """

    scores: np.ndarray
    seconds_per_snippet: float
    logits: Optional[np.ndarray]
    video: str
    path: Path
    made_with: MadeWith

    @property
    def curve(self) -> Tuple[np.ndarray, float, Optional[np.ndarray]]:
        """What a threshold is learned from."""
        return self[:3]


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
        logits = content.get('logits')
        curve = NormalCurve(
            # What the file's digits stand for, to the bit.
            np.array(content['scores'], np.float32).astype(np.float64),
            float(content['seconds_per_snippet']),
            None
            if logits is None
            else np.array(logits, np.float32).astype(np.float64),
            str(content['video']),
            path,
            MadeWith.of(content.get('made_with')),
        )
        if (
            curve.scores.ndim != 1
            or not 0 < curve.seconds_per_snippet < np.inf
            or (
                logits is not None and curve.logits.shape != curve.scores.shape
            )
        ):
            raise ValueError('no curve')
    except (ValueError, LookupError, TypeError, RecursionError) as error:
        raise ValueError(
            f'{path}: expected JSON of rtfm infer with scores'
            f' and seconds_per_snippet, found another ({error})'
        ) from error
    return curve
