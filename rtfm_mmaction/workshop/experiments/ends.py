"""How scores at a video's ends compare with those in its middle.

Shapes: V videos, T snippets of a video, E snippets of each end, R runs.
"""

import os
from typing import List, NamedTuple, Sequence, Tuple, Union

import numpy as np

from ...evaluation.predictions import read_predictions


class Ends(NamedTuple):
    """What the ends of normal videos were found to be.

    Attributes:
        mean (np.ndarray): (2 E,), how far the first E and the last E snippets
            are above the middle of their video, mean over the videos, in
            standard deviations.
        error (np.ndarray): (2 E,), standard error of that mean over the
            videos, NaN for a single one.
        both (Tuple[float, float]): The mean over all 2 E, and its error.
        videos (int): V.
        left_out (int): Videos of fewer than 2 E + 1 snippets.
    """

    mean: np.ndarray
    error: np.ndarray
    both: Tuple[float, float]
    videos: int
    left_out: int


def ends_above_middle(scores: Sequence[np.ndarray], ends: int) -> np.ndarray:
    """Tell how far each video's ends are above its middle.

    Args:
        scores (Sequence[np.ndarray]): V of (T,), T > 2 E.
        ends (int): E, at least 1.

    Returns:
        np.ndarray: (V, 2 E): score less the mean of the T - 2 E snippets in
        the middle, in standard deviations of the middles around their means,
        all videos together; 0 where no middle varies and no end differs.

    Examples:
        >>> rise = [np.array([3.0, 1.0, -1.0, 3.0]), np.array([1.0, 1, -1, 0])]
        >>> ends_above_middle(rise, ends=1).tolist()
        [[3.0, 3.0], [1.0, 0.0]]
    """
    middles = [
        video[ends:-ends] - video[ends:-ends].mean() for video in scores
    ]
    deviation = np.sqrt(np.square(np.concatenate(middles)).mean())
    above = [
        np.concatenate([video[:ends], video[-ends:]])
        - video[ends:-ends].mean()
        for video in scores
    ]
    with np.errstate(divide='ignore', invalid='ignore'):
        return np.nan_to_num(np.stack(above) / deviation, posinf=np.inf)


def measure_ends(
    paths: Sequence[Union[str, os.PathLike]], ends: int = 5
) -> Ends:
    """Measure the ends of the normal videos of test runs.

    Args:
        paths (Sequence[str or PathLike]): Files of predictions of R runs over
            the same videos, such as several seeds; each run has a standard
            deviation of its own, and a video counts once, by its mean.
        ends (int): E. Defaults to 5, which MTN's convolutions reach.

    Returns:
        Ends: The figures.

    Raises:
        ValueError: If the files are of different videos, or no normal video
            has more than 2 E snippets; names the file.
    """
    runs: List[np.ndarray] = []
    names: List[str] = []
    left_out = 0
    for path in paths:
        normal = [v for v in read_predictions(path)[2] if v['label'] == 0]
        long = [v for v in normal if len(v['scores']) > 2 * ends]
        if not long:
            raise ValueError(
                f'{path}: expected normal videos of more than {2 * ends} '
                f'snippets, found none among {len(normal)}'
            )
        found = [v['video'] for v in long]
        if names and found != names:
            raise ValueError(
                f'{path}: expected the normal videos of {paths[0]}, found '
                'others'
            )
        names, left_out = found, len(normal) - len(long)
        runs.append(ends_above_middle([v['scores'] for v in long], ends))
    above = np.mean(runs, axis=0)
    mean, error = _mean_and_error(above)
    both = _mean_and_error(above.mean(1))
    return Ends(
        mean, error, (float(both[0]), float(both[1])), len(names), left_out
    )


def _mean_and_error(values: np.ndarray) -> Tuple[np.ndarray, np.ndarray]:
    """Mean over the first axis, and its standard error."""
    count = len(values)
    error = (
        values.std(0, ddof=1) / count**0.5
        if count > 1
        else np.full(values.shape[1:], np.nan)
    )
    return values.mean(0), error
