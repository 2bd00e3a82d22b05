"""Weakly supervised video anomaly detection for mmaction2.

RTFM (https://arxiv.org/abs/2101.10030) as MMEngine components; importing the
package registers them.
"""
from . import compat

compat.apply()

from . import datasets, engine, evaluation, models  # noqa: E402
from .version import __version__  # noqa: E402

__all__ = ['__version__', 'datasets', 'engine', 'evaluation', 'models']
