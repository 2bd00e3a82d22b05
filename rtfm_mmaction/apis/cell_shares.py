"""Which cells of the backbone's last feature map carry a snippet's measure.

The feature F of a crop is the mean of its map over M = t x h x w cells, and
the measure a function of F: the crop's magnitude ``|X|``, or the snippet's
score or its logit where there are no magnitudes. To first order, a cell's
share in it is how much it moves as the cell's vector f moves away from the
reference r that the model counts as nothing::

    share = (f - r) . d|X| / dF / M

r is 0, or the training set's mean where features are standardised. All shares
of a crop add up to ``(F - r) . d|X| / dF``: without a neck that is ``|X|``
itself; with one it is ``|X|`` less what biases and the neighbours in time add
to it.

Shapes: N crops, C channels, t, h and w steps, rows and columns of the map.
"""

from typing import List, Optional, Sequence

import numpy as np

from ..io.timeline import Timeline


def cell_shares(
    maps: np.ndarray,
    gradients: np.ndarray,
    reference: Optional[np.ndarray] = None,
) -> np.ndarray:
    """Tell the shares of a snippet's cells, summed over the map's time.

    Args:
        maps (np.ndarray): (N, C, t, h, w), f, floating.
        gradients (np.ndarray): (N, C), d|X| / dF of each crop, or that of
            another measure.
        reference (np.ndarray, optional): r, (C,). Defaults to None: 0.

    Returns:
        np.ndarray: (N, h, w) float64; below 0 where a cell lessens the
        measure.
    """
    steps, rows, columns = maps.shape[2:]
    gradients = gradients.astype(np.float64)
    moved = np.einsum('nc,ncthw->nhw', gradients, maps)
    if reference is not None:
        moved -= steps * (gradients @ reference)[:, None, None]
    return moved / (steps * rows * columns)


def top_snippets(values: np.ndarray, count: int) -> List[int]:
    """Choose the snippets of the largest values.

    Args:
        values (np.ndarray): (T,) magnitudes, logits or scores.
        count (int): How many at most.

    Returns:
        list[int]: Their indices, the largest first; of equals the earlier.
    """
    return np.argsort(-values, kind='stable')[:count].tolist()


def snippets_at(
    seconds: Sequence[float], length: int, timeline: Timeline
) -> List[int]:
    """Find the snippets of some times.

    Args:
        seconds (Sequence[float]): Times from the video's beginning.
        length (int): T.
        timeline (Timeline): The video's.

    Returns:
        list[int]: Indices in the order given, none twice.

    Raises:
        ValueError: If a time lies in no snippet.
    """
    end = timeline.seconds(length * timeline.snippet_len)
    for second in seconds:
        if not 0 <= second < end:
            raise ValueError(
                'at: expected seconds from 0 to below '
                f'{end:g}, where the last snippet ends, found '
                f'{second:g}'
            )
    # A time that was printed in few digits means the frame that begins there.
    frames = (int(timeline.frame(second) + 1e-3) for second in seconds)
    return list(
        dict.fromkeys(
            min(frame // timeline.snippet_len, length - 1) for frame in frames
        )
    )
