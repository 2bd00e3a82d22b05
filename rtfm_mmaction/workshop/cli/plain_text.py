"""Write annotation files from plain text, for a data set of one's own.

One video a line, fields apart by blanks: name label [start end]*

    park_001.mp4       0
    "front door 2.mp4" abnormal  120 260  400 480
    road_7             Fighting   15  90

name: with or without folders and extension; in "..." if it holds blanks, with
each " in it doubled. # and others are letters like any: there are no comments.
label: 0 or normal, 1 or abnormal, or the kind of anomaly, which is the class.
start end: abnormal frames, counted from 0, without the end (see --one-based).
Those of training videos are dropped. Test videos can do without: then only
whole videos are told apart, not frames.

Lists of these forms are read as well, and it is said which was found:
    Arson/x.mp4 8640 Arson 3500 4000 -1 -1     (frames, class, intervals)
    Arson/x.mp4|8641|[3500, 4000]              (and: Normal/y.mp4 876 -1)
    Arson/x.mp4                                (name or folder is the class)
    path,label                                 (a table; feature files, too)
"""

import argparse

from ..converters import plain_text
from .converter_options import CLASSES, Converter

CONVERTER = Converter(
    plain_text.convert_plain_text,
    sources=dict(
        train_list=dict(nargs='+', help='text files of the training videos')
    ),
    options=dict(
        test_annotations=dict(
            nargs='+',
            metavar='PATH',
            help='text files of the test videos; without, only '
            'train.json is written',
        ),
        one_based=dict(
            action=argparse.BooleanOptionalAction,
            help='frames are counted from 1, and the end of an interval '
            "belongs to it; default: as the list's form has it",
        ),
        **CLASSES,
    ),
    description=__doc__,
)
make_parser, main = CONVERTER.make_parser, CONVERTER.main
