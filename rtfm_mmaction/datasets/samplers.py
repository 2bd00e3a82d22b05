"""Order in which training meets the videos."""

import itertools
from functools import lru_cache
from typing import Any, Iterator, Optional, Tuple

import numpy as np
from mmengine.dist import get_dist_info, sync_random_seed
from mmengine.registry import DATA_SAMPLERS
from torch.utils.data import Sampler

from .paired_dataset import PairedWeakLabelDataset


@lru_cache(maxsize=8)
def _shuffled(size: int, seed: int, stream: int, cycle: int) -> np.ndarray:
    return np.random.default_rng([seed, stream, cycle]).permutation(size)


def stream_item(position: int, size: int, seed: int, stream: int) -> int:
    """Item at a position of an endless stream of shuffled cycles.

    Each cycle holds every item once, in an order of its own. The answer
    follows from the arguments alone, so a stream can be entered anywhere.

    Args:
        position (int): >= 0.
        size (int): Number of items, >= 1.
        seed (int): >= 0.
        stream (int): Which of several streams of one seed, >= 0.

    Returns:
        int: In [0, size).
    """
    cycle, offset = divmod(position, size)
    return int(_shuffled(size, seed, stream, cycle)[offset])


@DATA_SAMPLERS.register_module()
class PairedInfiniteSampler(Sampler):
    """Endless pairs of an abnormal and a normal video.

    Two streams of one seed: each shuffles its class anew whenever it is
    through with it, so the class with fewer videos comes round more often
    and none is starved. Rank r of W takes the pairs r, r + W, r + 2W, …, so
    that the ranks' batches of P pairs together are one process's batch of
    W x P. ``start`` is the number of the pair that rank 0 begins with, which
    makes a resumed run meet the pairs that the run before would have met,
    whatever its ranks were.

    Args:
        dataset (PairedWeakLabelDataset): Videos of both labels.
        seed (int, optional): Seed of both streams; one is drawn and shared
            by all ranks where it is None.
    """

    def __init__(
        self, dataset: PairedWeakLabelDataset, seed: Optional[int] = None
    ) -> None:
        self.sizes = (
            len(dataset.abnormal_indices),
            len(dataset.normal_indices),
        )
        self.size = len(dataset)
        self.seed = sync_random_seed() if seed is None else seed
        self.rank, self.world_size = get_dist_info()
        self.start = 0

    def __iter__(self) -> Iterator[Tuple[Any, ...]]:
        """Yield pairs (abnormal, normal) of positions in their class."""
        for number in self.numbers():
            abnormal, normal = (
                stream_item(number, size, self.seed, stream)
                for stream, size in enumerate(self.sizes)
            )
            yield abnormal, normal

    def numbers(self) -> Iterator[int]:
        """Yield the numbers of this rank's pairs, counted over all ranks."""
        return itertools.count(self.start + self.rank, self.world_size)

    def __len__(self) -> int:
        """Pairs of one rank until each video was seen once at least."""
        return -(-self.size // self.world_size)
