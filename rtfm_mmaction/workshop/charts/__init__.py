"""Charts of experiments."""

from .band_chart import band_figure
from .bar_chart import bar_figure
from .class_chart import class_figure
from .heat_map import heat_map_figure
from .separability_chart import Panel, separability_figure

__all__ = [
    'Panel',
    'band_figure',
    'bar_figure',
    'class_figure',
    'heat_map_figure',
    'separability_figure',
]
