"""The first and last snippets beside the middle. Shapes: E of each end."""

import numpy as np
from matplotlib import rc_context
from matplotlib.figure import Figure

from ...visualization.style import GREY, SCORE, STYLE


def ends_figure(mean: np.ndarray, error: np.ndarray, words: str) -> Figure:
    """Draw how far each snippet of the ends is above the middle.

    Args:
        mean (np.ndarray): (2 E,), in standard deviations.
        error (np.ndarray): (2 E,), standard errors; NaN draws none.
        words (str): Above the chart.

    Returns:
        Figure: 6.4 x 3.4 inches.
    """
    ends = len(mean) // 2
    # A gap for the middle, which is 0.
    places = np.r_[:ends, ends + 2 : 2 * ends + 2]
    names = [*range(1, ends + 1), *range(-ends, 0)]
    with rc_context(STYLE):
        figure = Figure(figsize=(6.4, 3.4), layout='constrained')
        axes = figure.add_subplot()
        axes.axhline(0, color=GREY, linewidth=1)
        axes.errorbar(
            places,
            mean,
            np.nan_to_num(error),
            color=SCORE,
            linestyle='none',
            marker='o',
            capsize=3,
        )
        axes.set_xticks([*places, ends + 0.5], [*map(str, names), 'middle'])
        axes.set_xlabel('snippet, from the start and from the end')
        axes.set_ylabel('score above the middle\n(standard deviations)')
        axes.set_title(words)
    return figure
