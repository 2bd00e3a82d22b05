"""Weakly supervised video anomaly detection for mmaction2.

RTFM (https://arxiv.org/abs/2101.10030) as MMEngine components; importing the
package registers them.
"""

from . import compat

compat.apply()

from . import datasets, engine, evaluation, models, moved  # noqa: E402
from .io.checkpoints import load_runner_checkpoints  # noqa: E402
from .models.rank_batch_norm import synchronize_without_gpu  # noqa: E402
from .version import __version__  # noqa: E402

load_runner_checkpoints()
synchronize_without_gpu()
moved.install()

__all__ = ['__version__', 'datasets', 'engine', 'evaluation', 'models']
