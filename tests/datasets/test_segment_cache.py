"""Bags from the cache equal those from the full files."""
import numpy as np
import torch
from mmaction.registry import DATASETS

from rtfm_mmaction.datasets.segment_cache import cache_segments
from tests.small_data import make_data


def build(root, features):
    return DATASETS.build(
        dict(
            type='WeakLabelDataset',
            ann_file='annotations/train.json',
            data_root=str(root),
            data_prefix=dict(features=features),
            pipeline=[
                dict(type='LoadFeature'),
                dict(type='SegmentFeature', num_segments=4),
                dict(type='PackAnomalyInputs')
            ]))


def test_cached_bags_are_the_same_and_kept(tmp_path):
    """Oracle: the bags without a cache. A second call writes what is gone."""
    full = build(make_data(tmp_path), 'features')
    assert cache_segments(full, tmp_path / 'cache', 4) == 5
    cached = build(tmp_path, 'cache')
    for bag, expected in zip(cached, full):
        assert torch.equal(bag['inputs'], expected['inputs'])
    assert np.load(tmp_path / 'cache/train0.npy').shape == (4, 2, 8)
    (tmp_path / 'cache/train3.npy').unlink()
    assert cache_segments(full, tmp_path / 'cache', 4) == 1
