"""What a Ray cluster costs beside the plain loop, a video."""

import os
import tempfile
import time
from collections import deque
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from typing import Deque, Dict, List, Optional, Sequence, Tuple

import torch

from ...extraction import extract_videos
from ...extraction.ray_crew import Crew, Resources, Task
from ...extraction.ray_engine import ExtractionWorker, Recipe
from ...io.inputs import find_videos, name_videos
from .decoding import write_video
from .extraction import extraction_config

# Videos that are made where none are given.
MADE = 6
# No video is cut.
WHOLE = 10.0**6


class TimedWorker(ExtractionWorker):
    """A worker that tells what it has used."""

    def cpu_seconds(self) -> float:
        """CPU time of its process up to now."""
        return time.process_time()


def measure_ray(
    network: str = 'i3d-r50',
    weights: Optional[str] = None,
    videos: Sequence[str] = (),
    snippets: int = 16,
    repeats: int = 3,
) -> Dict[str, float]:
    """Extract the same videos by one worker of Ray and without Ray, in turn.

    Networks are built and warmed up before; both have as many threads. What
    the cluster's own processes use shows in the wall time alone.

    Args:
        network (str): A key of ``NETWORKS``. Defaults to 'i3d-r50'.
        weights (str, optional): Checkpoint of the backbone. Defaults to
            None: random weights, whose times are the same.
        videos (Sequence[str]): Files or folders. Defaults to none: six are
            made.
        snippets (int): T of those. Defaults to 16.
        repeats (int): How often. Defaults to 3.

    Returns:
        dict[str, float]: Ratios of wall and of CPU time, the median of the
        repeats and the extremes of wall, and seconds of a video; nothing
        where Ray is not installed.
    """
    if find_spec('ray') is None:
        return {}
    import ray

    threads = torch.get_num_threads()
    with tempfile.TemporaryDirectory() as folder:
        named = name_videos(find_videos([*videos] or _made(folder, snippets)))
        config = extraction_config(network, 1, weights)
        recipe = Recipe(config, 'cpu', random=weights is None)
        plain = recipe.build()
        out = Path(folder, 'features')
        os.environ.setdefault('OMP_NUM_THREADS', str(threads))
        # Never a cluster that is there.
        ray.init('local', num_cpus=threads, log_to_driver=False)
        crew = Crew(
            TimedWorker,
            (recipe, out, True, None, WHOLE),
            Resources(threads),
        )
        try:
            crew.first()
            first = dict([next(iter(named.items()))])
            _by_ray(crew, first)
            extract_videos(plain, first, out, overwrite=True, quiet=True)
            rows = []
            for _ in range(repeats):
                begin, cpu = time.perf_counter(), time.process_time()
                extract_videos(plain, named, out, overwrite=True, quiet=True)
                wall = time.perf_counter() - begin
                cpu = time.process_time() - cpu
                rows.append((wall, cpu, *_by_ray(crew, named)))
        finally:
            crew.dismiss()
            ray.shutdown()
    walls = [theirs / ours for ours, _, theirs, _ in rows]
    return {
        'ray / plain loop, wall': median(walls),
        'ray / plain loop, wall, lowest': min(walls),
        'ray / plain loop, wall, highest': max(walls),
        'ray / plain loop, CPU': median(row[3] / row[1] for row in rows),
        'plain loop, s of CPU a video': median(row[1] for row in rows)
        / len(named),
        'ray, s of CPU a video more': median(row[3] - row[1] for row in rows)
        / len(named),
    }


def _made(folder: str, snippets: int) -> List[Path]:
    return [
        write_video(Path(folder, f'{number}.mp4'), 16 * snippets)
        for number in range(MADE)
    ]


def _by_ray(crew: Crew, videos: Dict[str, Path]) -> Tuple[float, float]:
    """Wall time, and CPU time of worker and driver."""
    before = _cpu_seconds(crew)
    begin, own = time.perf_counter(), time.process_time()
    left: Deque[Task] = deque(
        Task(name, 'extract', (name, path)) for name, path in videos.items()
    )
    for _ in crew.work(left):
        pass
    wall = time.perf_counter() - begin
    own = time.process_time() - own
    return wall, own + _cpu_seconds(crew) - before


def _cpu_seconds(crew: Crew) -> float:
    ((_, seconds),) = crew.work(deque([Task('CPU', 'cpu_seconds')]))
    return seconds
