"""Pairs that say which random choices their loading makes.

Training on videos chooses snippets and crops at random. The choices follow
from seed and number of the pair alone, so neither the number of workers nor a
resumption changes them.
"""

from typing import Iterator, Tuple

from mmaction.registry import DATASETS
from mmengine.registry import DATA_SAMPLERS

from .paired_dataset import PairedWeakLabelDataset
from .samplers import PairedInfiniteSampler

# Position of the abnormal and of the normal video, and the seed of the pair.
Draw = Tuple[int, int, Tuple[int, int]]


@DATA_SAMPLERS.register_module()
class PairedDrawSampler(PairedInfiniteSampler):
    """:class:`PairedInfiniteSampler` whose pairs have a seed each."""

    def __iter__(self) -> Iterator[Draw]:
        """Yield (abnormal, normal, (seed, number of the pair))."""
        for number, pair in zip(self.numbers(), super().__iter__()):
            yield (*pair, (self.seed, number))


@DATASETS.register_module()
class PairedDrawDataset(PairedWeakLabelDataset):
    """:class:`PairedWeakLabelDataset` whose loading is seeded by the pair.

    Args:
        dataset (dict or BaseDataset): The videos of both labels, such as
            :class:`WeakLabelVideoDataset`.
    """

    def __getitem__(self, draw: Draw) -> dict:
        """Load a pair.

        Args:
            draw (tuple): What :class:`PairedDrawSampler` yields.

        Returns:
            dict: As of :class:`PairedWeakLabelDataset`.
        """
        *pair, seed = draw
        bags = []
        for label, (indices, position) in enumerate(
            zip((self.abnormal_indices, self.normal_indices), pair)
        ):
            entry = self.dataset.get_data_info(indices[position])
            bags.append(
                self.dataset.pipeline(dict(entry, draw_seed=(*seed, label)))
            )
        return {key: [bag[key] for bag in bags] for key in bags[0]}
