"""Table 4 of the RTFM paper, on any data.

https://arxiv.org/abs/2101.10030
"""

from typing import Dict, Sequence

from matplotlib.figure import Figure

from ...apis.grid.cells import Cell
from ..charts.bar_chart import bar_figure
from .ablation_rows import ablation_rows
from .experiment import Experiment
from .tables import Row, title


def ablation(
    config: str, seeds: Sequence[int], cfg_options: dict
) -> Experiment:
    """Baseline, PDC, TSA and magnitude learning: eight rows.

    Args:
        config (str): Config file of RTFM over some data.
        seeds (Sequence[int]): Of the runs of each row.
        cfg_options (dict): Keys to override before a row makes its changes.
    """
    rows = ablation_rows()
    # All rows of a seed first: a table can be read long before the end.
    cells = [
        Cell(row.name, seed, config, (cfg_options, row.overrides))
        for seed in seeds
        for row in rows
    ]
    labels = {
        row.name: {
            'method': row.name,
            **{
                part.upper(): '✓' if getattr(row, part) else ''
                for part in ('pdc', 'tsa', 'fm')
            },
        }
        for row in rows
    }
    return Experiment(cells, labels, draw_bars)


def draw_bars(rows: Dict[str, Row], key: str) -> Figure:
    """Draw a bar for each checkpoint of each row.

    Args:
        rows (dict[str, Row]): By name.
        key (str): Figure to draw.
    """
    checkpoints = [
        which
        for which, name in next(iter(rows.values())).figures
        if name == key
    ]
    groups = {
        title(which, key): [row.figures[which, key] for row in rows.values()]
        for which in checkpoints
    }
    label, start = key.split('/', 1)[-1], 0.0
    lowest = min(values.min() for runs in groups.values() for values in runs)
    # What a ranking by chance has of the area below its ROC.
    if 'AUC' in key and 'PR_' not in key and lowest > 0.5:
        label, start = f'{label}, from 0.5 (chance) on', 0.5
    return bar_figure(list(rows), groups, label, start)
