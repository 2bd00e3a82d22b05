"""Untrimmed videos with known intervals, composed of trimmed clips."""

from .clips import Clip, read_clips
from .composed_set import compose
from .planning import Settings, Shot, VideoPlan, plan_videos

__all__ = [
    'Clip',
    'Settings',
    'Shot',
    'VideoPlan',
    'compose',
    'plan_videos',
    'read_clips',
]
