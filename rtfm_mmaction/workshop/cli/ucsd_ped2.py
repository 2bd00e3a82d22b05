"""Write UCSD Ped2's annotation files from its published lists."""
import rtfm_mmaction  # noqa: F401  (first: it repairs the stack)
from rtfm_mmaction.datasets.converters import ucsd_ped2
from rtfm_mmaction.datasets.converters.cli import run_converter


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
            'keep_intervals':
            dict(
                action='store_true',
                help='keep the intervals of training videos, for '
                'tools/data/random_splits.py')
        },
        description=__doc__,
        argv=argv)


if __name__ == '__main__':
    main()
