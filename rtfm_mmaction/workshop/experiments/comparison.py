"""Configs beside each other, as they are and with keys changed."""

import re
from itertools import product
from pathlib import Path
from typing import Dict, List, Mapping, Optional, Sequence

from ...apis.config_names import read_config
from ...apis.grid.cells import Cell
from .ablation import draw_bars
from .experiment import Experiment

# Of a config with a paired data set, for training; of a test.
TRAIN, TESTS = (
    'train_dataloader.dataset.dataset',
    ('val_dataloader.dataset', 'test_dataloader.dataset'),
)
AS_IT_IS = '–'


def comparison(
    configs: Sequence[str],
    seeds: Sequence[int],
    cfg_options: dict,
    variations: Mapping[str, dict] = {},
    splits: Optional[str] = None,
) -> Experiment:
    """Each config as it is and with each variation.

    Args:
        configs (Sequence[str]): Config files.
        seeds (Sequence[int]): Of the runs of each row.
        cfg_options (dict): Keys to override in all.
        variations (Mapping[str, dict]): Name -> keys to override besides.
            Defaults to none.
        splits (str, optional): Folder below ``data_root`` that
            ``tools/data/random_splits.py`` filled; the run of seed s has the
            files of its folder ``s``. Defaults to None: the config's files.

    Raises:
        ValueError: If two configs have one name, a variation has none that
            can be a folder's, or a neck's dictionary knows videos that some
            split tests.
    """
    methods = [Path(config).stem for config in configs]
    if len(set(methods)) < len(methods):
        raise ValueError(
            'expected config files with names of their own, '
            f'found {", ".join(configs)}'
        )
    for config in configs if splits else ():
        neck = read_config(config, 'model').model.neck
        if neck.get('dictionary'):
            raise ValueError(
                f'{config}: expected no --splits, as {neck["dictionary"]} '
                '(model.neck.dictionary) was learned from videos that other '
                f'splits test, found {splits}; rtfm workshop cross-fit learns '
                'one for each fold'
            )
    for name in variations:
        if not re.fullmatch(r'[\w.+-]+', name):
            raise ValueError(
                f'variation {name!r}: expected a name of letters,'
                ' digits, _ . + -'
            )
    labels: Dict[str, Dict[str, str]] = {}
    rows = []
    for (method, config), (name, keys) in product(
        zip(methods, configs), {AS_IT_IS: {}, **variations}.items()
    ):
        row = method if name == AS_IT_IS else f'{method}_{name}'
        labels[row] = {'config': method}
        if variations:
            labels[row]['variation'] = name
        rows.append((row, config, keys))
    cells: List[Cell] = [
        Cell(
            row, seed, config, (cfg_options, keys, split_of_seed(splits, seed))
        )
        for seed in seeds
        for row, config, keys in rows
    ]
    return Experiment(cells, labels, draw_bars)


def split_of_seed(splits: Optional[str], seed: int) -> dict:
    """Keys that give a run the annotation files of its split.

    Args:
        splits (str, optional): Folder below ``data_root``; None for none.
        seed (int): Of the run.
    """
    if splits is None:
        return {}
    return {
        f'{TRAIN}.ann_file': f'{splits}/{seed}/train.json',
        **{f'{key}.ann_file': f'{splits}/{seed}/test.json' for key in TESTS},
    }
