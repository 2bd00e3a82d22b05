"""Smoothing of score curves.

Shapes: T snippets.
"""

import numpy as np

from .logits import LIMIT, to_scores

KINDS = ('median', 'gaussian')


def smooth_scores(
    scores: np.ndarray, width: float, kind: str = 'median'
) -> np.ndarray:
    """Smooth a curve; beyond its ends the last values go on.

    Args:
        scores (np.ndarray): (T,).
        width (float): In snippets, >= 0. The median's window, as the nearest
            odd number, the larger of two (2, 4, 6 give 3, 5, 7); or the
            Gaussian's standard deviation. 0 leaves the curve as it is.
        kind (str): One of :data:`KINDS`. Defaults to 'median'.

    Returns:
        np.ndarray: (T,) float64.

    Raises:
        ValueError: If scores are NaN or infinite, or a setting is out of its
            range.

    Examples:
        >>> smooth_scores(np.array([0.1, 0.9, 0.1, 0.1]), width=3).tolist()
        [0.1, 0.1, 0.1, 0.1]
    """
    scores = np.asarray(scores, np.float64)
    if kind not in KINDS:
        raise ValueError(f'smoothing: expected one of {KINDS}, found {kind!r}')
    if not 0 <= width < np.inf:
        raise ValueError(
            f'smoothing: expected a width of 0 or more, found {width}'
        )
    if not np.isfinite(scores).all():
        raise ValueError(
            'scores: expected finite numbers, found '
            f'{np.count_nonzero(~np.isfinite(scores))} others'
        )
    if width == 0 or len(scores) == 0:
        return scores
    from scipy import ndimage

    if kind == 'gaussian':
        return ndimage.gaussian_filter1d(scores, width, mode='nearest')
    return ndimage.median_filter(
        scores, 2 * int(width / 2) + 1, mode='nearest'
    )


def smooth_logits(
    logits: np.ndarray, width: float, kind: str = 'median'
) -> np.ndarray:
    """Smooth a curve of scores by its logits, which do not saturate.

    What comes out are the logits of the smoothed scores. A median is that of
    the logits, as their order is the scores'; for a Gaussian the scores s and
    what they lack of 1 are smoothed, each with all its digits.

    Args:
        logits (np.ndarray): z, (T,); beyond +-700 they count as that.
        width (float): See :func:`smooth_scores`.
        kind (str): As there. Defaults to 'median'.

    Returns:
        np.ndarray: (T,) float64.

    Raises:
        ValueError: As there.

    Examples:
        >>> smooth_logits(np.array([40.0, 50.0, 41.0, 41.0]), width=3).tolist()
        [40.0, 41.0, 41.0, 41.0]
    """
    logits = np.clip(np.asarray(logits, np.float64), -LIMIT, LIMIT)
    if kind != 'gaussian' or width == 0 or len(logits) == 0:
        return smooth_scores(logits, width, kind)
    return np.log(smooth_scores(to_scores(logits), width, kind)) - np.log(
        smooth_scores(to_scores(-logits), width, kind)
    )
