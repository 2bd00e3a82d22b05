"""Pairs of an abnormal and a normal bag. Shapes: N crops."""

from typing import Any, List, Tuple, Union

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
        crops_as_samples (bool): Whether each crop of a video is a sample of
            its own, as in UR-DMU and BN-WVAD: a bag then has N = 1, and
            crops of a video are drawn independently of each other. Defaults
            to False: all crops of a video come together.

    Attributes:
        abnormal_indices (list): What the positions of abnormal samples stand
            for: numbers of videos, or (video, crop).
        normal_indices (list): The same of the normal ones.

    Raises:
        ValueError: If one of the two labels has no video.
    """

    def __init__(
        self,
        dataset: Union[dict, WeakLabelDataset],
        crops_as_samples: bool = False,
    ) -> None:
        self.dataset: AnnotatedDataset = (
            DATASETS.build(dataset) if isinstance(dataset, dict) else dataset
        )
        self.crops_as_samples = crops_as_samples
        self.abnormal_indices: List[Any] = []
        self.normal_indices: List[Any] = []
        for index in range(len(self.dataset)):
            video = self.dataset.get_data_info(index)
            samples = (
                [(index, crop) for crop in range(video['num_crops'])]
                if crops_as_samples
                else [index]
            )
            if video['label'] == 1:
                self.abnormal_indices += samples
            else:
                self.normal_indices += samples
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
        """Pairs until each sample was seen once at least."""
        return max(len(self.abnormal_indices), len(self.normal_indices))

    def __getitem__(self, pair: Tuple[Any, ...]) -> dict:
        """Load a pair.

        Args:
            pair (tuple[int, int]): Position among the abnormal samples and
                among the normal ones.

        Returns:
            dict: ``inputs`` [abnormal, normal] of (N, T, C) float32 tensors,
            ``data_samples`` alike.
        """
        abnormal, normal = pair
        bags = (
            self._load(self.abnormal_indices[abnormal]),
            self._load(self.normal_indices[normal]),
        )
        return {key: [bag[key] for bag in bags] for key in bags[0]}

    def _load(self, sample: Any) -> dict:
        if not self.crops_as_samples:
            return self.dataset[sample]
        video, crop = sample
        entry = self.dataset.get_data_info(video)
        return self.dataset.pipeline(dict(entry, crop=crop, num_crops=1))
