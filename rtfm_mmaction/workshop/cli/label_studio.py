"""Write annotation files from exports of Label Studio, as JSON or JSON-MIN.

Stretches of TimelineLabels, of Labels with times, and Choices of whole videos
are read. A task that was annotated with none of an anomaly is a normal video;
one that nobody has annotated is left out.
"""

from ..converters.label_studio import convert_label_studio
from .converter_options import CLASSES, Converter, rate

CONVERTER = Converter(
    convert_label_studio,
    sources=dict(train_export='JSON file of the training videos'),
    options=dict(
        test_export=dict(
            metavar='PATH',
            help='JSON file of the test videos; without, only train.json is '
            'written',
        ),
        fps=rate('regions in seconds have'),
        **CLASSES,
    ),
    description=__doc__,
)
make_parser, main = CONVERTER.make_parser, CONVERTER.main
