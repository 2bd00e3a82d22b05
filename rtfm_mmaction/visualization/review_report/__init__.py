"""A page for people who watch what was found."""

from .playable import is_playable
from .writing import VIDEOS, ReportWriter

__all__ = ['VIDEOS', 'ReportWriter', 'is_playable']
