"""Saying all that is wrong with a data set before training starts."""

from .check import check_data
from .report import Finding, Report, Subset
from .report_table import print_report

__all__ = ['Finding', 'Report', 'Subset', 'check_data', 'print_report']
