"""Write UCSD Ped2's annotation files from its published lists."""

from ..converters import ucsd_ped2
from .converter_options import run_converter


def main(argv=None) -> None:
    """Run the tool.

    Args:
        argv (list[str], optional): Arguments. Defaults to None, those of the
            process.
    """
    run_converter(
        ucsd_ped2.convert_ucsd_ped2,
        dataset='ucsd-ped2',
        classes=ucsd_ped2.CLASSES,
        sources=dict(annotations='annotations.txt as published'),
        options={
            'keep_intervals': dict(
                action='store_true',
                help='keep the intervals of training videos, for '
                'tools/data/random_splits.py',
            )
        },
        description=__doc__,
        argv=argv,
    )
