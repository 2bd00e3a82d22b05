"""Weak-label data sets, their samplers and transforms."""

from ..lazy import lazily

NAMES = {
    'PairedDrawDataset': 'paired_draws',
    'PairedDrawSampler': 'paired_draws',
    'PairedInfiniteSampler': 'samplers',
    'PairedWeakLabelDataset': 'paired_dataset',
    'WeakLabelDataset': 'weak_label_dataset',
    'WeakLabelVideoDataset': 'weak_label_video_dataset',
}

__all__ = list(NAMES)

__getattr__ = lazily(__name__, NAMES)
