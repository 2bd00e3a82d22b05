"""Bars of several methods, class by class."""

from typing import Dict, Sequence

import numpy as np
from matplotlib import rc_context
from matplotlib.figure import Figure

from ...visualization.style import EVENT, GREY, MAGNITUDE, SCORE, STYLE

# The house's colours and two more of Okabe and Ito's.
PALETTE = (SCORE, MAGNITUDE, '#009E73', '#E69F00', EVENT, GREY)


def class_figure(
    values: Dict[str, Sequence[float]],
    methods: Sequence[str],
    figure: str = 'AUC',
    chance: bool = True,
) -> Figure:
    """Draw one group of bars a class, one bar a method.

    Args:
        values (dict[str, Sequence[float]]): Class to one figure in [0, 1] a
            method; NaN leaves its bar out.
        methods (Sequence[str]): Their names, for the legend.
        figure (str): What the figures are. Defaults to 'AUC'.
        chance (bool): Whether to mark 0.5, what chance gives of an AUC.
            Defaults to True.

    Returns:
        Figure: As wide as the classes need.
    """
    count, width = len(methods), 0.8 / len(methods)
    places = np.arange(len(values))
    with rc_context(STYLE):
        drawn = Figure(
            figsize=(max(5.0, 2 + 0.3 * len(values) * (count + 1)), 3.8),
            layout='constrained',
        )
        axes = drawn.add_subplot()
        axes.spines['right'].set_visible(False)
        for index, method in enumerate(methods):
            heights = np.array([row[index] for row in values.values()])
            bars = axes.bar(
                places + (index - (count - 1) / 2) * width,
                heights,
                0.92 * width,
                color=PALETTE[index % len(PALETTE)],
                # Beyond the palette's end the bars are told by hatching.
                hatch=(None, '//', '..', 'xx')[index // len(PALETTE) % 4],
                label=method,
            )
            axes.bar_label(
                bars,
                [f'{h:.2f}' if np.isfinite(h) else '' for h in heights],
                padding=2,
                rotation=90,
                fontsize=8,
                # The line of chance does not run through the numbers.
                bbox=dict(facecolor='white', linewidth=0, pad=0.5),
            )
        if chance:
            axes.axhline(
                0.5, color='black', linestyle=':', linewidth=1, label='chance'
            )
        axes.set_xticks(
            places,
            list(values),
            rotation=30 if len(values) > 4 else 0,
            ha='right' if len(values) > 4 else 'center',
            parse_math=False,
        )
        axes.set_xlim(-0.6, len(values) - 0.4)
        axes.set_ylim(0, 1.18)
        axes.set_yticks(np.linspace(0, 1, 6))
        axes.set_ylabel(f'frame-level {figure}')
        drawn.legend(
            loc='outside upper center',
            ncols=min(count + chance, 5),
            frameon=False,
        )
    return drawn
