"""Separability against k, Figure 1 of the RTFM paper. Shapes: k = 1..K."""

from typing import Mapping, NamedTuple, Sequence

import numpy as np
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from ...visualization.style import GREY, MAGNITUDE, SCORE, STYLE

# Name of a curve -> how it is drawn.
LOOKS = {
    'closed form': dict(color=GREY, linestyle='--', linewidth=1.5),
    'simulation': dict(color=SCORE, linestyle='-', linewidth=1.8),
    'measured': dict(
        color=MAGNITUDE,
        linestyle='-',
        linewidth=1.8,
        marker='o',
        markersize=3.5,
    ),
}


class Panel(NamedTuple):
    """What is drawn side by side.

    Attributes:
        title (str): Of the panel.
        mu (float): Abnormal snippets of an abnormal video, to be marked.
        curves (Mapping[str, np.ndarray]): Key of :data:`LOOKS` -> (K,).
    """

    title: str
    mu: float
    curves: Mapping[str, np.ndarray]


def draw_separability(axes: Axes, panel: Panel) -> None:
    """Draw curves over k.

    Args:
        axes (Axes): Where to draw.
        panel (Panel): What.
    """
    axes.spines['right'].set_visible(False)
    for name, values in panel.curves.items():
        axes.plot(
            np.arange(1, len(values) + 1), values, label=name, **LOOKS[name]
        )
    axes.axhline(0, color='black', linewidth=0.8)
    axes.axvline(panel.mu, color=GREY, linestyle=':')
    axes.annotate(
        f'µ = {panel.mu:g}',
        (panel.mu, 1),
        (4, -3),
        xycoords=('data', 'axes fraction'),
        textcoords='offset points',
        va='top',
        color=GREY,
    )
    axes.set_title(panel.title)
    axes.set_xlabel('k')
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.set_ylim(bottom=min(0, *axes.get_ylim()))
    axes.legend(loc='best', edgecolor='none', framealpha=0.9)


def separability_figure(panels: Sequence[Panel]) -> Figure:
    """Make the picture.

    Args:
        panels (Sequence[Panel]): One or more, side by side.

    Returns:
        Figure: 4.6 inches for each panel.
    """
    with rc_context(STYLE):
        figure = Figure(figsize=(4.6 * len(panels), 3.8), layout='constrained')
        for axes, panel in zip(
            figure.subplots(1, len(panels), squeeze=False)[0], panels
        ):
            draw_separability(axes, panel)
        figure.axes[0].set_ylabel(
            'expected separability $E[g_k(X^+) - g_k(X^-)]$'
        )
    return figure
