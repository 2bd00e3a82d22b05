"""Methods beside each other, with the spread of their runs.

Shapes: R rows, G groups of bars.
"""

from typing import Mapping, Sequence

import numpy as np
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ...visualization.style import GREY, MAGNITUDE, SCORE, STYLE

# For prints in grey the second kind of bar is also paler.
COLORS = ((SCORE, 1.0), (MAGNITUDE, 0.55))


def bar_figure(
    names: Sequence[str],
    groups: Mapping[str, Sequence[np.ndarray]],
    label: str,
    start: float = 0.0,
) -> Figure:
    """Draw a bar for the mean of each row, its deviation and its runs.

    Args:
        names (Sequence[str]): R, from top to bottom.
        groups (Mapping[str, Sequence[np.ndarray]]): Name of a kind of bar ->
            for each row the values of its runs; one or two kinds.
        label (str): Of the values.
        start (float): Where the bars start, such as the value that chance
            has. Defaults to 0.

    Returns:
        Figure: 8 inches wide.
    """
    height = 0.8 / len(groups)
    with rc_context(STYLE):
        figure = Figure(
            figsize=(8, 1.2 + 0.32 * len(groups) * len(names)),
            layout='constrained',
        )
        axes = figure.add_subplot()
        axes.spines['right'].set_visible(False)
        for index, (kind, rows) in enumerate(groups.items()):
            color, alpha = COLORS[index]
            places = (
                np.arange(len(names))
                + (index - (len(groups) - 1) / 2) * height
            )
            means = np.array([np.mean(values) for values in rows])
            axes.barh(
                places,
                means - start,
                0.92 * height,
                start,
                color=color,
                alpha=alpha,
                label=kind,
            )
            _draw_runs(axes, places, rows)
        axes.set_yticks(range(len(names)), names)
        axes.invert_yaxis()
        axes.set_xlabel(label)
        axes.set_xlim(left=start)
        figure.legend(
            loc='outside lower center', ncols=len(groups), frameon=False
        )
    return figure


def _draw_runs(
    axes: Axes, places: np.ndarray, rows: Sequence[np.ndarray]
) -> None:
    """Deviation, single runs, and both as numbers in a column."""
    for place, values in zip(places, rows):
        mean = np.mean(values)
        text = f'{mean:.3f}'
        if len(values) > 1:
            spread = np.std(values, ddof=1)
            text += f' ± {spread:.3f}'
            axes.errorbar(
                mean, place, xerr=spread, color='black', capsize=3, lw=1
            )
        axes.plot(
            values,
            np.full(len(values), place),
            linestyle='none',
            marker='o',
            markersize=3,
            markerfacecolor='white',
            markeredgecolor=GREY,
            markeredgewidth=0.7,
        )
        axes.text(
            1.02,
            place,
            text,
            transform=axes.get_yaxis_transform(),
            va='center',
        )
