"""Training videos that are kept out of training, to choose a model by."""

import hashlib
import json
from collections import Counter, defaultdict
from fractions import Fraction
from math import floor
from numbers import Integral, Real
from typing import Dict, List, Sequence, Tuple


def split_held_out(
    videos: Sequence[dict], val_ratio: float, val_seed: int
) -> Tuple[List[int], List[int]]:
    """Split training videos into those to train on and those held out.

    Each class is drawn for itself (``Normal`` is a class too), by a hash of
    seed, class and name: neither the order of the videos, nor another class,
    nor the release of a random generator changes what is drawn. Of n videos
    of a class ``val_ratio * n`` are held out, halves rounded up, at least one
    and at most n - 1; of a single video none.

    Args:
        videos (Sequence[dict]): With ``video``, ``label`` and ``class``, as
            in :mod:`rtfm_mmaction.datasets.annotations`.
        val_ratio (float): Share to hold out, in (0, 1).
        val_seed (int): Seed of the draw.

    Returns:
        tuple[list[int], list[int]]: Positions in ``videos`` of the training
        part and of the held-out one, ascending.

    Raises:
        ValueError: If ``val_ratio`` or ``val_seed`` is none, or either part
            has no abnormal or no normal video.
    """
    if not (isinstance(val_ratio, Real) and 0 < val_ratio < 1):
        raise ValueError(
            f'val_ratio must be a number between 0 and 1, found {val_ratio!r}'
        )
    if not isinstance(val_seed, Integral):
        raise ValueError(
            f'val_seed must be a whole number, found {val_seed!r}'
        )
    classes: Dict[str, List[int]] = defaultdict(list)
    for index, video in enumerate(videos):
        classes[video['class']].append(index)
    held_out = set()
    for name, members in classes.items():
        members.sort(
            key=lambda index: _lot(val_seed, name, videos[index]['video'])
        )
        held_out.update(members[: count_held_out(len(members), val_ratio)])
    parts = (
        [i for i in range(len(videos)) if i not in held_out],
        sorted(held_out),
    )
    _check_labels(videos, parts, val_ratio)
    return parts


def count_held_out(count: int, val_ratio: float) -> int:
    """Number of a class's videos that are held out.

    Args:
        count (int): n, the class's videos.
        val_ratio (float): Share to hold out, in (0, 1).

    Returns:
        int: ``val_ratio * n`` with halves rounded up, within 1 and n - 1; 0
        where n is 1.
    """
    # The ratio as it is written: 0.145 * 100 is 14.499999999999998 in floats.
    share = floor(Fraction(repr(float(val_ratio))) * count + Fraction(1, 2))
    return min(max(share, 1), count - 1)


def _lot(seed: int, kind: str, name: str) -> bytes:
    """What a video draws; the lowest of its class are held out."""
    text = json.dumps([int(seed), kind, name])
    return hashlib.sha256(text.encode('ascii')).digest()


def _check_labels(
    videos: Sequence[dict], parts: Sequence[Sequence[int]], val_ratio: float
) -> None:
    counts = [Counter(videos[i]['label'] for i in part) for part in parts]
    if all(count[label] for count in counts for label in (0, 1)):
        return
    found = ' and '.join(
        f'{count[1]} abnormal + {count[0]} normal {what}'
        for count, what in zip(counts, ('to train on', 'held out'))
    )
    raise ValueError(
        f'val_ratio={val_ratio} leaves a part without abnormal or without '
        f'normal videos: found {found}, expected one of each at least (a '
        'class of one video is never held out)'
    )
