"""Pairs of an abnormal and a normal bag."""

from typing import Any, Tuple, Union

from mmaction.registry import DATASETS

from .annotated_dataset import AnnotatedDataset
from .weak_label_dataset import WeakLabelDataset


@DATASETS.register_module()
class PairedWeakLabelDataset:
    """Training data of MIL methods that compare abnormal with normal videos.

    An item is a pair, chosen by :class:`PairedInfiniteSampler`; the labels
    are the only supervision that is used.

    Args:
        dataset (dict or WeakLabelDataset): The videos of both labels.

    Raises:
        ValueError: If one of the two labels has no video.
    """

    def __init__(self, dataset: Union[dict, WeakLabelDataset]) -> None:
        self.dataset: AnnotatedDataset = (
            DATASETS.build(dataset) if isinstance(dataset, dict) else dataset
        )
        labels = [
            self.dataset.get_data_info(index)['label']
            for index in range(len(self.dataset))
        ]
        self.abnormal_indices = [i for i, y in enumerate(labels) if y == 1]
        self.normal_indices = [i for i, y in enumerate(labels) if y == 0]
        if not self.abnormal_indices or not self.normal_indices:
            raise ValueError(
                f'{self.dataset.ann_file}: training needs abnormal and normal '
                f'videos, found {len(self.abnormal_indices)} abnormal and '
                f'{len(self.normal_indices)} normal'
            )

    @property
    def metainfo(self) -> dict:
        """Meta information of the videos."""
        return self.dataset.metainfo

    def __len__(self) -> int:
        """Pairs until each video was seen once at least."""
        return max(len(self.abnormal_indices), len(self.normal_indices))

    def __getitem__(self, pair: Tuple[Any, ...]) -> dict:
        """Load a pair.

        Args:
            pair (tuple[int, int]): Position among the abnormal videos and
                among the normal ones.

        Returns:
            dict: ``inputs`` [abnormal, normal] of (N, T, C) float32 tensors,
            ``data_samples`` alike.
        """
        abnormal, normal = pair
        bags = (
            self.dataset[self.abnormal_indices[abnormal]],
            self.dataset[self.normal_indices[normal]],
        )
        return {key: [bag[key] for bag in bags] for key in bags[0]}
