"""The scoring that :func:`measure_long_video` starts.

Run as a program, with the arguments of :func:`score` as JSON.
"""

import json
import resource
import sys
from pathlib import Path
from typing import List

from mmaction.registry import MODELS
from mmengine.registry import init_default_scope

import rtfm_mmaction  # noqa: F401  repairs the stack, registers components

from ...datasets.feature_layouts import FeatureLayout
from ...datasets.feature_rows import FeatureRows
from ...models.long_video import score_in_chunks
from .timing import best_time


def score(folder: str, lengths: List[int], channels: int) -> None:
    """Score files of one crop; print seconds and GB of each.

    Args:
        folder (str): Of files ``<T>.npy``, (T, 1, C).
        lengths (list[int]): T of the files.
        channels (int): C.
    """
    init_default_scope('mmaction')
    detector = MODELS.build(
        dict(
            type='AnomalyDetector',
            in_channels=channels,
            neck=dict(type='MTN'),
            head=dict(type='RTFMHead'),
        )
    )
    figures = []
    for length in lengths:
        rows = FeatureRows(
            [str(Path(folder, f'{length}.npy'))], FeatureLayout('{video}.npy')
        )
        seconds = best_time(lambda: score_in_chunks(detector, rows), 1)
        usage = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        figures.append((seconds, usage * 1024 / 1e9))
    print(json.dumps(figures))


if __name__ == '__main__':
    score(**json.loads(sys.argv[1]))
