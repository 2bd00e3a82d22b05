"""The rows of the table, a file for each group or two."""

from tests.faults.fault import ALL
from tests.faults.rows import (  # noqa: F401  each adds its rows
    addresses,
    checkpoints,
    clocks,
    disks,
    exported_streams,
    exports,
    features,
    fits,
    joined_stores,
    kills,
    lists,
    ray_rows,
    records,
    rights,
    sharding,
    stillness,
    videos,
    web,
)

__all__ = ['ALL']
