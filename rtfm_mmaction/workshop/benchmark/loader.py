"""Bags a second from the segment store beside those from full files.

Shapes: T snippets, N crops, C channels.
"""

import tempfile
from typing import Dict

from .data import paired_dataset, random_videos
from .timing import best_time


def measure_loading(
    videos: int = 16,
    crops: int = 10,
    snippets: int = 500,
    channels: int = 2048,
    num_segments: int = 32,
    repeats: int = 3,
) -> Dict[str, float]:
    """Read all videos as bags, in both ways, in one process.

    The files are in the system's cache, which favours the full ones: from a
    disk they take longer by their size.

    Args:
        videos (int): Number of videos.
        crops (int): N.
        snippets (int): T of the full features.
        channels (int): C.
        num_segments (int): Segments of a bag.
        repeats (int): The fastest counts.

    Returns:
        dict[str, float]: Bags a second each way, and the ratio.
    """
    with tempfile.TemporaryDirectory() as folder:
        random_videos(folder, videos, (snippets, crops, channels))
        speed = {}
        for name, pack in (('full files', False), ('the store', True)):
            bags = paired_dataset(folder, num_segments, pack).dataset
            seconds = best_time(
                lambda: [bags[index]['inputs'] for index in range(videos)],
                repeats,
            )
            speed[name] = videos / seconds
    return {
        **{f'bags a second from {name}': rate for name, rate in speed.items()},
        'bags from the store / from full files': speed['the store']
        / speed['full files'],
    }
