"""Write ShanghaiTech's annotation files from its published lists."""

from ..converters import shanghaitech
from .converter_options import Converter

CONVERTER = Converter(
    shanghaitech.convert_shanghaitech,
    dataset='shanghaitech',
    classes=shanghaitech.CLASSES,
    sources=dict(
        train_list='SH_Train.txt as published',
        test_list='SH_Test.txt as published',
        masks='folder test_frame_mask as published',
    ),
    description=__doc__,
)
make_parser, main = CONVERTER.make_parser, CONVERTER.main
