"""Bags, pairs and their order, through the registry."""

import numpy as np
import pytest
import torch
from mmaction.registry import DATASETS
from mmengine.registry import DATA_SAMPLERS

from rtfm_mmaction.datasets.annotations import (
    load_annotations,
    save_annotations,
)
from tests.support.small_data import annotation, make_data, write_features

PIPELINE = [dict(type='LoadFeature'), dict(type='PackAnomalyInputs')]


def build(root, subset='test', **kwargs):
    config = dict(
        type='WeakLabelDataset',
        ann_file=f'annotations/{subset}.json',
        data_root=str(root),
        data_prefix=dict(features='features'),
        pipeline=PIPELINE,
        test_mode=subset == 'test',
    )
    return DATASETS.build({**config, **kwargs})


def one_video(root, **entry):
    """A data set of one test video with random features of T = 4."""
    write_features(
        root / 'features',
        'v.npy',
        np.random.random((4, 2, 8)).astype(np.float32),
    )
    entry = {'label': 1, 'frames': 64, 'intervals': [[16, 32]], **entry}
    save_annotations(
        root / 'annotations/test.json',
        dict(dataset='one', subset='test'),
        [annotation('v', **entry)],
    )


def test_bag_is_the_file_with_crops_first(tmp_path):
    """(N, T, C) tensor, label and intervals of the annotation."""
    dataset = build(make_data(tmp_path))
    item = dataset[1]
    feature = np.load(tmp_path / 'features/test1.npy')
    assert torch.equal(
        item['inputs'], torch.from_numpy(feature).transpose(0, 1)
    )
    sample = item['data_samples']
    assert sample.gt_label.tolist() == [1]
    assert sample.abnormal_intervals == [[32, 64]]
    assert sample.num_snippets == len(feature)
    assert dataset.metainfo['dataset'] == 'small'


@pytest.mark.parametrize('dtype', [np.float16, np.float64])
def test_other_float_types_become_float32(tmp_path, dtype):
    """Values survive to the precision of the smaller type."""
    one_video(tmp_path)
    feature = np.random.random((4, 2, 8)).astype(dtype)
    np.save(tmp_path / 'features/v.npy', feature)
    inputs = build(tmp_path)[0]['inputs']
    assert inputs.dtype is torch.float32
    assert np.allclose(inputs.transpose(0, 1).numpy(), feature, atol=1e-6)


@pytest.mark.parametrize('value', [np.nan, np.inf])
def test_values_that_are_not_finite_name_file_and_place(tmp_path, value):
    """One NaN in snippet 2, crop 1."""
    one_video(tmp_path)
    feature = np.zeros((4, 2, 8), np.float32)
    feature[2, 1, 5] = value
    np.save(tmp_path / 'features/v.npy', feature)
    with pytest.raises(ValueError, match=r'v\.npy: .* 1 NaN.*2, crop 1'):
        build(tmp_path)[0]


def test_missing_features_are_counted_and_named(tmp_path):
    """Told when the data set is built, not when training gets there."""
    make_data(tmp_path)
    (tmp_path / 'features/test1.npy').unlink()
    (tmp_path / 'features/test3.npy').unlink()
    with pytest.raises(FileNotFoundError, match=r'2 of 4 .*test1'):
        build(tmp_path)


@pytest.mark.parametrize(
    'shape, message',
    [
        ((8, 3, 8), 'found 3 crops, expected 2'),
        ((8, 2, 9), 'found 9 channels, expected 8'),
    ],
)
def test_files_that_differ_are_refused(tmp_path, shape, message):
    """Crop count and channels come from the data and must agree."""
    make_data(tmp_path)
    np.save(tmp_path / 'features/test1.npy', np.zeros(shape, np.float32))
    with pytest.raises(ValueError, match=rf'test1\.npy: {message}.*test0'):
        build(tmp_path)


@pytest.mark.parametrize(
    'entry, message',
    [
        (dict(frames=640), "'v': found T = 4 .*640 frames"),
        (
            dict(frames=None, intervals=[[16, 97]]),
            "'v'.*frame 97, expected .* 96",
        ),
    ],
)
def test_ground_truth_that_does_not_fit_names_the_video(
    tmp_path, entry, message
):
    """T, frames and intervals contradict each other."""
    one_video(tmp_path, **entry)
    with pytest.raises(ValueError, match=message):
        build(tmp_path)


def test_a_test_set_of_labels_alone(tmp_path):
    """Oracle: by hand (faults.md, C7). No abnormal video has intervals: all
    are kept, whatever their frames; one that has makes the others faulty."""
    make_data(tmp_path)
    path = tmp_path / 'annotations/test.json'
    metainfo, videos = load_annotations(path)
    weak = [
        dict(video, abnormal_intervals=None, frames=None)
        if video['label']
        else video
        for video in videos
    ]
    save_annotations(path, metainfo, weak)
    assert len(build(tmp_path)) == 4
    save_annotations(path, metainfo, [videos[0], *weak[1:]])
    with pytest.raises(ValueError, match="'test1': testing needs its abnorm"):
        build(tmp_path)


def test_unknown_arguments_are_refused(tmp_path):
    """Misspelt keys do not pass silently."""
    make_data(tmp_path)
    with pytest.raises(TypeError, match='layot'):
        build(tmp_path, layot='packed')
    with pytest.raises(
        ValueError, match="the key 'features', found .*'feature'"
    ):
        build(tmp_path, data_prefix=dict(feature='features'))


def pairs(root, **kwargs):
    return DATASETS.build(
        dict(
            type='PairedWeakLabelDataset',
            dataset=dict(
                type='WeakLabelDataset',
                ann_file='annotations/train.json',
                data_root=str(root),
                data_prefix=dict(features='features'),
                pipeline=PIPELINE,
            ),
            **kwargs,
        )
    )


def test_pair_holds_abnormal_then_normal(tmp_path):
    """Positions count within each label."""
    item = pairs(make_data(tmp_path))[2, 1]
    assert [sample.video for sample in item['data_samples']] == [
        'train2',
        'train4',
    ]
    assert [int(sample.gt_label) for sample in item['data_samples']] == [1, 0]


@pytest.mark.parametrize('abnormal, normal', [(0, 3), (3, 0)])
def test_training_refuses_one_kind_alone(tmp_path, abnormal, normal):
    """The error names the list and both counts."""
    make_data(tmp_path, abnormal=abnormal, normal=normal)
    with pytest.raises(
        ValueError,
        match=rf'train\.json: .*{abnormal} abnormal and {normal} normal',
    ):
        pairs(tmp_path)


class Sizes:
    """Stands for a paired data set of given class sizes."""

    def __init__(self, abnormal, normal):
        self.abnormal_indices = range(abnormal)
        self.normal_indices = range(normal)

    def __len__(self):
        return max(len(self.abnormal_indices), len(self.normal_indices))


def draw(count, abnormal=3, normal=7, seed=5, start=0, rank=0, world=1):
    sampler = DATA_SAMPLERS.build(
        dict(type='PairedInfiniteSampler'),
        default_args=dict(dataset=Sizes(abnormal, normal), seed=seed),
    )
    sampler.start, sampler.rank, sampler.world_size = start, rank, world
    return [pair for pair, _ in zip(sampler, range(count))]


@pytest.mark.parametrize('abnormal, normal', [(3, 7), (7, 3), (1, 1), (1, 5)])
def test_each_cycle_holds_each_video_once(abnormal, normal):
    """Property of both streams: nobody is starved, all are shuffled anew."""
    drawn = draw(42, abnormal, normal)
    for stream, size in enumerate((abnormal, normal)):
        items = [pair[stream] for pair in drawn]
        for begin in range(0, len(items) - size + 1, size):
            assert sorted(items[begin : begin + size]) == list(range(size))
        if size == 7:
            assert items[:7] != items[7:14]


def test_order_follows_from_the_seed():
    """Same seed, same order; another seed, another order."""
    assert draw(20) == draw(20)
    assert draw(20) != draw(20, seed=6)


@pytest.mark.parametrize('start', [1, 9, 40])
def test_a_resumed_stream_goes_on_where_it_was(start):
    """Entering at pair n gives what drawing n pairs first would leave."""
    assert draw(10, start=start) == draw(start + 10)[start:]


@pytest.mark.parametrize('start', [0, 4])
def test_ranks_share_the_stream(start):
    """E4: ranks 0, 1, 2 together take what one process would, from any pair
    on, such as that at which a run of four pairs a step was stopped."""
    ranks = [draw(6, rank=rank, world=3, start=start) for rank in range(3)]
    together = [pair for step in zip(*ranks) for pair in step]
    assert together == draw(start + 18)[start:]
