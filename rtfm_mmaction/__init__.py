"""Weakly supervised video anomaly detection for mmaction2.

RTFM (https://arxiv.org/abs/2101.10030) as MMEngine components; importing the
package registers them. Where there is no torch, or ``rtfm`` runs a command on
exported files alone, nothing is registered; what needs no torch works.
"""

import importlib.util
import os

from .version import __version__

__all__ = ['__version__', 'datasets', 'engine', 'evaluation', 'models']
# Variable by which ``rtfm`` says that it comes without torch; see
# rtfm_command.py.
SMALL = 'RTFM_MMACTION_SMALL'


def register() -> None:
    """Repair the stack and register all components; once is enough."""
    from . import compat

    compat.apply()

    from . import datasets, engine, evaluation, models, moved  # noqa: F401
    from .datasets import transforms  # noqa: F401
    from .io.checkpoints import load_runner_checkpoints
    from .models.rank_batch_norm import synchronize_without_gpu

    for package in (datasets, evaluation):
        for name in package.__all__:
            getattr(package, name)
    load_runner_checkpoints()
    synchronize_without_gpu()
    moved.install()


def _is_small() -> bool:
    if os.environ.get(SMALL):
        return True
    try:
        return importlib.util.find_spec('torch') is None
    except ImportError:
        return True


if not _is_small():
    register()
