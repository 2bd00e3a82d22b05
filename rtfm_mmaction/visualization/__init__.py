"""Pictures of test runs and of single videos."""

from ..moved import lookup
from .detection_curves import (
    curves_figure,
    draw_precision_recall,
    draw_roc,
    pool_snippets,
)
from .overview import overview_figure
from .plot_run import plot_run
from .score_curve import draw_scores, score_figure

__all__ = [
    'curves_figure',
    'draw_precision_recall',
    'draw_roc',
    'draw_scores',
    'overview_figure',
    'plot_run',
    'pool_snippets',
    'score_figure',
]

__getattr__ = lookup(__name__)  # goes with moved.py
