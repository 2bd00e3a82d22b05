"""What the tools write for each other: side-cars, predictions, thresholds,
scores and states.
"""

from tests.faults.damaging import constant, cut, damaged, swapped, zeroed
from tests.faults.fault import NOTED, TOLD, TOLD_OR_RIGHT, add
from tests.faults.rows.lists import DEEP

SIDECAR = 'sidecars/one.json'
for name, words, maker in (
    ('empty', 'is empty', constant(b'')),
    ('cut', 'ends in the middle', cut(0.5)),
    ('zeros', 'is zeros', zeroed(0, 1)),
    ('deep', 'has 200 000 brackets', constant(DEEP)),
    ('list', 'is a list', constant(b'[1]')),
    ('null', 'is null', constant(b'null')),
    (
        'infinite',
        'says infinite frames',
        swapped('"frames": 160', '"frames": Infinity'),
    ),
    ('many', 'says 1e13 frames', swapped('"frames": 160', '"frames": 1e13')),
    ('negative', 'says -5 frames', swapped('"frames": 160', '"frames": -5')),
    (
        'slow',
        'says 1e-300 frames a second',
        swapped('"fps": 25.0', '"fps": 1e-300'),
    ),
    (
        'fps text',
        'says a word for a rate',
        swapped('"fps": 25.0', '"fps": "fast"'),
    ),
    (
        'digits',
        'says a number of 5000 digits',
        swapped('"frames": 160', '"frames": ' + '9' * 5000),
    ),
    (
        'length',
        'says snippets of no frames',
        swapped('"snippet_len": 16', '"snippet_len": 0'),
    ),
    (
        'notes',
        'has a number for notes',
        swapped('"fps": 25.0', '"fps": 25.0, "notes": 7'),
    ),
):
    add(
        f'sidecars/{name}',
        f'the side-car of features {words}',
        'infer sidecars',
        NOTED,
        names=(SIDECAR,),
        around=damaged(SIDECAR, maker),
        spoils=('out/one.json',),
    )

PREDICTIONS = 'made/predictions.json'
for name, words, maker in (
    ('empty', 'are empty', constant(b'')),
    ('cut', 'end in the middle', cut(0.7)),
    ('deep', 'have 200 000 brackets', constant(DEEP)),
    ('list', 'are a list', constant(b'[]')),
    ('null', 'are null', constant(b'null')),
    ('none', 'are of no video', constant(b'{"videos": [], "metrics": {}}')),
    (
        'nan',
        'have NaN for a score',
        swapped('"scores": [', '"scores": [NaN, '),
    ),
    (
        'word',
        'have a word for a score',
        swapped('"scores": [', '"scores": ["a", '),
    ),
    (
        'fewer',
        'have a score too many',
        swapped('"scores": [', '"scores": [0.5, '),
    ),
    ('key', 'lack a key', swapped('"scores"', '"score"')),
    ('name', 'have a number for a name', swapped('"test0"', '7')),
):
    add(
        f'predictions/{name}',
        f'predictions {words}',
        'events',
        names=(PREDICTIONS,),
        around=damaged(PREDICTIONS, maker),
    )

THRESHOLD = 'made/threshold.json'
for name, words, maker in (
    ('empty', 'is empty', constant(b'')),
    ('cut', 'ends in the middle', cut(0.6)),
    ('deep', 'has 200 000 brackets', constant(DEEP)),
    ('list', 'is a list', constant(b'[]')),
    (
        'version',
        'is of a later version',
        swapped('"version": 1', '"version": 99'),
    ),
    ('key', 'lacks a key', swapped('"high"', '"hihg"')),
    (
        'word',
        'has a word for a number',
        swapped('"max_gap": ', '"max_gap": "a", "b": '),
    ),
    ('hours', 'says no hours', swapped('"hours": ', '"hours": -')),
    ('nan', 'says NaN', swapped('"min_length": ', '"min_length": NaN, "b": ')),
    (
        'other',
        'is of another detector',
        swapped('"detector": "', '"detector": "0000'),
    ),
):
    add(
        f'thresholds/{name}',
        f'a stored threshold {words}',
        'infer threshold',
        names=(THRESHOLD,),
        around=damaged(THRESHOLD, maker),
    )

NORMAL = 'normal/calm.json'
for name, words, maker in (
    ('empty', 'are empty', constant(b'')),
    ('cut', 'end in the middle', cut(0.5)),
    ('deep', 'have 200 000 brackets', constant(DEEP)),
    ('list', 'are a list', constant(b'[3]')),
    ('nan', 'have NaN', swapped('"scores": [', '"scores": [NaN, ')),
    ('word', 'have a word', swapped('"scores": [', '"scores": ["a", ')),
    ('fps', 'have no rate', swapped('"fps": 25.0', '"fps": 0')),
):
    add(
        f'normal scores/{name}',
        f'scores of normal videos {words}',
        'infer normal',
        TOLD_OR_RIGHT if name == 'fps' else TOLD,  # snippets have lengths
        names=(NORMAL,),
        around=damaged(NORMAL, maker),
    )
