"""Write UCF-Crime's annotation files from its published lists."""

from ...datasets.benchmark_classes import UCF_CLASSES
from ..converters import ucf_crime
from .converter_options import Converter

CONVERTER = Converter(
    ucf_crime.convert_ucf_crime,
    dataset='ucf-crime',
    classes=UCF_CLASSES,
    sources=dict(
        train_list='Anomaly_Train.txt as published',
        test_annotations='Temporal_Anomaly_Annotation.txt as published, '
        'or a folder of the .mat files that say the same',
    ),
    options=dict(
        test_list=dict(
            metavar='PATH',
            help='Anomaly_Test.txt as published, to add the normal test '
            'videos that have no annotation',
        )
    ),
    description=__doc__,
)
make_parser, main = CONVERTER.make_parser, CONVERTER.main
