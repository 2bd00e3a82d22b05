"""Which training videos are held out."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rtfm_mmaction.datasets.held_out import split_held_out


def entries(**counts):
    """Videos by class, such as ``Normal=4``."""
    return [
        dict(
            video=f'{kind}{index}',
            label=int(kind != 'Normal'),
            **{'class': kind},
        )
        for kind, count in counts.items()
        for index in range(count)
    ]


def names(videos, indices):
    return {videos[index]['video'] for index in indices}


@st.composite
def data_sets(draw):
    """Two normal and two abnormal videos at least, in any order."""
    counts = dict(
        Normal=draw(st.integers(2, 12)),
        Abuse=draw(st.integers(2, 12)),
        Arson=draw(st.integers(0, 5)),
        Überfall=draw(st.integers(0, 2)),
    )
    return draw(st.permutations(entries(**counts)))


ratios = st.floats(0.01, 0.99)
seeds = st.integers(-3, 2**40)


@given(data_sets(), ratios, seeds)
def test_parts_are_disjoint_complete_and_stratified(videos, ratio, seed):
    """Oracle: the counts' definition, class by class, in floats."""
    train, val = split_held_out(videos, ratio, seed)
    assert sorted(train + val) == list(range(len(videos)))
    assert train == sorted(train) and val == sorted(val)
    total = Counter(video['class'] for video in videos)
    held_out = Counter(videos[index]['class'] for index in val)
    for kind, count in total.items():
        if count == 1:
            assert held_out[kind] == 0
        else:
            assert 1 <= held_out[kind] <= count - 1
            # Rounded to the nearest, but for the two bounds.
            clipped = min(max(ratio * count, 1), count - 1)
            assert abs(held_out[kind] - clipped) <= 0.5 + 1e-9


@given(data_sets(), ratios, seeds, st.randoms(use_true_random=False))
def test_neither_order_nor_other_classes_change_a_draw(
    videos, ratio, seed, random
):
    """Shuffled, and with a class more: the same names are held out."""
    drawn = names(videos, split_held_out(videos, ratio, seed)[1])
    more = videos + entries(Shooting=7)
    random.shuffle(more)
    again = names(more, split_held_out(more, ratio, seed)[1])
    assert {name for name in again if 'Shooting' not in name} == drawn


def test_seeds_draw_differently_and_each_video_at_times():
    """20 + 20 videos, 50 seeds, half held out: each in 25 seeds on average.

    Below 10 or above 40 would be four standard deviations (3.5) off.
    """
    videos = entries(Normal=20, Abuse=20)
    draws = [split_held_out(videos, 0.5, seed)[1] for seed in range(50)]
    assert len(set(map(tuple, draws))) == 50
    times = Counter(index for draw in draws for index in draw)
    assert all(10 < times[index] < 40 for index in range(40))


def test_a_draw_is_never_to_change():
    """Oracle: sha256sum (coreutils) of '[0, "Abuse", "Abuse0"]' and so on.

    The lowest are Abuse1's 41a6… (of bf95…, 41a6…, 9438…) and Normal2's
    5442… (of c0f8…, 5818…, 5442…).
    """
    videos = entries(Abuse=3, Normal=3)
    assert names(videos, split_held_out(videos, 0.34, 0)[1]) == {
        'Abuse1',
        'Normal2',
    }


@pytest.mark.parametrize(
    'count, ratio, expected',
    [
        (6, 0.34, 2),  # 2.04
        (4, 0.34, 1),  # 1.36
        (10, 0.25, 3),  # 2.5, a half goes up
        (30, 0.35, 11),  # 10.5
        (100, 0.145, 15),  # 14.5, in floats 14.499999999999998
        (2, 0.9, 1),  # 1.8, but one stays
        (3, 0.99, 2),  # 2.97
        (5, 0.01, 1),  # 0.05, but one goes
        (1, 0.9, 0),  # one video stays to train on
    ],
)
def test_counts_by_hand(count, ratio, expected):
    """The product, rounded, within its bounds."""
    videos = entries(Normal=2, Abuse=2, Arson=count)
    val = split_held_out(videos, ratio, 0)[1]
    assert sum(videos[i]['class'] == 'Arson' for i in val) == expected


@pytest.mark.parametrize('ratio', [0, 1, -0.1, 1.5, float('nan'), '0.2', None])
def test_odd_ratios_are_refused(ratio):
    """Outside (0, 1), or no number."""
    with pytest.raises(ValueError, match='val_ratio must be .* between 0'):
        split_held_out(entries(Normal=4, Abuse=4), ratio, 0)


def test_odd_seed_is_refused():
    """A seed is a whole number."""
    with pytest.raises(ValueError, match='val_seed .* found 0.5'):
        split_held_out(entries(Normal=4, Abuse=4), 0.5, 0.5)


@pytest.mark.parametrize(
    'counts, found',
    [
        (
            dict(Normal=1, Abuse=4),
            '2 abnormal . 1 normal to train on and 2 '
            'abnormal . 0 normal held out',
        ),
        (
            dict(Normal=4, Abuse=1, Arson=1),
            '2 abnormal . 2 normal to train on '
            'and 0 abnormal . 2 normal held out',
        ),
        (dict(Abuse=4), '2 abnormal . 0 normal to train on'),
    ],
)
def test_label_without_a_video_names_the_counts(counts, found):
    """Classes of one video stay in training, so the held-out part lacks."""
    with pytest.raises(ValueError, match=found):
        split_held_out(entries(**counts), 0.5, 0)
