"""Random features on disk. Shapes: T snippets, N crops, C channels."""

import os
from pathlib import Path
from typing import Tuple, Union

import numpy as np
from mmaction.registry import DATASETS

from ...datasets.annotations import save_annotations
from ...datasets.paired_dataset import PairedWeakLabelDataset
from ...datasets.segment_packing import pack_segments


def random_videos(
    folder: Union[str, os.PathLike], count: int, shape: Tuple[int, int, int]
) -> None:
    """Write features of videos, every other one abnormal, and annotations.

    Args:
        folder (str or PathLike): Where to: ``<index>.npy``, ``train.json``.
        count (int): Number of videos.
        shape (tuple[int, int, int]): T, N, C of each.
    """
    rng = np.random.default_rng(0)
    entries = []
    for index in range(count):
        np.save(Path(folder) / f'{index}.npy', rng.random(shape, np.float32))
        entries.append(
            dict(
                video=str(index),
                label=index % 2,
                frames=None,
                abnormal_intervals=None,
                **{'class': 'Any' if index % 2 else 'Normal'},
            )
        )
    save_annotations(Path(folder) / 'train.json', dict(), entries)


def source_config(folder: Union[str, os.PathLike], num_segments: int) -> dict:
    """Config of the training videos that :func:`random_videos` writes."""
    return dict(
        type='WeakLabelDataset',
        ann_file='train.json',
        data_root=str(folder),
        data_prefix=dict(features=''),
        pipeline=[
            dict(type='LoadFeature'),
            dict(type='SegmentFeature', num_segments=num_segments),
            dict(type='PackAnomalyInputs'),
        ],
    )


def paired_dataset(
    folder: Union[str, os.PathLike], num_segments: int, pack: bool = False
) -> PairedWeakLabelDataset:
    """Pairs of these videos, from their files or from a store of them.

    Args:
        folder (str or PathLike): Of :func:`random_videos`.
        num_segments (int): Segments of a bag.
        pack (bool): Whether to write a store and read it. Defaults to False.
    """
    source = source_config(folder, num_segments)
    if pack:
        pack_segments(
            DATASETS.build(source), Path(folder) / 'store', num_segments
        )
        source['store'] = 'store'
    return DATASETS.build(dict(type='PairedWeakLabelDataset', dataset=source))
