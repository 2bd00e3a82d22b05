"""Untrimmed videos with known intervals, composed of trimmed clips."""

from .clips import Clip, read_clips
from .composed_set import compose
from .planning import ComposedPlan, Settings, Shot, plan_videos

__all__ = [
    'Clip',
    'Settings',
    'Shot',
    'ComposedPlan',
    'compose',
    'plan_videos',
    'read_clips',
]
