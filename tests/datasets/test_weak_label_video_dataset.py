"""Videos as bags, through the registry."""

import pytest
import torch
from mmaction.registry import DATASETS
from mmengine.registry import DATA_SAMPLERS
from mmengine.runner import Runner

from rtfm_mmaction.datasets.annotations import save_annotations
from rtfm_mmaction.datasets.weak_label_dataset import file_of
from tests.support.joint_data import CROPS, joint_config, make_videos
from tests.support.small_data import annotation
from tests.support.tiny import make_video


@pytest.fixture(scope='module')
def root(tmp_path_factory):
    return make_videos(tmp_path_factory.mktemp('videos'))


def build(root, subset='test', **kwargs):
    config = dict(
        type='WeakLabelVideoDataset',
        ann_file=f'annotations/{subset}.json',
        data_root=str(root),
        data_prefix=dict(video='videos'),
        pipeline=[
            dict(type='LoadSnippets', resize=(56, 40), crops=CROPS),
            dict(type='PackSnippetInputs'),
        ],
        test_mode=subset == 'test',
    )
    return DATASETS.build({**config, **kwargs})


def test_lengths_and_names(root):
    """T = 50, 64 and 85 frames over 16, by hand; errors name the file."""
    dataset = build(root)
    entries = [dataset.get_data_info(index) for index in range(3)]
    assert [entry['num_snippets'] for entry in entries] == [3, 4, 5]
    assert file_of(entries[0]) == str(root / 'videos/test0.mp4')
    padded = build(root, tail='pad', snippet_len=8)
    assert [
        padded.get_data_info(index)['num_snippets'] for index in range(3)
    ] == [7, 8, 11]
    sample = dataset[1]['data_samples']
    assert sample.gt_label.tolist() == [1] and sample.num_snippets == 4
    assert sample.abnormal_intervals == [[16, 32]]
    assert dataset.metainfo['dataset'] == 'small'


def test_held_out_videos(root):
    """The split is that of features: disjoint, both labels in each part."""
    parts = [
        build(root, 'train', val_ratio=0.3, val_part=part)
        for part in ('train', 'val')
    ]
    names = [
        {part.get_data_info(i)['video'] for i in range(len(part))}
        for part in parts
    ]
    assert len(names[0]) == len(names[1]) == 2 and not names[0] & names[1]
    with pytest.raises(ValueError, match='WeakLabelVideoDataset: val_part'):
        build(root, val_part='test')


def one(root, path, **entry):
    """A test set of one video, ``v``, in a file of 50 frames."""
    if path:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        make_video(
            root / path, 50, codec='MJPG' if path.endswith('.mkv') else 'mp4v'
        )
    entry = {'label': 1, 'frames': 50, 'intervals': [[16, 32]], **entry}
    save_annotations(
        root / 'annotations/test.json',
        dict(dataset='one', subset='test'),
        [annotation('v', **entry)],
    )
    return build(root)


@pytest.mark.parametrize(
    'path', ['videos/v.MP4', 'videos/a/b/v.avi', 'videos/v.mkv']
)
def test_any_extension_in_any_folder_below(tmp_path, path):
    """T = 3, also where the container only estimates its frames and the
    annotations do not tell."""
    entry = one(tmp_path, path, frames=None).get_data_info(0)
    assert file_of(entry) == str(tmp_path / path)
    assert entry['num_snippets'] == 3


@pytest.mark.parametrize(
    'path, entry, error, message',
    [
        (None, {}, FileNotFoundError, 'videos: expected a folder of videos'),
        (
            'videos/w.mp4',
            {},
            FileNotFoundError,
            r'test\.json: 1 of 1 videos have no file.*videos/v ',
        ),
        (
            'videos/v.mp4',
            dict(frames=640),
            ValueError,
            "'v': found T = 3 .*640 frames",
        ),
    ],
)
def test_bad_data_is_told_when_the_data_set_is_built(
    tmp_path, path, entry, error, message
):
    """One error with file or video, what was found, what was expected."""
    with pytest.raises(error, match=message):
        one(tmp_path, path, **entry)


def test_a_label_alone_is_enough(tmp_path):
    """Labels of whole videos do (faults.md, C7): frames need not fit."""
    data = one(tmp_path, 'videos/v.mp4', frames=640, intervals=None)
    assert data.get_data_info(0)['abnormal_intervals'] is None


def test_bad_files_are_told_when_the_data_set_is_built(tmp_path):
    """Two files of one name, no video, less than a snippet."""
    one(tmp_path, 'videos/v.mp4')
    (tmp_path / 'videos/v.avi').write_bytes(b'none')
    with pytest.raises(ValueError, match=r"'v': expected one file .*v\.avi"):
        build(tmp_path)
    (tmp_path / 'videos/v.mp4').unlink()
    with pytest.raises(ValueError, match=r'v\.avi: expected a video'):
        build(tmp_path)
    (tmp_path / 'videos/v.avi').unlink()
    make_video(tmp_path / 'videos/v.mp4', 15)
    with pytest.raises(ValueError, match=r'v\.mp4: .*found 15 frames'):
        build(tmp_path)
    with pytest.raises(ValueError, match="the one key 'video', found"):
        build(tmp_path, data_prefix=dict(features='videos'))
    with pytest.raises(ValueError, match="expected 'drop' or 'pad'"):
        build(tmp_path, tail='keep')


def test_pairs_are_those_of_features_with_a_seed_each():
    """Oracle: ``PairedInfiniteSampler``; numbers go on over two ranks and
    after a resumption."""

    class Sizes(list):
        abnormal_indices, normal_indices = range(3), range(5)

    def draw(kind, count, rank=0, world=1, start=0):
        sampler = DATA_SAMPLERS.build(
            dict(type=kind), default_args=dict(dataset=Sizes(), seed=5)
        )
        sampler.rank, sampler.world_size, sampler.start = rank, world, start
        return [pair for pair, _ in zip(sampler, range(count))]

    pairs = draw('PairedInfiniteSampler', 12)
    draws = draw('PairedDrawSampler', 12)
    assert [tuple(pair) for *pair, _ in draws] == pairs
    assert [seed for *_, seed in draws] == [(5, i) for i in range(12)]
    assert draw('PairedDrawSampler', 4, start=8) == draws[8:]
    ranks = [draw('PairedDrawSampler', 6, rank, 2) for rank in range(2)]
    assert [pair for step in zip(*ranks) for pair in step] == draws


@pytest.mark.parametrize('workers', [0, 2])
def test_workers_change_nothing(root, workers):
    """Batches follow from the seed alone, whoever loads them.

    Oracle: the pairs of the data set, one after the other; another draw of
    the same pair is another bag.
    """
    loader = joint_config(root).train_dataloader
    loader.num_workers = workers
    loader = Runner.build_dataloader(loader, seed=4)
    batches = [batch for batch, _ in zip(loader, range(2))]
    draws = [draw for draw, _ in zip(loader.sampler, range(4))]
    for number, draw in enumerate(draws):
        expected = loader.dataset[draw]
        step, place = divmod(number, 2)
        for label in range(2):
            found = batches[step]['inputs'][label][place]
            assert found.shape == (1, 3, 16, 32, 32, 3)
            assert found.dtype is torch.uint8
            assert torch.equal(found, expected['inputs'][label])
            assert (
                batches[step]['data_samples'][label][place].video
                == expected['data_samples'][label].video
            )
    *pair, (seed, number) = draws[0]
    other = loader.dataset[(*pair, (seed, number + 1))]['inputs'][0]
    assert not torch.equal(other, loader.dataset[draws[0]]['inputs'][0])


def test_features_pairs_serve_too(root):
    """The sampler and pairs of features work, by numpy's own generator."""
    loader = joint_config(root).train_dataloader
    loader.dataset.type = 'PairedWeakLabelDataset'
    loader.sampler = dict(type='PairedInfiniteSampler')
    batch = next(iter(Runner.build_dataloader(loader, seed=4)))
    labels = [
        [int(sample.gt_label) for sample in part]
        for part in batch['data_samples']
    ]
    assert labels == [[1, 1], [0, 0]]
