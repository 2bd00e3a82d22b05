"""Streams that are watched with exported files."""

from tests.faults.damaging import constant, cut, damaged, zeroed
from tests.faults.fault import add

DETECTOR, EXTRACTOR = 'made/bright.onnx', 'made/extractor.onnx'
for name, words, maker in (
    ('empty', 'is empty', constant(b'')),
    ('cut', 'ends in the middle', cut(0.5)),
    ('zeros', 'is zeros', zeroed(0, 1)),
):
    for what, file in (('detector', DETECTOR), ('extractor', EXTRACTOR)):
        add(
            f'exported streams/{what} {name}',
            f'the exported {what} of a stream {words}',
            'stream onnx',
            names=(file,),
            around=damaged(file, maker),
        )
for name, words, options, said in (
    (
        'checkpoint',
        'a checkpoint is named beside an exported detector',
        ('--checkpoint', 'bright/d.pth'),
        ('--checkpoint: expected none beside', DETECTOR),
    ),
    (
        'two detectors',
        'a detector is named in place of the extractor',
        ('--extractor', DETECTOR),
        (DETECTOR,),
    ),
    (
        'two extractors',
        'an extractor is named in place of the detector',
        ('--config', EXTRACTOR),
        (EXTRACTOR,),
    ),
    (
        'gone',
        'the detector is not there',
        ('--config', 'made/gone.onnx'),
        ('made/gone.onnx',),
    ),
):
    add(
        f'exported streams/{name}',
        words,
        'stream onnx',
        names=said,
        options=options,
    )
