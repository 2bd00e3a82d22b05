"""Write UCSD Ped2's annotation files from its published lists."""

from ..converters import ucsd_ped2
from .converter_options import Converter

CONVERTER = Converter(
    ucsd_ped2.convert_ucsd_ped2,
    dataset='ucsd-ped2',
    classes=ucsd_ped2.CLASSES,
    sources=dict(annotations='annotations.txt as published'),
    options={
        'keep_intervals': dict(
            action='store_true',
            help='keep the intervals of training videos, for '
            'rtfm workshop random-splits',
        )
    },
    description=__doc__,
)
make_parser, main = CONVERTER.make_parser, CONVERTER.main
