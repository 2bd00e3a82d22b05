"""Judge what rtfm fit makes of a benchmark, once, on its test videos.

Cross-fits the training videos of a config with each seed, chooses by held-out
figures alone, and only then scores the test videos: with each fold's models,
their means, and what was chosen. Writes table.md, and figures.json of each
seed.
"""

import argparse
from pathlib import Path

from ...apis.fitting.folds import FOLDS
from ...apis.fitting.methods import fit_methods
from ...cli.one_line import errors_in_one_line
from ...cli.options import add_cfg_options, add_config, command_parser
from ...io.atomic import atomic_path
from ..experiments.cross_fitting import cross_fit, table
from ..experiments.experiment import COMMAND
from .experiment_options import add_variations
from .recorded_command import command_line


def make_parser() -> argparse.ArgumentParser:
    """Make the command's parser."""
    parser = command_parser(__doc__)
    add_config(parser)
    parser.add_argument(
        '--out',
        type=Path,
        required=True,
        help='folder; the same command goes on with what is there',
    )
    parser.add_argument(
        '--seeds',
        type=int,
        nargs='+',
        default=[0, 1, 2],
        help='of folds and trainings (default: 0 1 2)',
    )
    parser.add_argument(
        '--folds', type=int, default=FOLDS, help='default: %(default)s'
    )
    parser.add_argument(
        '--method',
        choices=fit_methods(),
        help="network that is trained; default: the config's",
    )
    add_variations(
        parser,
        "a setting of the network to try, by keys of the method's config, "
        'in place of the dropouts that rtfm fit tries',
    )
    parser.add_argument(
        '--jobs',
        type=int,
        default=1,
        help='trainings at a time, of one thread each (default: 1)',
    )
    add_cfg_options(parser)
    return parser


def main(argv=None) -> None:
    """Run the tool.

    Args:
        argv (list[str], optional): Arguments. Defaults to None, those of the
            process.
    """
    args = make_parser().parse_args(argv)
    with errors_in_one_line(
        'cross_fit',
        OSError,
        ValueError,
        RuntimeError,
        interrupted='interrupted; the same command goes on where each run was',
    ):
        rows = cross_fit(
            args.config,
            args.seeds,
            args.out,
            args.jobs,
            args.folds,
            args.cfg_options,
            args.method,
            args.vary,
        )
        with atomic_path(args.out / COMMAND) as temporary:
            temporary.write_text(
                f'{command_line("cross_fit", argv)}\n', encoding='utf-8'
            )
    print(table(rows), end='')
