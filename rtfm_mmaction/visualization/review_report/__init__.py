"""A page for people who watch what was found."""
from .writing import VIDEOS, ReportWriter

__all__ = ['VIDEOS', 'ReportWriter']
