"""Several videos on one page."""

from typing import Any, Dict, List

from matplotlib import rc_context
from matplotlib.figure import Figure

from .score_curve import add_legend, draw_scores, magnitude_limit
from .style import MAGNITUDE, SCORE, STYLE

COLUMNS = 3


def overview_figure(videos: List[Dict[str, Any]], snippet_len: int) -> Figure:
    """Draw videos side by side, all with one scale of magnitudes.

    Args:
        videos (list[dict]): Of a file of predictions, at least one.
        snippet_len (int): Frames of a snippet.

    Returns:
        Figure: Up to three videos in a row.
    """
    columns = min(COLUMNS, len(videos))
    rows = -(-len(videos) // columns)
    limit = magnitude_limit(videos)
    with rc_context(STYLE):
        figure = Figure(
            figsize=(4.4 * columns, 2.3 * rows + 0.7), layout='constrained'
        )
        for index, video in enumerate(videos):
            axes = figure.add_subplot(rows, columns, index + 1)
            right = draw_scores(
                axes, video, snippet_len, limit, title_width=30
            )
            # The scales are shared: named and numbered on the outer edges.
            first = index % columns == 0
            last = index % columns == columns - 1 or index == len(videos) - 1
            axes.tick_params(labelleft=first)
            if first:
                axes.set_ylabel('score', color=SCORE)
            if right is not None:
                right.tick_params(labelright=last)
                if last:
                    right.set_ylabel('magnitude', color=MAGNITUDE)
            if index + columns >= len(videos):
                axes.set_xlabel('frame')
        add_legend(
            figure,
            any(video['abnormal_intervals'] for video in videos),
            any('magnitudes' in video for video in videos),
        )
    return figure
