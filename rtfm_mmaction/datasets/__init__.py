"""Weak-label data sets, their samplers and transforms."""
from . import transforms  # noqa: F401
from .paired_dataset import PairedWeakLabelDataset
from .samplers import PairedInfiniteSampler
from .weak_label_dataset import WeakLabelDataset

__all__ = [
    'PairedInfiniteSampler', 'PairedWeakLabelDataset', 'WeakLabelDataset'
]
