"""Which snippets and which parts of their frames are read."""

import pickle

import numpy as np
import pytest
import torch
from mmaction.registry import TRANSFORMS

from rtfm_mmaction.datasets.transforms.snippets import (
    draw_snippets,
    middle_snippets,
)
from rtfm_mmaction.io.crops import crop_grid, cut_crops
from rtfm_mmaction.io.video import Video
from tests.support.tiny import make_video

SIZE = (56, 40)


@pytest.fixture(scope='module')
def entry(tmp_path_factory):
    """A video of 85 frames: T = 5."""
    path = make_video(tmp_path_factory.mktemp('video') / 'v.mp4', 85)
    return dict(
        feature_files=dict(video=[str(path)]),
        num_snippets=5,
        snippet_len=16,
        tail='drop',
    )


def load(entry, **kwargs):
    config = dict(
        type='LoadSnippets', resize=SIZE, crops=dict(layout='five', size=32)
    )
    return TRANSFORMS.build({**config, **kwargs}).transform(dict(entry))[
        'snippets'
    ]


def snippets_of(entry, tail='drop'):
    video = Video(entry['feature_files']['video'][0])
    return list(video.snippets(16, tail, SIZE))


@pytest.mark.parametrize(
    'length, segments', [(5, 5), (7, 3), (100, 32), (3, 8), (1, 4)]
)
def test_one_snippet_of_each_segment(length, segments):
    """Oracle: the bounds, each by hand; in 400 draws all snippets of a
    segment occur, and no other."""
    rng = np.random.default_rng(0)
    draws = np.stack(
        [draw_snippets(length, segments, rng) for _ in range(400)]
    )
    middles = middle_snippets(length, segments)
    for i in range(segments):
        first = i * length // segments
        last = max((i + 1) * length // segments - 1, first)
        assert set(draws[:, i]) == set(range(first, last + 1))
        assert middles[i] == (first + last) // 2


def test_middle_snippets_in_all_crops(entry):
    """Oracle: the decoded snippets 0, 2 and 4, cut by the grid."""
    found = load(entry, num_segments=5, augment=False)
    frames = snippets_of(entry)
    grid = crop_grid('five', 32, *SIZE)
    assert found.shape == (5, 5, 16, 32, 32, 3)
    for t in range(5):
        for n, crop in enumerate(cut_crops(frames[t], grid, 32)):
            assert np.array_equal(found[n, t], crop)
    three = load(entry, num_segments=3, augment=False)
    assert np.array_equal(three, found[:, [0, 1, 3]])


def test_random_place_is_one_for_the_bag(entry):
    """Oracle: each of 20 bags is found again in the frames by searching all
    places, plain or mirrored; both occur, and many places."""
    frames = snippets_of(entry)
    places = set()
    for seed in range(20):
        bag = load(
            dict(entry, draw_seed=(seed, 1)),
            num_segments=5,
            crops=dict(layout='random', size=32),
        )
        assert bag.shape == (1, 5, 16, 32, 32, 3)
        first = bag[0, 0, 0]
        matches = [
            (top, left, mirror)
            for mirror in (False, True)
            for top in range(9)
            for left in range(25)
            if np.array_equal(
                first,
                (frames[0][0, :, ::-1] if mirror else frames[0][0])[
                    top : top + 32, left : left + 32
                ],
            )
        ]
        ((top, left, mirror),) = matches
        for t in range(5):
            frame = frames[t][:, :, ::-1] if mirror else frames[t]
            assert np.array_equal(
                bag[0, t], frame[:, top : top + 32, left : left + 32]
            )
        places.add(matches[0])
    assert len(places) > 15 and {mirror for *_, mirror in places} == {0, 1}


def test_tiles_are_mirrored_together(entry):
    """Oracle: with the coin on the other side the same bag from mirrored
    frames, in another seed."""
    size = dict(layout='tiles', size=8)
    frames = snippets_of(entry)
    seen = set()
    for seed in range(8):
        bag = load(dict(entry, draw_seed=(seed,)), num_segments=5, crops=size)
        rows = bag[:, 0].reshape(5, 7, 16, 8, 8, 3)
        whole = rows.transpose(2, 0, 3, 1, 4, 5).reshape(16, 40, 56, 3)
        plain = np.array_equal(whole, frames[0])
        assert plain or np.array_equal(whole, frames[0][:, :, ::-1])
        seen.add(plain)
    assert seen == {True, False}


def test_draws_follow_from_their_seed(entry):
    """Same seed, same bag, whatever numpy's generator does."""
    bags = [
        load(
            dict(entry, draw_seed=seed),
            num_segments=2,
            crops=dict(layout='random', size=16),
        )
        for seed in ((3, 4), (3, 4), (3, 5))
    ]
    assert np.array_equal(bags[0], bags[1])
    assert not np.array_equal(bags[0], bags[2])


def test_a_file_that_ends_early(entry):
    """Oracle: declared T = 7 of 5; the last snippet stands for the rest."""
    bag = load(dict(entry, num_snippets=7), num_segments=7, augment=False)
    assert np.array_equal(
        bag[:, :5], load(entry, num_segments=5, augment=False)
    )
    assert np.array_equal(bag[:, 5], bag[:, 4])
    assert np.array_equal(bag[:, 6], bag[:, 4])


@pytest.mark.parametrize('tail, length', [('drop', 5), ('pad', 6)])
def test_a_test_reads_by_and_by(entry, tail, length):
    """All snippets by the rule of extraction, in its crops; the reader holds
    no pixels, goes through pickle, and reads as often as it is asked."""
    packed = TRANSFORMS.build(dict(type='PackSnippetInputs')).transform(
        {
            **dict(
                video='v',
                label=1,
                frames=None,
                abnormal_intervals=None,
                tail=tail,
            ),
            **entry,
            'class': 'x',
            'tail': tail,
            'snippets': load(
                dict(entry, tail=tail), crops=dict(layout='ten', size=32)
            ),
        }
    )
    content = pickle.dumps(packed['inputs'])
    assert len(content) < 2000
    reader = pickle.loads(content)
    frames = snippets_of(entry, tail)
    grid = crop_grid('ten', 32, *SIZE)
    for _ in range(2):
        found = list(reader)
        assert len(found) == len(frames) == length
        for crops, expected in zip(found, frames):
            assert np.array_equal(crops, cut_crops(expected, grid, 32))
    assert packed['data_samples'].gt_label.tolist() == [1]
    assert packed['data_samples'].feature_files == entry['feature_files']


def test_training_bags_are_tensors_of_bytes(entry):
    """Oracle: the array itself."""
    bag = load(entry, num_segments=2, augment=False)
    results = dict(
        entry,
        video='v',
        label=0,
        frames=85,
        abnormal_intervals=[],
        snippets=bag,
        **{'class': 'Normal'},
    )
    inputs = TRANSFORMS.build(dict(type='PackSnippetInputs')).transform(
        results
    )['inputs']
    assert inputs.dtype is torch.uint8
    assert np.array_equal(inputs, bag)


@pytest.mark.parametrize(
    'settings, message',
    [
        (dict(num_segments=0), 'num_segments .*found 0'),
        (dict(interpolation='x'), "interpolation .*found 'x'"),
        (
            dict(crops=dict(layout='random', size=32)),
            "'random' is for training",
        ),
        (
            dict(crops=dict(layout='random', size=48), num_segments=2),
            'crops of 48 pixels do not fit',
        ),
        (dict(crops=dict(layout='six', size=32)), "found 'six'"),
    ],
)
def test_bad_settings_are_told(entry, settings, message):
    """When the data set is built, not when training gets there."""
    with pytest.raises(ValueError, match=message):
        load(entry, **settings)
