"""Crops that are samples of their own, as UR-DMU and BN-WVAD draw them."""

from collections import Counter

import numpy as np
import pytest
import torch
from mmaction.registry import DATASETS
from mmengine.registry import DATA_SAMPLERS

from rtfm_mmaction.cli import pack
from tests.support.small_data import make_data, small_config, write_features

SEGMENTS = 4


def pairs(root, alone=True, **source):
    """Three abnormal and two normal videos, two crops, C = 8 by default."""
    return DATASETS.build(
        dict(
            type='PairedWeakLabelDataset',
            crops_as_samples=alone,
            dataset=dict(
                type='WeakLabelDataset',
                ann_file='annotations/train.json',
                data_root=str(root),
                pipeline=[
                    dict(type='LoadFeature'),
                    dict(type='SegmentFeature', num_segments=SEGMENTS),
                    dict(type='PackAnomalyInputs'),
                ],
                **{'data_prefix': dict(features='features'), **source},
            ),
        )
    )


def check_samples(root, **source):
    """Oracle: all crops together. Sample s is crop s mod N of video s / N."""
    alone, together = pairs(root, **source), pairs(root, False, **source)
    for label, count in enumerate((6, 4)):
        for sample in range(count):
            pair = [0, 0]
            pair[label] = sample
            item = alone[tuple(pair)]
            pair[label] = sample // 2
            bag = together[tuple(pair)]
            crop = sample % 2
            assert torch.equal(
                item['inputs'][label],
                bag['inputs'][label][crop : crop + 1],
            )
            names = [one['data_samples'][label].video for one in (item, bag)]
            assert names[0] == names[1]
    return alone


def test_each_crop_of_each_video_is_drawn_once_a_round(tmp_path):
    """Property: of six abnormal and four normal samples, independently."""
    dataset = pairs(make_data(tmp_path))
    assert len(dataset) == 6
    sampler = DATA_SAMPLERS.build(
        dict(type='PairedInfiniteSampler', seed=3),
        default_args=dict(dataset=dataset),
    )
    drawn = [pair for pair, _ in zip(sampler, range(12))]
    for label, indices in enumerate(
        (dataset.abnormal_indices, dataset.normal_indices)
    ):
        found = Counter(indices[pair[label]] for pair in drawn)
        videos = (range(3), range(3, 5))[label]
        assert set(found) == {(v, crop) for v in videos for crop in (0, 1)}
        assert set(found.values()) == {12 // len(indices)}
    item = dataset[drawn[0]]
    assert [bag.shape for bag in item['inputs']] == [(1, SEGMENTS, 8)] * 2


def test_files_of_all_crops(tmp_path):
    """(T, N, C) and (N, T, C), mapped into memory."""
    check_samples(make_data(tmp_path))
    for path in (tmp_path / 'features').glob('*.npy'):
        np.save(path, np.load(path).swapaxes(0, 1))
    layout = dict(features=dict(name='{video}.npy', axes='NTC'))
    check_samples(tmp_path, layout=layout)


def test_files_of_one_crop_each(tmp_path):
    """Files of other crops are not even opened: one is broken meanwhile."""
    make_data(tmp_path)
    for path in (tmp_path / 'features').glob('*.npy'):
        rows = np.load(path)
        for crop in (0, 1):
            name = f'{path.stem}__{crop}.npy'
            write_features(tmp_path / 'split', name, rows[:, crop])
    prefix = dict(features='split')
    alone = check_samples(tmp_path, layout='per_crop', data_prefix=prefix)
    (tmp_path / 'split/train0__0.npy').write_bytes(b'')
    alone[1, 0]  # crop 1 of the first video
    with pytest.raises(ValueError, match='train0__0.npy: .* an empty file'):
        alone[0, 0]
    for path in (tmp_path / 'split').glob('*.npy'):
        np.save(path, np.zeros((5, 2, 8), np.float32))
    alone = pairs(tmp_path, layout='per_crop', data_prefix=prefix)
    with pytest.raises(ValueError, match='expected one crop a file .* 2$'):
        alone[0, 0]


def test_a_stream_of_one_crop_serves_all(tmp_path):
    """Such as audio beside pictures."""
    make_data(tmp_path)
    for path in (tmp_path / 'features').glob('*.npy'):
        rows = np.load(path)[:, 0, :3] + 1
        write_features(tmp_path / 'audio', path.name, rows)
    streams = dict(features='features', audio='audio')
    check_samples(tmp_path, data_prefix=streams)


def test_stores(tmp_path, capsys):
    """Oracle: the files, to the bit; a config of such samples is packed as
    any other, and says so of a store of other segments."""
    make_data(tmp_path)
    config = small_config(
        tmp_path, train_dataloader__dataset__crops_as_samples=True
    )
    steps = config.train_dataloader.dataset.dataset.pipeline
    steps[1]['num_segments'] = SEGMENTS
    config.dump(tmp_path / 'config.py')
    pack.main([str(tmp_path / 'config.py'), '--out', str(tmp_path / 'store')])
    from_store = check_samples(tmp_path, store='store')
    from_files = pairs(tmp_path)
    for sample in range(6):
        for found, expected in zip(
            from_store[sample, 0]['inputs'], from_files[sample, 0]['inputs']
        ):
            assert torch.equal(found, expected)


def test_lengths_and_one_crop(tmp_path):
    """T = 1 and T above S; N = 1 gives one sample a video."""
    make_data(tmp_path, crops=1)
    write_features(
        tmp_path / 'features', 'train0.npy', np.ones((1, 1, 8), np.float32)
    )
    dataset = pairs(tmp_path)
    assert dataset.abnormal_indices == [(0, 0), (1, 0), (2, 0)]
    assert torch.equal(dataset[0, 0]['inputs'][0], torch.ones(1, SEGMENTS, 8))
