"""Saying all that is wrong with a data set before training starts."""

from .check import check_data
from .printing import print_report
from .report import Finding, Report, Subset

__all__ = ['Finding', 'Report', 'Subset', 'check_data', 'print_report']
