"""The scoring whose memory :func:`measure_methods` tells.

Run as a program, with the arguments of :func:`memory_of` as JSON.
"""

import json
import re
import resource
import sys
from pathlib import Path
from typing import List

import numpy as np
from mmengine.registry import init_default_scope

import rtfm_mmaction  # noqa: F401  repairs the stack, registers components

from ...models.long_video import score_in_chunks
from .methods import random_detector


def memory_of(method: str, lengths: List[int], channels: int) -> List[float]:
    """Score videos of one crop, ascending in length.

    Args:
        method (str): One of :func:`~rtfm_mmaction.apis.fitting.methods.
            fit_methods`.
        lengths (list[int]): T of the videos.
        channels (int): C.

    Returns:
        list[float]: How much resident memory there was at its highest beyond
        that of the detector, of the features too, in GB.
    """
    init_default_scope('mmaction')
    detector = random_detector(method, channels).eval()
    before = _highest()
    figures = []
    for length in lengths:
        video = np.zeros((length, 1, channels), np.float32)
        video[:] = 1.0  # so that its pages are there
        score_in_chunks(detector, video)
        figures.append(_highest() - before)
    return figures


def _highest() -> float:
    status = Path('/proc/self/status')
    if status.is_file():  # where ru_maxrss begins with that of the parent
        (line,) = re.findall(r'VmHWM:\s+(\d+) kB', status.read_text())
        return int(line) * 1024 / 1e9
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e9


if __name__ == '__main__':
    print(json.dumps(memory_of(**json.loads(sys.argv[1]))))
