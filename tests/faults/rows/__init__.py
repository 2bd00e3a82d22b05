"""The rows of the table, a file for each group or two."""

from tests.faults.fault import ALL
from tests.faults.rows import (  # noqa: F401  each adds its rows
    checkpoints,
    clocks,
    disks,
    exports,
    features,
    fits,
    kills,
    lists,
    records,
    rights,
    videos,
    web,
)

__all__ = ['ALL']
