"""Score curves of normal videos, to learn a threshold from."""

from pathlib import Path
from typing import Any, List, NamedTuple, Sequence, Union

import numpy as np

from ..evaluation.functional.thresholds import Curve
from ..io.reading import read_json
from ..io.walking import list_folder
from .made_with import MadeWith


class NormalCurve(NamedTuple):
    """A normal video's scores.

    Attributes:
        curve (Curve): What a threshold is learned from.
        video (str): Its name.
        path (Path): The file that it was read from.
        made_with (MadeWith): What the scores were made with.
    """

    curve: Curve
    video: str
    path: Path
    made_with: MadeWith


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
        files += list_folder(path, '.json') if path.is_dir() else [path]
    if not files:
        raise ValueError(
            f'{", ".join(map(str, paths))}: expected JSON files '
            'of rtfm infer, found none'
        )
    return [_read(path) for path in files]


def _read(path: Path) -> NormalCurve:
    content = read_json(path, 'JSON of rtfm infer')
    try:
        curve = Curve(
            _floats(content['scores']),
            float(content['seconds_per_snippet']),
            None
            if content.get('logits') is None
            else _floats(content['logits']),
            None
            if content.get('snippet_times') is None
            else np.array(content['snippet_times'], np.float64),
        )
        _check(curve)
        return NormalCurve(
            curve,
            str(content['video']),
            path,
            MadeWith.of(content.get('made_with')),
        )
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise ValueError(
            f'{path}: expected JSON of rtfm infer with scores'
            f' and seconds_per_snippet, found another ({error})'
        ) from error


def _floats(values: Any) -> np.ndarray:
    """What the file's digits stand for, to the bit."""
    return np.array(values, np.float32).astype(np.float64)


def _check(curve: Curve) -> None:
    """Refuse what is no curve.

    Raises:
        ValueError: Says why.
    """
    snippets = len(curve.scores)
    shapes = [(curve.scores, (snippets,))]
    if curve.logits is not None:
        shapes.append((curve.logits, (snippets,)))
    if curve.edges is not None:
        shapes.append((curve.edges, (snippets + 1,)))
    if any(array.shape != shape for array, shape in shapes):
        raise ValueError('curves of different length')
    if not 0 < curve.seconds_per_snippet < np.inf:
        raise ValueError(f'{curve.seconds_per_snippet} seconds a snippet')
    if curve.edges is not None and not (np.diff(curve.edges) >= 0).all():
        raise ValueError('times that go back')
