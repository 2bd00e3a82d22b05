"""Scores of one video over time, with the events that were found.

Shapes: T snippets.
"""

from typing import Sequence, Tuple

import numpy as np
from matplotlib import rc_context
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import FuncFormatter, MaxNLocator

from .score_curve import shorten
from .style import EVENT, EVENT_ALPHA, GREY, KNOWN, SCORE, STYLE

# Of the picture's height.
KNOWN_HEIGHT = 0.04


def clock(seconds: float) -> str:
    """Write seconds as m:ss, or h:mm:ss from an hour on."""
    minutes, second = divmod(int(seconds), 60)
    hours, minute = divmod(minutes, 60)
    if hours:
        return f'{hours}:{minute:02d}:{second:02d}'
    return f'{minute}:{second:02d}'


def event_figure(
    name: str,
    scores: np.ndarray,
    edges: np.ndarray,
    events: Sequence[Tuple[float, float]],
    threshold: float,
    known: Sequence[Tuple[float, float]] = (),
) -> Figure:
    """Make the picture.

    Args:
        name (str): Of the video.
        scores (np.ndarray): (T,) in [0, 1].
        edges (np.ndarray): (T + 1,) seconds, where snippets begin and the
            last one ends.
        events (Sequence[tuple[float, float]]): Begin and end in seconds.
        threshold (float): Score that makes an event.
        known (Sequence[tuple[float, float]]): The same of annotated
            anomalies. Defaults to none.

    Returns:
        Figure: 8 x 3 inches.
    """
    with rc_context(STYLE):
        figure = Figure(figsize=(8, 3), layout='constrained')
        axes = figure.add_subplot()
        for start, end in events:
            axes.axvspan(
                start, end, color=EVENT, alpha=EVENT_ALPHA, linewidth=0
            )
        for start, end in known:
            # A bar on the axis of time, below the curve.
            axes.axvspan(
                start, end, ymax=KNOWN_HEIGHT, color=KNOWN, linewidth=0
            )
        axes.axhline(threshold, color=GREY, linewidth=1, linestyle=(0, (1, 2)))
        axes.plot(
            edges,
            np.append(scores, scores[-1]),
            drawstyle='steps-post',
            color=SCORE,
            linewidth=1.8,
        )
        axes.set_xlim(edges[0], edges[-1])
        axes.set_ylim(0, 1.05)
        axes.xaxis.set_major_locator(
            MaxNLocator('auto', steps=_steps(edges[-1]), integer=True)
        )
        axes.xaxis.set_major_formatter(
            FuncFormatter(lambda second, _: clock(second))
        )
        axes.set_xlabel('time')
        axes.set_ylabel('anomaly score')
        # A name may hold the dollar signs of a formula.
        axes.set_title(shorten(name, 80), parse_math=False)
        handles = [
            Line2D([], [], color=SCORE, linewidth=1.8, label='anomaly score'),
            Line2D(
                [],
                [],
                color=GREY,
                linewidth=1,
                linestyle=(0, (1, 2)),
                label='threshold',
            ),
            Patch(color=EVENT, alpha=EVENT_ALPHA, linewidth=0, label='event'),
        ]
        if known:
            handles.append(
                Patch(color=KNOWN, linewidth=0, label='annotated anomaly')
            )
        figure.legend(
            handles=handles, loc='outside lower center', ncols=4, frameon=False
        )
    return figure


def _steps(seconds: float) -> Sequence[float]:
    """Round steps of time: of seconds up to a minute, then of minutes."""
    return [1, 2, 5, 10] if seconds < 60 else [1, 1.5, 3, 6, 10]
