"""Several runs in one line."""
import json
from pathlib import Path
from typing import Dict, Sequence, Tuple

import numpy as np


def summarize_results(
        paths: Sequence[Path],
        keys: Sequence[str]) -> Dict[Tuple[str, str], np.ndarray]:
    """Collect figures of the last and the best iteration of several runs.

    Args:
        paths (Sequence[Path]): ``result.json`` of each run, see
            ``ResultHook``.
        keys (Sequence[str]): Figures, such as ``anomaly/AUC``.

    Returns:
        dict[tuple[str, str], np.ndarray]: By ('last' or 'best', figure) the
        values of the runs, NaN where not defined.

    Raises:
        FileNotFoundError: If a file is missing.
        ValueError: If one is no result or lacks a figure.
    """
    runs = []
    for path in paths:
        if not Path(path).is_file():
            raise FileNotFoundError(f'{path}: expected the result.json of a '
                                    'run, found no file')
        try:
            run = json.loads(Path(path).read_text())
            runs.append({(which, key): run[which][key]
                         for which in ('last', 'best') for key in keys})
        except (ValueError, KeyError, TypeError) as error:
            raise ValueError(f'{path}: expected the result.json of a run with '
                             f'{", ".join(keys)}, found {error!r}') from error
    return {
        name: np.array([run[name] for run in runs], dtype=float)
        for name in runs[0]
    }
