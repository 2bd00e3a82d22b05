"""How much depends on k, the selected snippets, and m, the margin.

Equations 2 and 6 of the RTFM paper, https://arxiv.org/abs/2101.10030
"""

from functools import partial
from typing import Dict, Sequence

import numpy as np
from matplotlib.figure import Figure

from ...apis.grid.cells import Cell
from ...apis.running import load_config
from ..charts.heat_map import heat_map_figure
from .experiment import Experiment
from .tables import Row, mean_and_spread, title


def k_sweep(
    config: str,
    k: Sequence[int],
    margins: Sequence[float],
    seeds: Sequence[int],
    cfg_options: dict,
) -> Experiment:
    """Each k with each margin.

    Args:
        config (str): Config file of a method that learns magnitudes.
        k (Sequence[int]): Selected snippets, >= 1.
        margins (Sequence[float]): Margins, > 0.
        seeds (Sequence[int]): Of the runs of each pair.
        cfg_options (dict): Keys to override before.

    Raises:
        ValueError: If the config learns no magnitudes, or a value is none.
    """
    for name, values in (('k', k), ('margin', margins)):
        if min(values) <= 0:
            raise ValueError(
                f'{name}: found {min(values)}, expected more than 0'
            )
    k, margins = sorted(set(k)), sorted(set(margins))
    head = load_config(config, cfg_options, fill_channels=False).model.head
    if not head.get('loss_magnitude'):
        raise ValueError(
            f'{config}: expected a method that learns magnitudes, found '
            f'model.head.loss_magnitude={head.get("loss_magnitude")}'
        )
    names = {(n, m): f'k{n}-m{m:g}' for n in k for m in margins}
    cells = [
        Cell(
            row,
            seed,
            config,
            (
                cfg_options,
                {
                    'model.head.num_selected': n,
                    'model.head.loss_magnitude.margin': m,
                },
            ),
        )
        for seed in seeds
        for (n, m), row in names.items()
    ]
    labels = {
        row: {'k': str(n), 'm': f'{m:g}'} for (n, m), row in names.items()
    }
    return Experiment(cells, labels, partial(draw_k_sweep, k, margins))


def draw_k_sweep(
    k: Sequence[int], margins: Sequence[float], rows: Dict[str, Row], key: str
) -> Figure:
    """Draw the last checkpoint's mean and deviation for each pair.

    Args:
        k (Sequence[int]): From top to bottom.
        margins (Sequence[float]): From left to right.
        rows (dict[str, Row]): By name.
        key (str): Figure to draw.
    """
    # The last checkpoint is the first of either protocol.
    which = next(iter(next(iter(rows.values())).figures))[0]
    names = [str(n) for n in k], [f'{m:g}' for m in margins]
    cells = np.full((len(k), len(margins), 2), np.nan)
    for row in rows.values():
        place = (
            names[0].index(row.labels['k']),
            names[1].index(row.labels['m']),
        )
        cells[place] = mean_and_spread(row.figures[which, key])
    return heat_map_figure(
        cells[..., 0],
        cells[..., 1],
        *names,
        'k, selected snippets',
        'm, margin',
        title(which, key),
    )
