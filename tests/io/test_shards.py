"""Who takes which videos, without meeting."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rtfm_mmaction.io.shards import (
    Shard,
    balanced_shares,
    missing_shards,
    parse_shard,
    shard_of,
)

NAMES = st.lists(st.sampled_from('abcdefghij'), max_size=10, unique=True)


@given(
    lengths=st.lists(st.integers(0, 1000), max_size=40),
    count=st.integers(1, 9),
)
def test_shares_are_whole_disjoint_and_balanced(lengths, count):
    """Property: each item once; no two parts apart by more than an item."""
    shares = balanced_shares(lengths, count)
    assert len(shares) == count
    assert sorted(sum(shares, [])) == list(range(len(lengths)))
    totals = [sum(lengths[item] for item in share) for share in shares]
    assert max(totals) - min(totals) <= max(lengths, default=0)


def test_shares_by_hand():
    """5 + 1 and 3 + 3: the longest first, each to who has least."""
    assert balanced_shares([3, 1, 5, 3], 2) == [[1, 2], [0, 3]]


@given(
    names=NAMES,
    count=st.integers(1, 7),
    lengths=st.dictionaries(st.sampled_from('abcdef'), st.integers(1, 99)),
    random=st.randoms(use_true_random=False),
)
def test_shards_are_whole_and_disjoint(names, count, lengths, random):
    """Property: each name once, in the order given, whatever lengths are
    known of some of them, and in whatever order they are listed."""
    shuffled = random.sample(names, len(names))
    taken = []
    for number in range(1, count + 1):
        shard = Shard(number, count, lengths)
        share = shard.share(names)
        assert share == [name for name in names if name in share]
        assert sorted(shard.share(shuffled)) == sorted(share)
        taken += share
    assert sorted(taken) == sorted(names)


def test_very_many_shards_take_no_memory():
    """By hand: of three videos the longest three shards have one each, by
    length; a slip in the count once made a list of each shard."""
    lengths = dict(a=1, b=3, c=2)
    many = 999_999_999
    for number, share in ((1, ['b']), (2, ['c']), (3, ['a']), (many, [])):
        assert Shard(number, many, lengths).share([*'abc']) == share
    assert missing_shards([2], many) == [
        '1/999999999',
        f'3/{many} to {many}/{many}',
    ]


@given(data=st.data(), count=st.integers(1, 12))
def test_missing_shards_are_the_others(data, count):
    """Oracle: all numbers that are not there, one by one."""
    there = data.draw(st.lists(st.integers(1, count)))
    found = []
    for name in missing_shards(there, count):
        first, _, last = name.replace(f'/{count}', '').partition(' to ')
        found += range(int(first), int(last or first) + 1)
    assert found == [n for n in range(1, count + 1) if n not in there]


def test_a_name_says_its_shard_alone():
    """Oracle: hashlib and the remainder; names beside it do not matter."""
    digest = hashlib.sha256(b'cam1/00-15').hexdigest()
    assert shard_of('cam1/00-15', 7) == int(digest, 16) % 7 + 1
    for number in range(1, 4):
        few = Shard(number, 3).share(['a', 'b'])
        more = Shard(number, 3).share(['a', 'x', 'b', 'y'])
        assert few == [name for name in more if name in 'ab']


def test_lengths_by_hand():
    """9 to the first, 5 and 3 to the second, what is unknown by its name;
    a way's last part is looked for, too."""
    lengths = dict(a=9, b=5, c=3)
    names = ['cam/a', 'b', 'c', 'x']
    shares = [Shard(number, 2, lengths).share(names) for number in (1, 2)]
    assert [[n for n in share if n != 'x'] for share in shares] == [
        ['cam/a'],
        ['b', 'c'],
    ]
    assert 'x' in shares[shard_of('x', 2) - 1]


def slurm(index, count, first=None, step=None):
    said = dict(ID=index, COUNT=count, MIN=first, STEP=step)
    return {
        f'SLURM_ARRAY_TASK_{key}': str(value)
        for key, value in said.items()
        if value is not None
    }


@pytest.mark.parametrize(
    'text, environ, expected',
    [
        ('1/1', {}, (1, 1)),
        ('3/8', slurm(0, 2, 0), (3, 8)),  # what is said wins
        ('auto', slurm(0, 4, 0, 1), (1, 4)),  # --array=0-3
        ('auto', slurm(4, 4, 1, 1), (4, 4)),  # --array=1-4
        ('auto', slurm(30, 4, 10, 10), (3, 4)),  # --array=10-40:10
        (
            'auto',
            dict(JOB_COMPLETION_INDEX='0', JOB_COMPLETIONS='3'),
            (1, 3),
        ),
        ('auto', dict(RANK='2', WORLD_SIZE='3'), (3, 3)),
    ],
)
def test_what_launchers_say(text, environ, expected):
    """Oracle: Slurm's, Kubernetes' and torchrun's manuals, by hand."""
    shard = parse_shard(text, environ)
    assert (shard.number, shard.count) == expected


@pytest.mark.parametrize(
    'text, environ, message',
    [
        ('0/8', {}, "i from 1 to n, or auto, found '0/8'"),
        ('9/8', {}, "found '9/8'"),
        ('1/0', {}, "found '1/0'"),
        ('2 of 8', {}, "found '2 of 8'"),
        ('auto', {}, 'found none of them; --shard i/n says it outright'),
        (
            'auto',
            dict(slurm(0, 2, 0), RANK='0', WORLD_SIZE='2'),
            'found SLURM_ARRAY_TASK_ID and RANK',
        ),
        # --array=3,7: two tasks, of which the second is no second.
        ('auto', slurm(7, 2, 3), 'SLURM_ARRAY_TASK_ID=7'),
        ('auto', slurm(15, 4, 10, 10), 'SLURM_ARRAY_TASK_ID=15'),
        # Without its first one there is no telling.
        ('auto', slurm(1, 2), "SLURM_ARRAY_TASK_MIN, found ''"),
        (
            'auto',
            dict(JOB_COMPLETION_INDEX='0'),
            "a number in JOB_COMPLETIONS, found ''",
        ),
        (
            'auto',
            dict(JOB_COMPLETION_INDEX='3', JOB_COMPLETIONS='3'),
            'JOB_COMPLETION_INDEX=3, JOB_COMPLETIONS=3;',
        ),
        ('auto', dict(RANK='-1', WORLD_SIZE='2'), "RANK, found '-1'"),
    ],
)
def test_what_is_no_shard_is_told(text, environ, message):
    """Oracle: the sentence; nobody takes a share by mistake."""
    with pytest.raises(ValueError, match=message):
        parse_shard(text, environ)
