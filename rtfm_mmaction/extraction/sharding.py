"""Extraction by several processes: each takes videos of its own."""

from pathlib import Path
from typing import Dict, List, Mapping, Sequence

from mmengine.dist import all_gather_object

from ..io.video import Video, VideoError
from .many_videos import Summary

# Ranks meet once, at the end, after hours that differ by minutes.
TIMEOUT = 7 * 24 * 3600  # seconds


def balanced_shares(lengths: Sequence[int], ranks: int) -> List[List[int]]:
    """Deal items out so that all ranks have about as much to do.

    The longest first, each to the rank that has least: no rank has more than
    another by more than one item's length.

    Args:
        lengths (Sequence[int]): Of the items, >= 0.
        ranks (int): Number of ranks, >= 1.

    Returns:
        list[list[int]]: Of each rank the positions of its items, ascending.
    """
    shares: List[List[int]] = [[] for _ in range(ranks)]
    totals = [0] * ranks
    for item in sorted(range(len(lengths)), key=lambda i: (-lengths[i], i)):
        least = totals.index(min(totals))
        shares[least].append(item)
        totals[least] += lengths[item]
    return [sorted(share) for share in shares]


def videos_of_rank(
    videos: Mapping[str, Path], rank: int, ranks: int
) -> Dict[str, Path]:
    """The videos that one rank extracts.

    Args:
        videos (Mapping[str, Path]): Name -> path of all of them, the same
            for each rank.
        rank (int): Which process this is, from 0.
        ranks (int): How many there are.

    Returns:
        dict[str, Path]: Its share, balanced by the frames that the files
        declare.
    """
    if ranks == 1:
        return dict(videos)
    items = list(videos.items())
    lengths = [_declared(path) for _, path in items]
    return dict(items[i] for i in balanced_shares(lengths, ranks)[rank])


def _declared(path: Path) -> int:
    """Frames that a file says it has; one that cannot be read is no work."""
    try:
        return max(Video(path).declared, 0)
    except VideoError:
        return 0


def gather_summaries(summary: Summary) -> Summary:
    """What became of the videos of all ranks, on each rank.

    Args:
        summary (Summary): Of this rank.
    """
    total = Summary([], [], {})
    for part in all_gather_object(summary):
        total.done.extend(part.done)
        total.skipped.extend(part.skipped)
        total.failed.update(part.failed)
    return total
