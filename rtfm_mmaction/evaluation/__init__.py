"""Figures of merit, and the file of predictions that they come from."""

from ..lazy import lazily

NAMES = {
    'AnomalyMetric': 'metrics',
}

__all__ = list(NAMES)

__getattr__ = lazily(__name__, NAMES)
