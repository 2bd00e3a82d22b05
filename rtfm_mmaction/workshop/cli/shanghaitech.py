"""Write ShanghaiTech's annotation files from its published lists."""

from ..converters import shanghaitech
from .converter_options import run_converter


def main(argv=None) -> None:
    """Run the tool.

    Args:
        argv (list[str], optional): Arguments. Defaults to None, those of the
            process.
    """
    run_converter(
        shanghaitech.convert_shanghaitech,
        dataset='shanghaitech',
        classes=shanghaitech.CLASSES,
        sources=dict(
            train_list='SH_Train.txt as published',
            test_list='SH_Test.txt as published',
            masks='folder test_frame_mask as published',
        ),
        description=__doc__,
        argv=argv,
    )
