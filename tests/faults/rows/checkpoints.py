"""Checkpoints of torch, in both of its kinds of file."""

import io
import pickle
import zipfile
from pathlib import Path

import torch

from tests.faults.damaging import (
    constant,
    cut,
    damaged,
    flipped,
    nowhere,
    replaced,
    zeroed,
)
from tests.faults.fault import RIGHT, TOLD_OR_RIGHT, add

FILE = 'made/iter_6.pth'
BACKBONE = 'bright/b.pth'


def _saved(content, **options) -> bytes:
    file = io.BytesIO()
    torch.save(content, file, **options)
    return file.getvalue()


def _load(content: bytes):
    return torch.load(io.BytesIO(content), weights_only=False)


def _legacy(content: bytes) -> bytes:
    return _saved(_load(content), _use_new_zipfile_serialization=False)


def _changed(change):
    """A maker that loads, changes and saves."""

    def maker(content: bytes) -> bytes:
        loaded = _load(content)
        return _saved(change(loaded))

    return maker


def _bomb(_: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, 'w', zipfile.ZIP_DEFLATED) as archive:
        archive.writestr('archive/data.pkl', bytes(1 << 27))
    return file.getvalue()


class _Order:
    def __reduce__(self):
        return (exec, ("open('ran.txt', 'w').close()",))


def _without_a_weight(content):
    state = content['state_dict']
    state.pop(next(iter(state)))
    return content


def _other_shapes(content):
    state = content['state_dict']
    for name in state:
        if state[name].ndim > 1:
            state[name] = state[name][:1]
    return content


def _nested(content):
    inner = []
    for _ in range(10**5):
        inner = [inner]
    return inner


MAKERS = {
    'empty': ('is empty', constant(b'')),
    'head': ('ends in its head', lambda content: content[:30]),
    'cut': ('ends in the middle', cut(0.5)),
    'end cut': ('lacks its last 30 bytes', lambda content: content[:-30]),
    'zeros': ('is zeros', zeroed(0, 1)),
    'page': ('is a page of HTML', constant(b'<!DOCTYPE html>' * 20)),
    'text': (
        'is the note of a large-file storage',
        constant(
            b'version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n'
        ),
    ),
    'legacy cut': (
        'of the older kind ends in the middle',
        lambda content: cut(0.7)(_legacy(content)),
    ),
    'legacy end': (
        'of the older kind lacks its end',
        lambda content: _legacy(content)[:-30],
    ),
    'bomb': ('would unpack to 128 MB', _bomb),
    'order': ('would run code', lambda _: _saved(_Order())),
    'pickle': ('is a bare pickle', lambda _: pickle.dumps({'a': 1})),
    'order in legacy': (
        'of the older kind would run code',
        lambda _: _saved(_Order(), _use_new_zipfile_serialization=False),
    ),
    'list': ('holds a list', lambda _: _saved([1, 2])),
    'number': ('holds a number', lambda _: _saved(3)),
    'no weights': ('holds no weights', lambda _: _saved({})),
    'weight missing': ('lacks a weight', _changed(_without_a_weight)),
    'other shapes': ('has other shapes', _changed(_other_shapes)),
    'words': (
        'has a word for a weight',
        _changed(
            lambda content: {
                'state_dict': dict.fromkeys(content['state_dict'], 'a')
            }
        ),
    ),
    'none': (
        'has nothing for its weights',
        _changed(lambda _: {'state_dict': None}),
    ),
    'numbered': (
        'has numbers for names',
        _changed(
            lambda c: {'state_dict': dict(enumerate(c['state_dict'].values()))}
        ),
    ),
}
for name, (words, maker) in MAKERS.items():
    add(
        f'checkpoints/infer {name}',
        f'a checkpoint {words}',
        'infer features',
        names=(FILE,),
        around=damaged(FILE, maker),
    )
for name in ('empty', 'cut', 'legacy cut', 'other shapes', 'list', 'order'):
    words, maker = MAKERS[name]
    add(
        f'checkpoints/test {name}',
        f'a checkpoint to test {words}',
        'test',
        names=(FILE,),
        around=damaged(FILE, maker),
    )
for name in ('cut', 'list', 'order', 'other shapes'):
    words, maker = MAKERS[name]
    add(
        f'checkpoints/extractor {name}',
        f'weights of an extractor: the file {words}',
        'extract',
        names=(BACKBONE,),
        around=damaged(BACKBONE, maker),
    )
    add(
        f'checkpoints/resume {name}',
        f'a checkpoint to go on from {words}',
        'train on',
        names=('made/iter_3.pth',),
        around=damaged('made/iter_3.pth', maker),
    )
add(
    'checkpoints/missing',
    'no checkpoint of that name',
    'infer features',
    names=(FILE,),
    around=replaced(FILE, nowhere),
)
add(
    'checkpoints/folder',
    'a folder of the name of a checkpoint',
    'infer features',
    names=(FILE,),
    around=replaced(FILE, Path.mkdir),
)
add(
    'checkpoints/legacy',
    'a checkpoint of the older kind, which is sound',
    'infer features',
    RIGHT,
    around=damaged(FILE, _legacy),
)
for seed in range(4):
    add(
        f'checkpoints/bits {seed}',
        'bits of a checkpoint turn in its directory',
        'infer features',
        TOLD_OR_RIGHT,
        names=(FILE,),
        around=damaged(FILE, flipped(40, seed, 0.98)),
    )
