"""What ``tools/benchmark.py`` measures."""

from .extraction import measure_extraction
from .extraction_memory import measure_extraction_memory
from .fitting import measure_fit
from .loader import measure_loading
from .long_video import measure_long_video
from .methods import measure_methods
from .metric import measure_metric
from .ray_overhead import measure_ray
from .scoring import measure_scoring
from .shard_balance import measure_shard_balance
from .store_training import measure_store_training
from .training import measure_training

__all__ = [
    'measure_extraction',
    'measure_extraction_memory',
    'measure_fit',
    'measure_loading',
    'measure_long_video',
    'measure_methods',
    'measure_metric',
    'measure_ray',
    'measure_scoring',
    'measure_shard_balance',
    'measure_store_training',
    'measure_training',
]
