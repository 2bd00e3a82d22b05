"""A fit of many videos: what takes time, and how much memory.

Shapes: V videos, T snippets, C channels.
"""

import json
import subprocess
import sys
import tempfile
from typing import Dict

PROGRAM = 'rtfm_mmaction.workshop.benchmark.watched_fit'


def measure_fit(
    videos: int = 1000, snippets: int = 64, channels: int = 1024
) -> Dict[str, float]:
    """Fit random features of one crop, but for most steps of the trainings.

    Args:
        videos (int): V, half of them abnormal. Defaults to 1000.
        snippets (int): T. Defaults to 64.
        channels (int): C. Defaults to 1024.

    Returns:
        dict[str, float]: Seconds of what scikit-learn fits, of a network's
        scores of all videos, of the choice, the steps that a training takes
        for these videos, and GB of the process at the highest.
    """
    with tempfile.TemporaryDirectory() as folder:
        options = dict(
            folder=folder, videos=videos, snippets=snippets, channels=channels
        )
        # In a process of its own, whose memory is the fit's.
        found = subprocess.run(
            [sys.executable, '-m', PROGRAM, json.dumps(options)],
            stdout=subprocess.PIPE,
            check=True,
        ).stdout
    return json.loads(found.decode().splitlines()[-1])
