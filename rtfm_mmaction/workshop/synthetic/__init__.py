"""Synthetic surveillance videos with known ground truth."""

from .demo import annotate, make_demo, plan_subset, write_video
from .plan import CLASSES, DIFFICULTIES, NORMAL, VideoPlan, draw_pair
from .rendering import render

__all__ = [
    'CLASSES',
    'DIFFICULTIES',
    'NORMAL',
    'VideoPlan',
    'annotate',
    'draw_pair',
    'make_demo',
    'plan_subset',
    'render',
    'write_video',
]
