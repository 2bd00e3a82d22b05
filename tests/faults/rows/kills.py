"""SIGKILL at a point of a run: before a file is changed, or by the clock."""

import numpy as np

from tests.faults.fault import KILLED, add
from tests.faults.injecting import killing

# Command -> folder of its outputs, kills at calls, kills by the clock.
POINTS = {
    'train': ('work', 4, 3),
    'extract': ('extracted', 4, 2),
    'pack': ('store', 4, 2),
    'infer': ('out', 4, 2),
    'infer features': ('out', 3, 1),
    'stream': ('stream', 4, 2),
    'test': ('dumped', 1, 1),
    'export': ('exported', 1, 1),
}
# What the next checkpoint takes the place of.
PASSING = ('work/last_checkpoint', 'work/best_*')
_random = np.random.default_rng(0)
for command, (folder, calls, times) in POINTS.items():
    # As many calls as each of them makes at least.
    most = 3 * calls
    for number in sorted(_random.choice(most, calls, replace=False)):
        add(
            f'kills/{command} at call {number}',
            f'SIGKILL at call {number} that changes a file in {folder}/',
            command,
            KILLED,
            inside=killing(int(number), folder),
            spoils=PASSING,
        )
    for part in _random.uniform(0.1, 0.95, times).round(2):
        add(
            f'kills/{command} at {part:.0%}',
            f'SIGKILL after {part:.0%} of the time',
            command,
            KILLED,
            kill_at=float(part),
            spoils=PASSING,
        )
