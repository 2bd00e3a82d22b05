"""Stores of shards that training reads as one."""

import shutil
from pathlib import Path

from tests.faults.damaging import (
    constant,
    cut,
    damaged,
    nowhere,
    replaced,
    swapped,
)
from tests.faults.fault import add

COMMAND = 'train from shards'
FIRST, SECOND = 'joined/shard-1-of-2', 'joined/shard-2-of-2'
INDEX = f'{SECOND}/index.json'
for name, words, path, put, said in (
    ('shard gone', 'lacks a shard', SECOND, nowhere, ('2/2',)),
    ('index gone', 'has an unfinished shard', INDEX, nowhere, ('2/2',)),
    ('file', 'has a file for a shard', SECOND, Path.touch, ('2/2',)),
    (
        'other row',
        'has a shard of another row',
        'joined/shard-1-of-3',
        Path.mkdir,
        ('expected the shards of one row',),
    ),
    (
        'beyond',
        'has a fifth shard of four',
        'joined/shard-5-of-4',
        Path.mkdir,
        ('joined: expected the shards of one row',),
    ),
    (
        'both kinds',
        'has an index of a store in one piece',
        'joined/index.json',
        lambda path: path.write_text('{}'),
        ('joined: expected a segment store in one piece or in shards',),
    ),
    (
        'same videos',
        'has one shard twice',
        SECOND,
        lambda path: shutil.copytree(path.with_name(Path(FIRST).name), path),
        ('expected each video in one shard',),
    ),
    (
        'no videos',
        'has empty shards alone',
        'joined',
        lambda path: [
            (
                (path / f'shard-{number}-of-2').mkdir(parents=True),
                (path / f'shard-{number}-of-2/index.json').write_text(
                    '{"videos": {}}'
                ),
            )
            for number in (1, 2)
        ],
        ('joined: expected shards with videos',),
    ),
):
    add(
        f'joined stores/{name}',
        f'a store {words}',
        COMMAND,
        names=said,
        around=replaced(path, put),
    )
for name, words, maker in (
    ('empty', 'is empty', constant(b'')),
    ('cut', 'ends in the middle', cut(0.5)),
    ('layout', 'is of another layout', swapped('"TNC"', '"NTC"')),
    (
        'segments',
        'says other segments',
        swapped('"num_segments": ', '"num_segments": 1'),
    ),
):
    add(
        f'joined stores/index {name}',
        f'the index of a shard {words}',
        COMMAND,
        names=(SECOND,),
        around=damaged(INDEX, maker),
    )
add(
    'joined stores/segments cut',
    'the segments of a shard end in the middle',
    COMMAND,
    names=(SECOND, 'segments-'),
    around=damaged(f'{SECOND}/segments-*.npy', cut(0.5)),
)
