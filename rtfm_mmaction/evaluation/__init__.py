"""Figures of merit, and the file of predictions that they come from."""

from .metrics import AnomalyMetric

__all__ = ['AnomalyMetric']
