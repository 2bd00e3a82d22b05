"""Pictures of test runs and of experiments."""
from .band_chart import band_figure
from .bar_chart import bar_figure
from .class_chart import class_figure
from .detection_curves import (curves_figure, draw_precision_recall, draw_roc,
                               pool_snippets)
from .heat_map import heat_map_figure
from .overview import overview_figure
from .plot_run import plot_run
from .score_curve import draw_scores, score_figure
from .separability_chart import Panel, separability_figure

__all__ = [
    'Panel', 'band_figure', 'bar_figure', 'class_figure', 'curves_figure',
    'draw_precision_recall', 'draw_roc', 'draw_scores', 'heat_map_figure',
    'overview_figure', 'plot_run', 'pool_snippets', 'score_figure',
    'separability_figure'
]
