"""Scores and their logits, z = log(s / (1 - s)).

In float32 every score above z = 17 is 1, in float64 above z = 37: there z
still tells which of two is higher.
"""

import numpy as np
import numpy.typing as npt

# Beyond it exp(-z) leaves the range of float64.
LIMIT = 700.0


def to_scores(logits: npt.ArrayLike) -> np.ndarray:
    """Scores of logits.

    Args:
        logits (ArrayLike): z, any shape.

    Returns:
        np.ndarray: In [0, 1], float64, of that shape.

    Examples:
        >>> to_scores(np.array([0.0, 40.0])).tolist()
        [0.5, 1.0]
    """
    # It takes longer to import than all else that scoring needs.
    from scipy.special import expit

    return expit(np.asarray(logits, np.float64))


def to_logits(scores: npt.ArrayLike) -> np.ndarray:
    """Logits of scores.

    Args:
        scores (ArrayLike): Any shape; what is not in [0, 1] counts as the
            nearer end.

    Returns:
        np.ndarray: z, float64, of that shape; -inf of 0, inf of 1.

    Examples:
        >>> to_logits(np.array([0.0, 0.5])).tolist()
        [-inf, 0.0]
    """
    from scipy.special import logit

    return logit(np.clip(np.asarray(scores, np.float64), 0, 1))
