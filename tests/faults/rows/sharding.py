"""Shards: wrong numbers, tables of lengths, notes, two runs at once."""

import os
from contextlib import contextmanager
from pathlib import Path
from typing import Iterator

from rtfm_mmaction.io.folder_lock import lock_folder
from tests.faults.damaging import (
    constant,
    cut,
    damaged,
    nowhere,
    replaced,
    swapped,
)
from tests.faults.fault import RIGHT, TOLD, add
from tests.faults.rows.lists import DEEP

for text in ('0/4', '5/4', 'a/b', '', '½/1', 'Auto'):
    add(
        f'shards/of {text!r}',
        f'the shard is {text!r}',
        'extract',
        names=('--shard: expected i/n', repr(text)),
        options=('--shard', text),
    )
for command in ('infer', 'pack'):
    add(
        f'shards/{command} 0/4',
        'the shard is 0/4',
        command,
        names=(f'{command}: --shard: expected i/n', '0/4'),
        options=('--shard', '0/4'),
    )
add(
    'shards/of very many',
    'of 999 999 999 shards, by length, the first one is asked for, which has '
    'the longest video',
    'extract shard',
    RIGHT,
    options=('--shard', '1/999999999'),
)

LAUNCHERS = ('SLURM_ARRAY_TASK_ID', 'JOB_COMPLETION_INDEX', 'RANK')


def _variables(**values: str):
    """Let the launchers' variables be these, and no others."""

    def inside(place: Path) -> None:
        for name in LAUNCHERS:
            os.environ.pop(name, None)
        os.environ.update(values)

    return inside


for name, words, values, found in (
    ('nobody', 'no launcher has set anything', {}, 'found none of them'),
    (
        'two',
        'two launchers have',
        dict(RANK='0', WORLD_SIZE='2', JOB_COMPLETION_INDEX='0'),
        'JOB_COMPLETION_INDEX and RANK',
    ),
    (
        'no count',
        'Kubernetes tells no count',
        dict(JOB_COMPLETION_INDEX='0', JOB_COMPLETIONS=''),
        'expected a number in JOB_COMPLETIONS',
    ),
    (
        'a word',
        'the rank is a word',
        dict(RANK='first', WORLD_SIZE='2'),
        "expected a number in RANK, found 'first'",
    ),
    (
        'behind',
        'the rank is that of no process',
        dict(RANK='2', WORLD_SIZE='2'),
        'RANK=2, WORLD_SIZE=2',
    ),
):
    add(
        f'shards/auto {name}',
        f'the shard is auto, and {words}',
        'extract',
        names=('--shard auto: expected', found),
        inside=_variables(**values),
        options=('--shard', 'auto'),
    )
add(
    'shards/auto right',
    'the shard is auto, and torchrun says 1/2',
    'extract shard',
    RIGHT,
    inside=_variables(RANK='0', WORLD_SIZE='2'),
    options=('--shard', 'auto'),
)

TABLE = 'lengths.csv'
add(
    'shards/lengths alone',
    'a table of lengths without a shard',
    'extract',
    names=('--lengths: expected --shard',),
    options=('--lengths', TABLE),
)
for name, words, maker, ends in (
    ('empty', 'is empty', constant(b''), TOLD),
    ('header alone', 'has a header alone', constant(b'video,frames\n'), TOLD),
    ('column', 'lacks a column', swapped('frames', 'seconds'), TOLD),
    ('negative', 'has a negative length', swapped('160', '-160'), TOLD),
    ('broken number', 'has half a frame', swapped('160', '160.5'), TOLD),
    ('two lengths', 'has a video twice', swapped('two', 'one'), TOLD),
    ('zeros', 'is zeros', constant(bytes(99)), TOLD),
    (
        'latin',
        'is of Latin-1',
        lambda content: content.replace(b'two', b'zw\xf6lf'),
        TOLD,
    ),
    (
        'windows',
        'has line ends of Windows and a mark',
        lambda content: b'\xef\xbb\xbf' + content.replace(b'\n', b'\r\n'),
        RIGHT,
    ),
):
    add(
        f'shards/lengths {name}',
        f'a table of lengths {words}',
        'extract shard',
        ends,
        names=(TABLE,),
        around=damaged(TABLE, maker),
    )
for name, words, put in (
    ('gone', 'is not there', nowhere),
    ('folder', 'is a folder', Path.mkdir),
):
    add(
        f'shards/lengths {name}',
        f'a table of lengths {words}',
        'extract shard',
        names=(TABLE,),
        around=replaced(TABLE, put),
    )

NOTE = 'sharded/.failed-1-of-2.json'
for name, words, maker in (
    ('empty', 'is empty', constant(b'')),
    ('cut', 'ends in the middle', cut(0.5)),
    ('list', 'is a list', constant(b'["one"]')),
    ('deep', 'has 200 000 brackets', constant(DEEP)),
):
    add(
        f'shards/note {name}',
        f'what a shard noted {words}',
        'extract report',
        names=(NOTE,),
        around=damaged(NOTE, maker),
    )
add(
    'shards/note folder',
    'a folder is where a shard noted what failed',
    'extract report',
    names=(NOTE,),
    around=replaced(NOTE, Path.mkdir),
)
for name, file in (
    ('very many', '.failed-1-of-999999999.json'),
    ('beyond', '.failed-5-of-4.json'),
    ('none', '.failed-0-of-0.json'),
):
    add(
        f'shards/note {name}',
        f'there is a note {file}',
        'extract report',
        RIGHT,
        around=replaced(f'sharded/{file}', lambda path: path.write_text('{}')),
    )
for name, file, words, maker, said in (
    (
        'cut',
        'sharded/two.npy',
        'features end in the middle',
        cut(0.5),
        ('missing: two',),
    ),
    (
        'other make',
        'sharded/two.json',
        'features are of another make',
        swapped('"fp32"', '"bf16"'),
        ('of another make: sharded/two.npy', 'bf16'),
    ),
    (
        'side-car',
        'sharded/two.json',
        'a side-car ends in the middle',
        cut(0.5),
        ('of another make: sharded/two.json',),
    ),
):
    add(
        f'shards/report {name}',
        f'{words}, and a report is asked for',
        'extract report',
        names=said,
        around=damaged(file, maker),
        spoils=('sharded/two.*',),
    )


def held(folder: str, part: str):
    """A context in which another run has a part of a folder."""

    @contextmanager
    def around(place: Path) -> Iterator[None]:
        with lock_folder(place / folder, 'another run', '', part):
            yield

    return around


for name, words, part, ends in (
    ('same', 'the same shard', 'shard-1-of-2', TOLD),
    ('other', 'another shard', 'shard-2-of-2', RIGHT),
):
    add(
        f'shards/at once {name}',
        f'another run does {words} in one folder',
        'extract shard',
        ends,
        names=('extracted: another run',),
        around=held('extracted', part),
    )
add(
    'shards/pack at once',
    'another run packs the same shard',
    'pack shard',
    names=('store/shard-1-of-2: another run',),
    around=held('store/shard-1-of-2', 'run'),
)


def _elsewhere(part: str):
    """A context in which another store is where one is to be made."""

    def put(store: Path) -> None:
        folder = store / part
        folder.mkdir(parents=True)
        (folder / 'index.json').write_text('{}')

    return replaced('store', put)


add(
    'shards/pack beside a whole one',
    'a store in one piece is where shards are to be',
    'pack shard',
    names=('store: expected no store in one piece',),
    around=_elsewhere(''),
)
add(
    'shards/pack beside another row',
    'shards of a row of three are there',
    'pack shard',
    names=('store: expected shards of a row of 2', '1/3'),
    around=_elsewhere('shard-1-of-3'),
)
add(
    'shards/pack whole beside shards',
    'shards are where a store in one piece is to be',
    'pack',
    names=('store: expected no shards',),
    around=_elsewhere('shard-1-of-3'),
)
add(
    'shards/pack cut features',
    'features of a video of a shard end in the middle',
    'pack shard',
    names=('features/train', '.npy'),
    around=damaged('features/train3.npy', cut(0.5)),
)
