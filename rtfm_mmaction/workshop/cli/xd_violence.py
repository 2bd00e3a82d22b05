"""Write XD-Violence's annotation files from its published lists."""

from ...datasets.benchmark_classes import XD_CLASSES
from ..converters import xd_violence
from .converter_options import run_converter


def main(argv=None) -> None:
    """Run the tool.

    Args:
        argv (list[str], optional): Arguments. Defaults to None, those of the
            process.
    """
    run_converter(
        xd_violence.convert_xd_violence,
        dataset='xd-violence',
        classes=XD_CLASSES,
        sources=dict(
            train_list='train_videos.txt as published',
            test_list='test_videos.txt as published',
            test_annotations='annotations.txt as published',
        ),
        description=__doc__,
        argv=argv,
    )
