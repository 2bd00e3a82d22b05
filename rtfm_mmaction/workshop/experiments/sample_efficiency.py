"""Figure 4 of the RTFM paper: few abnormal training videos, on any data.

https://arxiv.org/abs/2101.10030
"""

from pathlib import Path
from typing import Dict, List, Sequence

import numpy as np
from matplotlib.figure import Figure
from mmaction.registry import DATASETS
from mmengine.config import Config
from mmengine.registry import init_default_scope

from ...apis.grid.cells import Cell
from ...apis.running import load_config
from ..charts.band_chart import band_figure
from .experiment import Experiment
from .tables import Row, title

METHOD, COUNT = 'method', 'abnormal training videos'
# Of the training videos in a config with a paired data set.
INDICES = 'train_dataloader.dataset.dataset.indices'


def sample_efficiency(
    configs: Sequence[str],
    counts: Sequence[int],
    seeds: Sequence[int],
    cfg_options: dict,
) -> Experiment:
    """Methods trained on parts of the abnormal videos, and all normal ones.

    Args:
        configs (Sequence[str]): Config file of each method, over the same
            data.
        counts (Sequence[int]): Numbers of abnormal training videos.
        seeds (Sequence[int]): Of the runs, and of what is drawn for them: a
            seed's larger parts contain its smaller ones, and methods get the
            same ones.
        cfg_options (dict): Keys to override in all configs.

    Raises:
        ValueError: If there are fewer abnormal videos, or two configs have
            one name.
    """
    counts = sorted(set(counts))
    methods = [Path(config).stem for config in configs]
    if len(set(methods)) < len(methods):
        raise ValueError(
            'expected config files with names of their own, '
            f'found {", ".join(configs)}'
        )
    cells, labels = [], {}
    for method, config in zip(methods, configs):
        loaded = load_config(config, cfg_options, fill_channels=False)
        names, abnormal = _training_videos(loaded)
        _check_counts(config, counts, sum(abnormal))
        for count in counts:
            row = f'{method}-{count}'
            labels[row] = {METHOD: method, COUNT: str(count)}
            cells += [
                Cell(
                    row,
                    seed,
                    config,
                    (
                        cfg_options,
                        {INDICES: subset(names, abnormal, count, seed)},
                    ),
                )
                for seed in seeds
            ]
    cells.sort(key=lambda cell: seeds.index(cell.seed))
    return Experiment(cells, labels, draw_sample_efficiency)


def subset(
    names: Sequence[str], abnormal: Sequence[bool], count: int, seed: int
) -> List[int]:
    """Draw some of the abnormal videos; keep all normal ones.

    Args:
        names (Sequence[str]): Of the videos; their order does not change what
            is drawn.
        abnormal (Sequence[bool]): Which of them are.
        count (int): Abnormal videos to draw.
        seed (int): Of the draw. More videos of one seed contain the fewer.

    Returns:
        list[int]: Positions in ``names``, ascending.
    """
    candidates = sorted(
        (i for i, is_so in enumerate(abnormal) if is_so),
        key=lambda i: names[i],
    )
    drawn = np.random.default_rng(seed).permutation(candidates)[:count]
    normal = [i for i, is_so in enumerate(abnormal) if not is_so]
    return sorted([*normal, *drawn.tolist()])


def draw_sample_efficiency(rows: Dict[str, Row], key: str) -> Figure:
    """Draw a curve for each method: last checkpoint, deviation as a band.

    Args:
        rows (dict[str, Row]): By name.
        key (str): Figure to draw.
    """
    # The last checkpoint is the first of either protocol.
    which = next(iter(next(iter(rows.values())).figures))[0]
    curves: Dict[str, tuple] = {}
    for row in rows.values():
        x, runs = curves.setdefault(row.labels[METHOD], ([], []))
        x.append(int(row.labels[COUNT]))
        runs.append(row.figures[which, key])
    return band_figure(curves, COUNT, title(which, key))


def _training_videos(config: Config):
    """Name and label of the training videos of a config."""
    init_default_scope(config.get('default_scope', 'mmaction'))
    source = config.train_dataloader.dataset.dataset.to_dict()
    if source.get('indices') is not None:
        raise ValueError(
            f'{config.filename}: expected all training videos to '
            f'draw from, found {INDICES}'
        )
    videos = DATASETS.build({**source, 'lazy_init': True}).annotated()
    return (
        [video['video'] for video in videos],
        [video['label'] == 1 for video in videos],
    )


def _check_counts(config: str, counts: Sequence[int], there: int) -> None:
    bad = [count for count in counts if not 1 <= count <= there]
    if bad:
        raise ValueError(
            f'counts: found {", ".join(map(str, bad))}, expected 1 to '
            f'{there}, the abnormal training videos of {config}'
        )
