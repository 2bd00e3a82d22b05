"""What ``tools/benchmark.py`` measures."""
from .loading import measure_loading
from .metric import measure_metric
from .store_training import measure_store_training
from .training import measure_training

__all__ = [
    'measure_loading', 'measure_metric', 'measure_store_training',
    'measure_training'
]
