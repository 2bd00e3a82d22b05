"""Training bags on disk: the segments of each video in a file of their own.

A full video at ten crops is tens of megabytes that training averages down to
32 rows again and again; a cached file holds just those rows. It is an ordinary
feature file of the layout 'packed', and :class:`SegmentFeature` leaves T = S
rows as they are, so nothing else changes.
"""
from pathlib import Path
from typing import Callable

import numpy as np
from mmengine.dataset import Compose

from ..utils import atomic_path
from .weak_label_dataset import WeakLabelDataset


def cache_segments(dataset: WeakLabelDataset,
                   out: Path,
                   num_segments: int = 32,
                   track: Callable = iter) -> int:
    """Write the segments of all videos; those that are there are kept.

    Args:
        dataset (WeakLabelDataset): The training videos.
        out (Path): Folder of the ``<video>.npy`` files, (S, N, C) float32.
        num_segments (int): S. Defaults to 32.
        track (Callable): Wraps the range of indices, to show progress.

    Returns:
        int: Number of files written.
    """
    pipeline = Compose([
        dict(type='LoadFeature'),
        dict(type='SegmentFeature', num_segments=num_segments)
    ])
    written = 0
    for index in track(range(len(dataset))):
        info = dataset.get_data_info(index)
        path = Path(out) / f'{info["video"]}.npy'
        if path.exists():
            continue
        feature = pipeline(info)['feature']
        with atomic_path(path) as temporary:
            np.save(temporary, feature)
        written += 1
    return written
