"""The fit that :func:`~.fitting.measure_fit` starts.

Run as a program, with the arguments of :func:`fit_random` as JSON.

Shapes: V videos, T snippets, C channels.
"""

import json
import resource
import sys
import time
from pathlib import Path
from typing import Dict

import numpy as np
from mmengine.registry import init_default_scope

from ...apis.fitting.bags import Bags
from ...apis.fitting.choosing import choose
from ...apis.fitting.cross_fitting import CrossFitting
from ...apis.fitting.folds import FOLDS, split_folds
from ...apis.fitting.judging import HeldOut
from ...apis.fitting.schedule import choose_schedule
from ...datasets.annotations import save_annotations

# Steps that are trained; a whole training is told by them.
FEW = 3


def fit_random(
    folder: str,
    videos: int,
    snippets: int,
    channels: int,
    number: int = FOLDS,
) -> Dict[str, float]:
    """What :func:`~.fitting.measure_fit` starts.

    Args:
        folder (str): An empty one.
        videos (int): V.
        snippets (int): T.
        channels (int): C.
        number (int): Folds. Defaults to those of a fit.

    Returns:
        dict[str, float]: As there.
    """
    init_default_scope('mmaction')
    root = Path(folder)
    (root / 'features').mkdir()
    rng = np.random.default_rng(0)
    entries = []
    for index in range(videos):
        label = index % 2
        rows = rng.random((snippets, 1, channels), np.float32)
        rows[: snippets // 4] += 0.05 * label
        np.save(root / 'features' / f'{index}.npy', rows)
        entries.append(
            {
                'video': str(index),
                'label': label,
                'class': 'Abnormal' if label else 'Normal',
                'frames': 16 * snippets,
                'abnormal_intervals': None if label else [],
            }
        )
    ann_file = str(root / 'videos.json')
    save_annotations(ann_file, dict(dataset='random'), entries)
    source = dict(data_prefix=dict(features=str(root / 'features')))
    bags = Bags(ann_file, [entry['video'] for entry in entries], **source)
    folds = split_folds(bags.labels, bags.groups, number)
    fitting = CrossFitting(
        bags,
        folds,
        ann_file,
        source,
        root / 'work',
        'average',
        0,
        1,
        {'train_cfg.max_iters': FEW},
    )
    figures: Dict[str, float] = {}

    def timed(name, work):
        begin = time.perf_counter()
        result = work()
        figures[f'fit of {videos} videos: {name}'] = (
            time.perf_counter() - begin
        )
        return result

    networks = timed(
        f's of {FEW} steps of all trainings, and scores', fitting.train
    )
    classic = timed('s of the classic models', fitting.fit_classic)
    timed(
        's of the choice',
        lambda: choose(
            networks,
            classic,
            lambda scores: HeldOut(scores, bags.labels, bags.groups),
        ),
    )
    schedule = choose_schedule(
        bags.labels[folds != 0], bags.lengths[folds != 0]
    )
    figures[f'fit of {videos} videos: steps of a training'] = schedule.steps
    highest = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    figures[f'fit of {videos} videos: GB'] = highest * 1024 / 1e9
    return figures


if __name__ == '__main__':
    print(json.dumps(fit_random(**json.loads(sys.argv[1]))))
