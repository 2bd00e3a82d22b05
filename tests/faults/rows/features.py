"""Feature files, in each layout, and the segment store."""

import io
import pickle
import struct
from pathlib import Path

import numpy as np

from tests.faults.damaging import (
    constant,
    cut,
    damaged,
    nowhere,
    replaced,
    swapped,
    zeroed,
)
from tests.faults.fault import NOTED, add


def saved(array) -> bytes:
    """Bytes of a .npy file."""
    file = io.BytesIO()
    np.save(file, array, allow_pickle=True)
    return file.getvalue()


def _huge(content: bytes) -> bytes:
    """A header that promises a terabyte."""
    return content.replace(b'(5, 2, 8)', b'(9**9,)  ')


def _bomb_header(length: int) -> bytes:
    """Version 2 headers say their length in four bytes."""
    return b'\x93NUMPY\x02\x00' + struct.pack('<I', length) + b'{' * 64


class _Order:
    def __reduce__(self):
        return (exec, ("open('ran.txt', 'w').close()",))


TRAIN = 'features/train0.npy'
TEST = 'features/test0.npy'
MAKERS = {
    'empty': ('is empty', constant(b'')),
    'header cut': ('ends in its header', lambda content: content[:40]),
    'rows cut': ('ends in its rows', cut(0.6)),
    'one byte short': ('lacks its last byte', lambda content: content[:-1]),
    'zeros': ('is zeros, as a crash leaves it', zeroed(0, 1)),
    'zeroed header': ('has a header of zeros', zeroed(0.05, 0.4)),
    'a page': ('is a page of HTML', constant(b'<!DOCTYPE html>\n' * 9)),
    'a pickle': (
        'is a pickle that would run code',
        lambda _: pickle.dumps(_Order()),
    ),
    'objects': (
        'holds Python objects',
        lambda _: saved(np.array([_Order()], object)),
    ),
    'integers': (
        'holds integers',
        lambda _: saved(np.ones((5, 2, 8), np.int64)),
    ),
    'text array': ('holds text', lambda _: saved(np.array(['a', 'b']))),
    'four axes': (
        'has four axes',
        lambda _: saved(np.ones((5, 2, 8, 1), np.float32)),
    ),
    'no rows': (
        'has no rows',
        lambda _: saved(np.ones((0, 2, 8), np.float32)),
    ),
    'promise': ('promises 387 million numbers', _huge),
    'long header': (
        'has a header of 4 GB',
        lambda _: _bomb_header(2**32 - 1),
    ),
    'nan': (
        'holds NaN',
        lambda _: saved(np.full((5, 2, 8), np.nan, np.float32)),
    ),
    'infinite': (
        'holds infinity',
        lambda _: saved(np.full((5, 2, 8), np.inf, np.float32)),
    ),
    'other channels': (
        'has another C',
        lambda _: saved(np.ones((5, 2, 12), np.float32)),
    ),
}
for name, (words, maker) in MAKERS.items():
    add(
        f'features/infer {name}',
        f'a feature file {words}',
        'infer features',
        names=('test0',),
        around=damaged(TEST, maker),
        spoils=('out/test0.json',),
    )
for name in (
    'empty',
    'rows cut',
    'one byte short',
    'a pickle',
    'integers',
    'promise',
    'nan',
    'other channels',
):
    words, maker = MAKERS[name]
    add(
        f'features/train {name}',
        f'a feature file of the training {words}',
        'train',
        names=('train0',),
        around=damaged(TRAIN, maker),
    )
for name in ('rows cut', 'objects', 'infinite'):
    words, maker = MAKERS[name]
    add(
        f'features/test {name}',
        f'a feature file of the test {words}',
        'test',
        names=('test0',),
        around=damaged(TEST, maker),
    )
    add(
        f'features/pack {name}',
        f'a feature file that is packed {words}',
        'pack',
        names=('train0',),
        around=damaged(TRAIN, maker),
    )
add(
    'features/train missing',
    'a feature file is missing',
    'train',
    names=('train0',),
    around=replaced(TRAIN, nowhere),
)
add(
    'features/train folder',
    'a folder of the name of a feature file',
    'train',
    names=('train0',),
    around=replaced(TRAIN, Path.mkdir),
)
add(
    'features/infer loop',
    'a link that leads back to itself',
    'infer features',
    names=('test0.npy',),
    around=replaced(TEST, lambda path: path.symlink_to(path.name)),
    ends=NOTED,
    spoils=('out/test0.json',),
)
add(
    'features/check all',
    'a feature file ends in its rows',
    'check',
    names=('test0.npy',),
    around=damaged(TEST, cut(0.6)),
)

# Layouts of several files, of lines of text, of channels that are no features.
for name, file, words, maker in (
    ('sultani_text', 'train0.txt', 'a line cut', cut(0.61)),
    ('sultani_text', 'train0.txt', 'no bytes', constant(b'')),
    ('sultani_text', 'train0.txt', 'a word', swapped('0.', 'nought ')),
    ('sultani_text', 'train0.txt', 'zeros', zeroed(0.3, 0.5)),
    ('sultani_text', 'train0.txt', 'not a number', swapped('0.', 'nan 0.')),
    ('per_crop', 'train0__1.npy', 'no bytes', constant(b'')),
    (
        'per_crop',
        'train0__1.npy',
        'other rows',
        lambda _: saved(np.ones((31, 8), np.float32)),
    ),
    ('mgfn', 'train0_i3d.npy', 'rows cut', cut(0.6)),
    (
        'mgfn',
        'train0_i3d.npy',
        'other segments',
        lambda _: saved(np.ones((2, 31, 9), np.float32)),
    ),
    ('crop_first', 'train0_i3d.npy', 'bits in the header', zeroed(0, 0.02)),
):
    add(
        f'features/{name} {words}',
        f'a file of the layout {name}: {words}',
        f'check {name}',
        names=('train0',),
        around=damaged(f'features-{name}/{file}', maker),
    )
add(
    'features/per_crop missing',
    'one crop of two is missing',
    'check per_crop',
    names=('train0',),
    around=replaced('features-per_crop/train0__0.npy', nowhere),
)

INDEX, SEGMENTS = 'packed/index.json', 'packed/segments-*.npy'
for name, words, maker in (
    ('index cut', 'ends in the middle', cut(0.5)),
    ('index empty', 'is empty', constant(b'')),
    ('index list', 'is a list', constant(b'[1, 2]')),
    ('index keys', 'lacks a key', swapped('"layouts"', '"layout"')),
    (
        'index rows',
        'names a row that is not',
        swapped('"row": 0', '"row": 99'),
    ),
    ('index text', 'has a word for a row', swapped('"row": 0', '"row": "a"')),
    (
        'index escape',
        'names a file elsewhere',
        swapped('"segments-', '"../../etc/segments-'),
    ),
):
    add(
        f'store/{name}',
        f'the index of a store {words}',
        'train from store',
        names=('packed',),
        around=damaged(INDEX, maker),
    )
for name, words, maker in (
    ('segments cut', 'end in a row', cut(0.7)),
    ('segments empty', 'are empty', constant(b'')),
    ('segments page', 'are a page of HTML', constant(b'<html></html>' * 99)),
    (
        'segments shape',
        'have another shape',
        lambda _: saved(np.ones((5, 2, 32, 8), np.float32)),
    ),
):
    add(
        f'store/{name}',
        f'the segments of a store {words}',
        'train from store',
        names=('packed',),
        around=damaged(SEGMENTS, maker),
    )
add(
    'store/stale',
    'features are newer than their store',
    'train from store',
    names=('packed', 'train0'),
    around=damaged(TRAIN, lambda content: content),
)
add(
    'store/missing',
    'the segments of a store are missing',
    'train from store',
    names=('packed',),
    around=replaced(SEGMENTS, nowhere),
)
