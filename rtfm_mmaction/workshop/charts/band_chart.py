"""Curves over a quantity, each with the spread of its runs as a band.

Shapes: P points of a curve.
"""

from itertools import cycle
from typing import Mapping, Sequence, Tuple

import numpy as np
from matplotlib import rc_context
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from ...visualization.style import EVENT, GREY, MAGNITUDE, SCORE, STYLE

COLORS = (SCORE, MAGNITUDE, EVENT, GREY)
LINES = ('-', '--', '-.', ':')
MARKERS = ('o', 's', '^', 'D')


def band_figure(
    curves: Mapping[str, Tuple[Sequence[float], Sequence[np.ndarray]]],
    x_label: str,
    y_label: str,
) -> Figure:
    """Draw the mean of the runs at each point and a band of one deviation.

    Args:
        curves (Mapping[str, tuple]): Name -> P values along x, and for each
            of them the values of the runs there.
        x_label (str): Of the values along x, whole numbers.
        y_label (str): Of the runs' values.

    Returns:
        Figure: 6.4 x 4.4 inches.
    """
    with rc_context(STYLE):
        figure = Figure(figsize=(6.4, 4.4), layout='constrained')
        axes = figure.add_subplot()
        styles = zip(cycle(COLORS), cycle(LINES), cycle(MARKERS))
        for (name, (x, runs)), (color, line, marker) in zip(
            curves.items(), styles
        ):
            means = np.array([np.mean(values) for values in runs])
            # A single run has no deviation, and no band.
            spread = np.array(
                [
                    np.std(values, ddof=1) if len(values) > 1 else 0.0
                    for values in runs
                ]
            )
            axes.fill_between(
                x,
                means - spread,
                means + spread,
                color=color,
                alpha=0.2,
                linewidth=0,
            )
            axes.plot(
                x,
                means,
                color=color,
                linestyle=line,
                marker=marker,
                markersize=5,
                linewidth=1.8,
                label=name,
            )
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.set_xlabel(x_label)
        axes.set_ylabel(y_label)
        axes.legend(frameon=False)
    return figure
