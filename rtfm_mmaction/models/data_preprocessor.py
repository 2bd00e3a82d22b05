"""From loaded bags to the model's input.

Shapes: B videos, N crops, T snippets, C channels, L frames of a snippet, H
and W rows and columns of pixels.
"""

from typing import List, Sequence, Union, cast

import torch
from mmaction.registry import MODELS
from mmengine.model import BaseDataPreprocessor
from torch import Tensor

from ..datasets.snippet_reader import SnippetReader
from ..datasets.weak_label_dataset import file_of

# Of one video: features, or with a backbone its pixels.
Bag = Union[Tensor, SnippetReader]


@MODELS.register_module()
class AnomalyDataPreprocessor(BaseDataPreprocessor):
    """Moves bags to the device, stacks pairs, standardises features.

    mmaction2's ``ActionDataPreprocessor`` cannot take bags of unequal length,
    which tests have.

    Args:
        in_channels (int): C of the features.
        standardize (bool): Whether to subtract the training set's mean and
            divide by its deviation, channel by channel. The statistics are
            buffers, so a checkpoint keeps them; ``FeatureStatisticsHook``
            fills them before training. Defaults to False.
    """

    def __init__(self, in_channels: int, standardize: bool = False) -> None:
        super().__init__()
        self.in_channels = in_channels
        self.standardize = standardize
        if standardize:
            self.register_buffer('feature_mean', torch.zeros(in_channels))
            self.register_buffer('feature_std', torch.zeros(in_channels))

    def set_statistics(self, mean: Tensor, std: Tensor) -> None:
        """Take over the training set's statistics.

        Args:
            mean (Tensor): (C,).
            std (Tensor): (C,) >= 0; channels without any deviation are left
                unscaled.

        Raises:
            ValueError: If they are of another number of channels.
        """
        if mean.shape != self.feature_mean.shape:
            raise ValueError(
                f'{type(self).__name__}: found statistics of {len(mean)} '
                f'channels, expected {self.in_channels} (with a backbone, '
                'from a checkpoint that was trained on its features)'
            )
        self.feature_mean.copy_(mean)
        self.feature_std.copy_(torch.where(std > 0, std, 1.0))

    @property
    def has_statistics(self) -> bool:
        """Whether statistics were set or loaded."""
        return bool((self.feature_std > 0).all())

    def forward(self, data: dict, training: bool = False) -> dict:
        """Prepare a batch.

        Args:
            data (dict): ``inputs``, a list of (N, T, C) float32 bags, or for
                pairs a list of [abnormal bags, normal bags] as
                ``pseudo_collate`` makes it; ``data_samples`` alike.
            training (bool): Whether the bags are to be stacked.

        Returns:
            dict: In training ``inputs`` (B, N, T, C), abnormal videos first,
            and the list of B ``data_samples``; otherwise a list of bags of
            any length each.

        Raises:
            ValueError: If C is not that of the config, the bags of a training
                batch differ in shape, or statistics are missing.
        """
        inputs = _flatten(data['inputs'])
        samples = _flatten(data['data_samples'])
        bags = [
            self._prepare(self.cast_data(bag), sample)
            for bag, sample in zip(inputs, samples)
        ]
        if training:
            stacked = _stack(cast(List[Tensor], bags), samples)
            return dict(inputs=stacked, data_samples=samples)
        return dict(inputs=bags, data_samples=samples)

    def _prepare(self, bag: Bag, sample) -> Bag:
        if not isinstance(bag, Tensor):
            raise ValueError(
                f'{file_of(sample.metainfo)}: found a video, but the model '
                'has no backbone; expected features'
            )
        if bag.shape[-1] != self.in_channels:
            raise ValueError(
                f'{file_of(sample.metainfo)}: found features of C = '
                f'{bag.shape[-1]}, '
                f'but the config says in_channels = {self.in_channels}'
            )
        return self.standardize_features(bag)

    def standardize_features(self, features: Tensor) -> Tensor:
        """Subtract the mean and divide by the deviation, if that is on.

        Args:
            features (Tensor): (..., C).

        Raises:
            ValueError: If statistics are missing.
        """
        if not self.standardize:
            return features
        if not self.has_statistics:
            raise ValueError(
                f'{type(self).__name__}: standardize=True, but no statistics '
                'are there: train with FeatureStatisticsHook or load a '
                'checkpoint that was trained with it'
            )
        return (features - self.feature_mean) / self.feature_std


@MODELS.register_module()
class AnomalyVideoPreprocessor(AnomalyDataPreprocessor):
    """Moves snippets to the device and stacks pairs, as bytes.

    What it knows of pixels and features the detector applies chunk by chunk,
    since floats of all clips would take four times the memory. Snippets of
    tests are not here yet: they are read when the detector asks for them.

    Args:
        in_channels (int): C of the backbone's features.
        mean (Sequence[float]): What is subtracted from R, G and B (0 to 255).
            Defaults to (127.5, 127.5, 127.5).
        std (Sequence[float]): What R, G and B are divided by after that.
            Defaults to (127.5, 127.5, 127.5): in [-1, 1].
        standardize (bool): As of :class:`AnomalyDataPreprocessor`; the
            statistics have to come with a checkpoint of features of the same
            backbone. Defaults to False.
    """

    def __init__(
        self,
        in_channels: int,
        mean: Sequence[float] = (127.5, 127.5, 127.5),
        std: Sequence[float] = (127.5, 127.5, 127.5),
        standardize: bool = False,
    ) -> None:
        super().__init__(in_channels, standardize)
        for name, values in (('mean', mean), ('std', std)):
            self.register_buffer(
                f'pixel_{name}',
                torch.tensor(values, dtype=torch.float32),
                persistent=False,
            )

    def normalize(self, clips: Tensor) -> Tensor:
        """Turn pixels (..., 3) of 0 to 255 into the backbone's numbers."""
        return (
            clips.to(self.pixel_mean.dtype) - self.pixel_mean
        ) / self.pixel_std

    def _prepare(self, bag: Bag, sample) -> Bag:
        """(N, T, L, H, W, 3) uint8 or a reader, as it is."""
        if isinstance(bag, Tensor) and bag.dtype is not torch.uint8:
            raise ValueError(
                f'{file_of(sample.metainfo)}: found a bag of {bag.dtype}, but '
                'the model has a backbone; expected snippets as LoadSnippets '
                'gives them, torch.uint8'
            )
        return bag


def _flatten(items: Sequence) -> list:
    """Unwrap the [abnormal, normal] level that pairs have."""
    if isinstance(items[0], (list, tuple)):
        return [item for part in items for item in part]
    return list(items)


def _stack(bags: List[Tensor], samples: list) -> Tensor:
    for bag, sample in zip(bags, samples):
        if bag.shape != bags[0].shape:
            raise ValueError(
                'data preprocessor: the bags of a training batch must '
                f'have one shape, found {tuple(bag.shape)} of '
                f'{file_of(sample.metainfo)} and {tuple(bags[0].shape)} of '
                f'{file_of(samples[0].metainfo)}'
            )
    return torch.stack(bags)
