"""Write annotation files from plain text, for a data set of one's own.

One video a line, fields apart by blanks: name label [start end]*

    park_001.mp4       0
    "front door 2.mp4" abnormal  120 260  400 480
    road_7             Fighting   15  90

name: with or without folders and extension; in "..." if it holds blanks, with
each " in it doubled. # and others are letters like any: there are no comments.
label: 0 or normal, 1 or abnormal, or the kind of anomaly, which is the class.
start end: abnormal frames, counted from 0, without the end (see --one-based).
Each abnormal test video needs them; those of training videos are dropped.
"""

from ..converters import plain_text
from .converter_options import run_converter


def main(argv=None) -> None:
    """Run the tool.

    Args:
        argv (list[str], optional): Arguments. Defaults to None, those of the
            process.
    """
    run_converter(
        plain_text.convert_plain_text,
        sources=dict(train_list='text file of the training videos'),
        options=dict(
            test_annotations=dict(
                metavar='PATH',
                help='text file of the test videos; without it, only '
                'train.json is written',
            ),
            one_based=dict(
                action='store_true',
                help='frames are counted from 1, and the end of an interval '
                'belongs to it',
            ),
        ),
        description=__doc__,
        argv=argv,
    )
