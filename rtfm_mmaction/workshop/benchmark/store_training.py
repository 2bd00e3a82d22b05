"""Memory and start of a training on a store of UCF-Crime's size."""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Dict

from ...io.walking import list_folder
from .data import paired_dataset, random_videos

# Variable that tells the process when it was started, in seconds.
STARTED = 'RTFM_BENCHMARK_STARTED'


def measure_store_training(
    videos: int = 1610,
    crops: int = 10,
    channels: int = 2048,
    pairs: int = 32,
    steps: int = 3,
) -> Dict[str, float]:
    """Train a few steps on a large store, in a process of its own.

    Args:
        videos (int): Number of training videos.
        crops (int): N.
        channels (int): C.
        pairs (int): Abnormal and normal videos of a batch, each.
        steps (int): Training steps.

    Returns:
        dict[str, float]: Size of the store, resident memory at its highest
        (GB, of the training process and of its loader's workers), and
        seconds from the start of the process, imports included, to the first
        batch.
    """
    with tempfile.TemporaryDirectory() as folder:
        # One snippet fills all 32 segments, so that the sources stay small.
        random_videos(folder, videos, (1, crops, channels))
        paired_dataset(folder, 32, pack=True)
        size = sum(
            path.stat().st_size
            for path in list_folder(Path(folder, 'store'), hidden=True)
        )
        os.sync()  # or the training would wait for what was just written
        options = dict(folder=folder, channels=channels, pairs=pairs)
        # Writing gigabytes has driven torch's files out of the system's
        # cache; the first start brings them back, the second one is measured.
        for count in (1, steps):
            subprocess.run(
                [
                    sys.executable,
                    '-m',
                    f'{__package__}.watched_training',
                    json.dumps(dict(options, steps=count)),
                ],
                check=True,
                stdout=subprocess.DEVNULL,
                env={**os.environ, STARTED: str(time.time())},
            )
        figures = json.loads(Path(folder, 'figures.json').read_text())
    return {
        'store, GB': size / 1e9,
        'training on it, GB': figures['trainer'] / 1e9,
        'workers of its loader, GB': figures['workers'] / 1e9,
        'start to first batch, s': figures['first batch'],
    }
