"""False alarms against abnormal videos found. Shapes: P thresholds."""

from typing import Tuple

import numpy as np
from matplotlib import rc_context
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from .style import EVENT, GREY, SCORE, STYLE

# Where the axis of false alarms stops being linear, a camera and day.
LINEAR = 1.0


def alarm_figure(
    per_day: np.ndarray,
    found: np.ndarray,
    chosen: Tuple[float, float],
    smallest: float,
) -> Figure:
    """Draw which share of abnormal videos costs how many false alarms.

    Args:
        per_day (np.ndarray): (P,) events a day of normal video, of falling
            thresholds.
        found (np.ndarray): (P,) share of abnormal videos with an event.
        chosen (tuple[float, float]): The same two of the chosen threshold.
        smallest (float): Rate, a camera and day, below which so much normal
            video shows nothing.

    Returns:
        Figure: 6 x 4 inches.
    """
    # More alarms and fewer found is no threshold that anybody would take.
    order = np.lexsort((-found, per_day))
    rates, shares = per_day[order], np.maximum.accumulate(found[order])
    with rc_context(STYLE):
        figure = Figure(figsize=(6, 4), layout='constrained')
        axes = figure.add_subplot()
        axes.axvspan(
            0,
            smallest,
            color=GREY,
            alpha=0.15,
            linewidth=0,
            label='too few hours of normal video to tell',
        )
        axes.step(rates, shares, where='post', color=SCORE, linewidth=1.8)
        axes.plot(
            *chosen,
            'o',
            color=EVENT,
            markersize=9,
            label='chosen threshold',
            clip_on=False,
            zorder=3,
        )
        axes.set_xscale('symlog', linthresh=LINEAR)
        axes.set_xlim(0, max(rates.max(), smallest, LINEAR) * 1.1)
        axes.set_ylim(0, 1.03)
        axes.yaxis.set_major_formatter(PercentFormatter(1))
        axes.set_xlabel('false alarms a camera and day')
        axes.set_ylabel('abnormal videos found')
        figure.legend(loc='outside lower center', ncols=2, frameon=False)
        axes.set_title('Held-out training videos')
    return figure
