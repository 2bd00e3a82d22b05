"""Time and memory of scoring videos of up to a day.

Shapes: T snippets, N crops, C channels.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Dict, Sequence

import numpy as np

# 24 hours of 16-frame snippets at 25 frames/s.
SNIPPETS_OF_A_DAY = 135_000


def measure_long_video(
    channels: int = 2048,
    lengths: Sequence[int] = (1_000, 10_000, SNIPPETS_OF_A_DAY),
) -> Dict[str, float]:
    """Score random features of one crop in a file, in chunks.

    Args:
        channels (int): C. Defaults to 2048.
        lengths (Sequence[int]): T of the videos, ascending, since the memory
            at its highest is that of all before. Defaults to 1 000, 10 000
            and a day.

    Returns:
        dict[str, float]: Of each T seconds and resident memory at its
        highest, GB, and how both grow from the shortest to the longest.
    """
    figures = {}
    with tempfile.TemporaryDirectory() as folder:
        for length in lengths:
            _write(Path(folder, f'{length}.npy'), length, channels)
        result = subprocess.run(
            [
                sys.executable,
                '-m',
                f'{__package__}.watched_scoring',
                json.dumps(
                    dict(
                        folder=folder, lengths=list(lengths), channels=channels
                    )
                ),
            ],
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        )
    seconds, memory = zip(*json.loads(result.stdout.splitlines()[-1]))
    for length, time, gigabytes in zip(lengths, seconds, memory):
        figures[f'scoring T = {length}, s'] = time
        figures[f'scoring T = {length}, GB'] = gigabytes
    growth = lengths[-1] / lengths[0]
    figures['growth of T'] = growth
    figures['growth of time'] = seconds[-1] / seconds[0]
    figures['growth of time / growth of T'] = seconds[-1] / seconds[0] / growth
    figures['growth of memory'] = memory[-1] / memory[0]
    return figures


def _write(path: Path, length: int, channels: int) -> None:
    """Random features (T, 1, C), written by and by."""
    rows = np.lib.format.open_memmap(
        path, 'w+', np.float32, (length, 1, channels)
    )
    random = np.random.default_rng(0)
    for start in range(0, length, 1000):
        part = rows[start : start + 1000]
        part[:] = random.random(part.shape, np.float32)
    rows.flush()
