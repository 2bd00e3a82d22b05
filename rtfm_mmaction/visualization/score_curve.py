"""Scores and magnitudes of one video over its frames.

Shapes: T snippets, L frames of a snippet.
"""

from typing import Any, Dict, List, Optional, Tuple

import numpy as np
from matplotlib import rc_context
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from .style import EVENT_ALPHA, KNOWN, MAGNITUDE, SCORE, STYLE


def step_curve(
    values: np.ndarray, snippet_len: int
) -> Tuple[np.ndarray, np.ndarray]:
    """Spread snippet values over frames, as points of a step line.

    Args:
        values (np.ndarray): (T,).
        snippet_len (int): L.

    Returns:
        tuple[np.ndarray, np.ndarray]: Frames 0, L, …, T x L, and the value
        that holds from each on; the last value twice.
    """
    frames = np.arange(len(values) + 1) * snippet_len
    return frames, np.append(values, values[-1])


def magnitude_limit(videos: List[Dict[str, Any]]) -> float:
    """Find the upper end of the magnitude axis for some videos.

    Args:
        videos (list[dict]): Of a file of predictions.

    Returns:
        float: Above all magnitudes; 1 if there is none above 0.
    """
    highest = max(
        (
            video['magnitudes'].max()
            for video in videos
            if 'magnitudes' in video
        ),
        default=0.0,
    )
    # The highest stands below a score of 1, which would hide it.
    return 1.15 * float(highest) or 1.0


def draw_scores(
    axes: Axes,
    video: Dict[str, Any],
    snippet_len: int,
    magnitude_max: Optional[float] = None,
    title_width: int = 80,
) -> Optional[Axes]:
    """Draw one video as in Figure 3 of the RTFM paper.

    Scores are on the left axis, magnitudes, if any, on the right one,
    annotated events are shaded.

    Args:
        axes (Axes): Where to draw.
        video (dict): Of a file of predictions.
        snippet_len (int): L.
        magnitude_max (float, optional): Upper end of the right axis.
            Defaults to None, just above the video's largest magnitude.
        title_width (int): Most characters of the video's name to show.
            Defaults to 80.

    Returns:
        Axes or None: The right one; None where there are no magnitudes.
    """
    right = None
    if 'magnitudes' in video:
        right = _draw_magnitudes(axes, video, snippet_len, magnitude_max)
    for start, end in video['abnormal_intervals'] or []:
        axes.axvspan(start, end, color=KNOWN, alpha=EVENT_ALPHA, linewidth=0)
    axes.plot(
        *step_curve(video['scores'], snippet_len),
        drawstyle='steps-post',
        color=SCORE,
        linewidth=1.8,
    )
    last = max(len(video['scores']) * snippet_len, video['frames'] or 0)
    axes.set_xlim(0, last)
    axes.xaxis.set_major_locator(
        MaxNLocator('auto', steps=[1, 2, 2.5, 5, 10], integer=True)
    )
    axes.set_ylim(0, 1.05)
    axes.tick_params(axis='y', colors=SCORE)
    kind = video['class'] if video['label'] else 'normal'
    axes.set_title(
        f'{shorten(video["video"], title_width)} ({kind})',
        # A name may hold the dollar signs of a formula.
        parse_math=False,
    )
    return right


def _draw_magnitudes(
    axes: Axes,
    video: Dict[str, Any],
    snippet_len: int,
    magnitude_max: Optional[float],
) -> Axes:
    """Draw them on a right axis, below what is drawn on the left one."""
    right = axes.twinx()
    right.spines['right'].set_visible(True)
    axes.set_zorder(right.get_zorder() + 1)
    axes.patch.set_visible(False)
    right.plot(
        *step_curve(video['magnitudes'], snippet_len),
        drawstyle='steps-post',
        color=MAGNITUDE,
        linewidth=1.2,
        linestyle=(0, (4, 1.5)),
    )
    right.set_ylim(
        0, magnitude_limit([video]) if magnitude_max is None else magnitude_max
    )
    right.tick_params(axis='y', colors=MAGNITUDE)
    return right


def score_figure(video: Dict[str, Any], snippet_len: int) -> Figure:
    """Make the picture of one video.

    Args:
        video (dict): Of a file of predictions.
        snippet_len (int): L.

    Returns:
        Figure: 8 x 3.2 inches.
    """
    with rc_context(STYLE):
        figure = Figure(figsize=(8, 3.2), layout='constrained')
        axes = figure.add_subplot()
        right = draw_scores(axes, video, snippet_len)
        axes.set_xlabel('frame')
        axes.set_ylabel('anomaly score', color=SCORE)
        if right is not None:
            right.set_ylabel('feature magnitude', color=MAGNITUDE)
        add_legend(
            figure, bool(video['abnormal_intervals']), right is not None
        )
    return figure


def add_legend(figure: Figure, events: bool, magnitudes: bool) -> None:
    """Say below a figure what its lines are.

    Args:
        figure (Figure): Which.
        events (bool): Whether it shows annotated events.
        magnitudes (bool): Whether it shows magnitudes.
    """
    handles: List[Artist] = [
        Line2D([], [], color=SCORE, linewidth=1.8, label='anomaly score')
    ]
    if magnitudes:
        handles.append(
            Line2D(
                [],
                [],
                color=MAGNITUDE,
                linewidth=1.2,
                linestyle=(0, (4, 1.5)),
                label='feature magnitude',
            )
        )
    if events:
        handles.append(
            Patch(
                color=KNOWN,
                alpha=EVENT_ALPHA,
                linewidth=0,
                label='annotated event',
            )
        )
    figure.legend(
        handles=handles,
        loc='outside lower center',
        ncols=len(handles),
        frameon=False,
    )


def shorten(name: str, width: int) -> str:
    """Leave the middle of a long name out.

    Args:
        name (str): What to shorten.
        width (int): Most characters to keep.
    """
    if len(name) <= width:
        return name
    tail = (width - 1) // 2
    return f'{name[: width - 1 - tail]}…{name[len(name) - tail :]}'
