"""Dealing videos out to folds. Oracle: properties, by hypothesis."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rtfm_mmaction.apis.fitting.folds import split_folds


@settings(max_examples=60, deadline=None)
@given(
    videos=st.lists(
        st.tuples(st.integers(0, 1), st.integers(0, 12)),
        min_size=2,
        max_size=60,
    ),
    folds=st.integers(2, 6),
    seed=st.integers(0, 3),
)
def test_no_group_stands_on_both_sides(videos, folds, seed):
    """Each model has both labels to learn from, each fold something to hold
    out; fewer folds than asked for only where groups are fewer."""
    labels = np.array([label for label, _ in videos])
    groups = [str(group) for _, group in videos]
    counts = [
        len({g for g, mine in zip(groups, labels) if mine == label})
        for label in (0, 1)
    ]
    try:
        found = split_folds(labels, groups, folds, seed)
    except ValueError:
        # With two groups of each label there is always a way.
        assert min(counts) < 2
        return
    assert 1 <= found.max() < folds
    for group in set(groups):
        mine = [f for f, name in zip(found, groups) if name == group]
        assert len(set(mine)) == 1
    for fold in range(found.max() + 1):
        assert (found == fold).any()
        assert set(labels[found != fold]) == {0, 1}
    again = split_folds(labels, groups, folds, seed)
    np.testing.assert_array_equal(found, again)


def test_folds_are_even():
    """Oracle: by hand: 20 + 20 videos of their own in 5 folds: 4 + 4."""
    labels = np.repeat([1, 0], 20)
    found = split_folds(labels, list(map(str, range(40))), 5)
    for label in (0, 1):
        assert np.bincount(found[labels == label]).tolist() == [4] * 5


def test_too_few_groups_are_told():
    with pytest.raises(ValueError, match='found 1 and 2 groups'):
        split_folds([1, 1, 0, 0], ['a', 'a', 'b', 'c'])
    with pytest.raises(ValueError, match='folds: expected 2'):
        split_folds([1, 0], ['a', 'b'], folds=1)
