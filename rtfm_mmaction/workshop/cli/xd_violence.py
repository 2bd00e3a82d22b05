"""Write XD-Violence's annotation files from its published lists."""

from ...datasets.benchmark_classes import XD_CLASSES
from ..converters import xd_violence
from .converter_options import Converter

CONVERTER = Converter(
    xd_violence.convert_xd_violence,
    dataset='xd-violence',
    classes=XD_CLASSES,
    sources=dict(
        train_list='train_videos.txt as published',
        test_list='test_videos.txt as published',
        test_annotations='annotations.txt as published',
    ),
    description=__doc__,
)
make_parser, main = CONVERTER.make_parser, CONVERTER.main
