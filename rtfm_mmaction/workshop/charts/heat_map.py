"""A figure over two settings, as numbers on colours."""

from typing import Sequence

import numpy as np
from matplotlib import colormaps, rc_context
from matplotlib.figure import Figure

from ...visualization.style import STYLE

# From light to dark in prints in grey, too.
COLORS = colormaps['viridis']


def heat_map_figure(
    means: np.ndarray,
    spreads: np.ndarray,
    rows: Sequence[str],
    columns: Sequence[str],
    row_label: str,
    column_label: str,
    label: str,
) -> Figure:
    """Draw a grid of means, the numbers in the cells.

    Args:
        means (np.ndarray): (rows, columns), NaN where there is no run.
        spreads (np.ndarray): The same of deviations, NaN where not defined.
        rows (Sequence[str]): Names, from top to bottom.
        columns (Sequence[str]): Names, from left to right.
        row_label (str): What the rows are.
        column_label (str): What the columns are.
        label (str): Of the means.

    Returns:
        Figure: An inch and a half for each column.
    """
    with rc_context(STYLE):
        figure = Figure(
            figsize=(2.6 + 1.3 * len(columns), 1.6 + 0.7 * len(rows)),
            layout='constrained',
        )
        axes = figure.add_subplot()
        image = axes.imshow(means, cmap=COLORS, aspect='auto')
        axes.spines[:].set_visible(False)
        axes.set_xticks(range(len(columns)), columns)
        axes.set_yticks(range(len(rows)), rows)
        axes.set_xlabel(column_label)
        axes.set_ylabel(row_label)
        for (row, column), mean in np.ndenumerate(means):
            if np.isnan(mean):
                continue
            text = f'{mean:.3f}'
            if not np.isnan(spreads[row, column]):
                text += f'\n± {spreads[row, column]:.3f}'
            axes.text(
                column,
                row,
                text,
                ha='center',
                va='center',
                color=_readable(image.norm(mean)),
            )
        figure.colorbar(image, label=label)
    return figure


def _readable(value: float) -> str:
    """Black or white on a colour, by its luminance (ITU-R BT.709)."""
    red, green, blue, _ = COLORS(float(value))
    light = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    return 'black' if light > 0.5 else 'white'
