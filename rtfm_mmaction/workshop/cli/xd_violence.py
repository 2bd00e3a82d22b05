"""Write XD-Violence's annotation files from its published lists."""
import rtfm_mmaction  # noqa: F401  (first: it repairs the stack)
from rtfm_mmaction.datasets.converters import xd_violence
from rtfm_mmaction.datasets.converters.cli import run_converter


def main(argv=None) -> None:
    """Run the tool.

    Args:
        argv (list[str], optional): Arguments. Defaults to None, those of the
            process.
    """
    run_converter(
        xd_violence.convert_xd_violence,
        dataset='xd-violence',
        classes=xd_violence.CLASSES,
        sources=dict(
            train_list='train_videos.txt as published',
            test_list='test_videos.txt as published',
            test_annotations='annotations.txt as published'),
        description=__doc__,
        argv=argv)


if __name__ == '__main__':
    main()
