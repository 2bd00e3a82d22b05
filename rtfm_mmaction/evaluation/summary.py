"""Several runs in one line."""

from pathlib import Path
from typing import Dict, Optional, Sequence, Tuple

import numpy as np

from ..io.reading import read_json

# What a run reports, by the protocol that it followed.
PUBLISHED = ('last', 'best')
HELD_OUT = ('test_last', 'test_selected')


def summarize_results(
    paths: Sequence[Path], keys: Sequence[str]
) -> Dict[Tuple[str, str], np.ndarray]:
    """Collect test figures of two checkpoints of several runs.

    Those are the last and the best iteration, chosen on the test set, or,
    where training videos were held out to choose by, the last and the
    selected one.

    Args:
        paths (Sequence[Path]): ``result.json`` of each run, see
            ``ResultHook`` and ``FinalTestHook``.
        keys (Sequence[str]): Figures, such as ``anomaly/AUC``.

    Returns:
        dict[tuple[str, str], np.ndarray]: By (one of ``PUBLISHED`` or of
        ``HELD_OUT``, figure) the values of the runs, NaN where not defined.

    Raises:
        FileNotFoundError: If a file is missing.
        ValueError: If one is no result, lacks a figure, or chose its
            checkpoint in another way than the first.
    """
    runs = []
    for path in paths:
        run = read_json(path, 'the result.json of a run')
        try:
            checkpoints = HELD_OUT if 'test_last' in run else PUBLISHED
            runs.append(
                {
                    (which, key): run[which][key]
                    for which in checkpoints
                    for key in keys
                }
            )
        except (ValueError, KeyError, TypeError) as error:
            raise ValueError(
                f'{path}: expected the result.json of a run with '
                f'{", ".join(keys)}, found {error!r}'
            ) from error
        if runs[-1].keys() != runs[0].keys():
            raise ValueError(
                f'{path}: expected figures of '
                f'{_checkpoints(runs[0])} as in {paths[0]}, found those of '
                f'{_checkpoints(runs[-1])}; the two protocols cannot be '
                'averaged'
            )
    return {
        name: np.array([run[name] for run in runs], dtype=float)
        for name in runs[0]
    }


def _checkpoints(run: Dict[Tuple[str, str], float]) -> str:
    return ' and '.join(dict.fromkeys(which for which, _ in run))


def mean_and_spread(values: np.ndarray) -> Tuple[float, float]:
    """Mean and sample standard deviation, since seeds are a sample.

    Args:
        values (np.ndarray): (runs,).

    Returns:
        tuple[float, float]: The deviation of a single run, and the mean of
        none, is NaN.
    """
    mean = float(values.mean()) if len(values) else float('nan')
    spread = float(values.std(ddof=1)) if len(values) > 1 else float('nan')
    return mean, spread


def with_spread(
    mean: float, spread: Optional[float] = None, digits: int = 4
) -> str:
    """Write ``0.8000 ± 0.0090``; without what is not defined.

    Args:
        mean (float): NaN becomes a dash.
        spread (float, optional): Left out where it is None or NaN.
        digits (int): Behind the point. Defaults to 4.
    """
    if np.isnan(mean):
        return '–'
    text = f'{mean:.{digits}f}'
    if spread is None or np.isnan(spread):
        return text
    return f'{text} ± {spread:.{digits}f}'
