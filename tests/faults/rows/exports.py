"""Exported detectors that are scored with."""

from tests.faults.damaging import (
    constant,
    cut,
    damaged,
    flipped,
    zeroed,
)
from tests.faults.fault import TOLD_OR_RIGHT, add

FILE = 'made/detector.onnx'
for name, words, maker in (
    ('empty', 'is empty', constant(b'')),
    ('cut', 'ends in the middle', cut(0.5)),
    ('head', 'ends after 64 bytes', lambda content: content[:64]),
    ('zeros', 'is zeros', zeroed(0, 1)),
    ('page', 'is a page of HTML', constant(b'<!DOCTYPE html>' * 50)),
    ('end cut', 'lacks its end', lambda content: content[:-200]),
):
    add(
        f'exports/onnx {name}',
        f'an .onnx file {words}',
        'infer onnx',
        names=(FILE,),
        around=damaged(FILE, maker),
    )
for seed in range(2):
    add(
        f'exports/onnx bits {seed}',
        'bits of the head of an .onnx file turn',
        'infer onnx',
        TOLD_OR_RIGHT,
        names=(FILE,),
        around=damaged(
            FILE,
            lambda content, seed=seed: (
                flipped(20, seed)(content[:2000]) + content[2000:]
            ),
        ),
    )
