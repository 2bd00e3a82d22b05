"""A page for people who watch what was found."""

from .playable import is_playable
from .report_writer import VIDEOS, ReportWriter

__all__ = ['VIDEOS', 'ReportWriter', 'is_playable']
