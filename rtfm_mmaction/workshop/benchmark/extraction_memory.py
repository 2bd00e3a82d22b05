"""Memory of extraction, of a short video and of a long one."""

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Dict

from .decoding import write_video

FRAMES_OF_A_MINUTE = 25 * 60


def measure_extraction_memory(minutes: int = 60) -> Dict[str, float]:
    """Extract a video of one minute and a longer one: Inception I3D, one
    crop, bf16.

    Args:
        minutes (int): Length of the longer one. Defaults to 60.

    Returns:
        dict[str, float]: Resident memory at its highest, GB, and the ratio.
    """
    memory = {}
    with tempfile.TemporaryDirectory() as folder:
        for length in (1, minutes):
            video = write_video(
                Path(folder, f'{length}.mp4'), FRAMES_OF_A_MINUTE, length
            )
            result = subprocess.run(
                [
                    sys.executable,
                    '-m',
                    f'{__package__}.watched_extraction',
                    json.dumps(dict(video=str(video), out=folder)),
                ],
                check=True,
                stdout=subprocess.PIPE,
                text=True,
            )
            memory[length] = int(result.stdout.split()[-1]) / 1e9
    return {
        'extraction of a minute, GB': memory[1],
        f'extraction of {minutes} minutes, GB': memory[minutes],
        f'memory of {minutes} minutes / of one': memory[minutes] / memory[1],
    }
