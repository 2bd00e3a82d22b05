"""Weak-label data sets, their samplers and transforms."""

from . import transforms  # noqa: F401
from .paired_dataset import PairedWeakLabelDataset
from .paired_draws import PairedDrawDataset, PairedDrawSampler
from .samplers import PairedInfiniteSampler
from .weak_label_dataset import WeakLabelDataset
from .weak_label_video_dataset import WeakLabelVideoDataset

__all__ = [
    'PairedDrawDataset',
    'PairedDrawSampler',
    'PairedInfiniteSampler',
    'PairedWeakLabelDataset',
    'WeakLabelDataset',
    'WeakLabelVideoDataset',
]
