"""Wall time of a function."""

import time
from typing import Callable


def best_time(function: Callable, repeats: int) -> float:
    """Seconds of the fastest of several calls, after one that warms up."""
    times = []
    for _ in range(repeats + 1):
        begin = time.perf_counter()
        function()
        times.append(time.perf_counter() - begin)
    return min(times[1:])
