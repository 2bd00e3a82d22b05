"""Compare configs over seeds, as they are and with keys changed.

Writes table.md, table.csv and chart.png: a row for each config, and for each
config with each variation.
"""

import argparse

from mmengine.config import DictAction

from ...cli.options import add_config
from ..experiments.comparison import comparison
from .experiment_options import experiment_parser, run_tool


class _Variation(DictAction):
    """``--vary NAME KEY=VALUE …``, any number of times."""

    def __call__(self, parser, namespace, values, option_string=None) -> None:
        name, *pairs = values
        if '=' in name or not pairs:
            parser.error(
                f'--vary: expected NAME KEY=VALUE …, found {" ".join(values)}'
            )
        before = getattr(namespace, self.dest)
        setattr(namespace, self.dest, {})  # which the base class adds to
        super().__call__(parser, namespace, pairs, option_string)
        setattr(
            namespace,
            self.dest,
            {**before, name: getattr(namespace, self.dest)},
        )


def make_parser() -> argparse.ArgumentParser:
    """Make the command's parser."""
    parser = experiment_parser(__doc__)
    add_config(parser, nargs='+')
    parser.add_argument(
        '--vary',
        nargs='+',
        action=_Variation,
        default={},
        metavar=('NAME', 'KEY=VALUE'),
        help='each config once more with these keys changed; can be given '
        'several times',
    )
    parser.add_argument(
        '--splits',
        metavar='FOLDER',
        help='folder below data_root that rtfm workshop random-splits made: '
        'the run of seed s takes the annotation files in FOLDER/s',
    )
    return parser


def main(argv=None) -> int:
    """Run the tool; returns the exit code, 1 if a run failed.

    Args:
        argv (list[str], optional): Arguments. Defaults to None, those of the
            process.
    """
    args = make_parser().parse_args(argv)
    return run_tool(
        'compare',
        args,
        lambda: comparison(
            args.config, args.seeds, args.cfg_options, args.vary, args.splits
        ),
        argv,
    )
