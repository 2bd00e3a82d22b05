"""Write annotation files from annotations in ActivityNet's JSON.

Videos of the subset training become training videos, those of validation and
testing test videos; a video without annotations, or with some of a class that
means normal alone, is normal. Seconds become frames by --fps, or by the
durations of the file and --videos or --frame-counts.
"""

from ..converters.activitynet import convert_activitynet
from .converter_options import CLASSES, Converter, rate

CONVERTER = Converter(
    convert_activitynet,
    sources=dict(annotations='JSON file with the key database'),
    options=dict(fps=rate('the file has'), **CLASSES),
    description=__doc__,
)
make_parser, main = CONVERTER.make_parser, CONVERTER.main
