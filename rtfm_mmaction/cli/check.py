"""Say all that is wrong with the data sets of a config, in one table.

Says, too, what the training will cost here, by a step on random features.
Ends with a verdict; the exit code is 1 if there is an error, else 0.
"""

import argparse
import json

from rich.console import Console
from rich.progress import track

from ..apis.running import load_config
from ..apis.training_cost import measure_cost
from ..datasets.checking import check_data, print_report
from ..io.atomic import atomic_path
from .one_line import errors_in_one_line
from .options import add_cfg_options, add_config, command_parser


def positive(text: str) -> int:
    """Read a number of threads."""
    if int(text) < 1:
        raise ValueError
    return int(text)


def make_parser() -> argparse.ArgumentParser:
    """Make the command's parser."""
    parser = command_parser(__doc__)
    add_config(parser)
    parser.add_argument(
        '--no-values',
        action='store_true',
        help='read annotations, names and headers alone, as rtfm train '
        'does before it starts',
    )
    parser.add_argument(
        '--workers', type=positive, default=2, help='threads that read values'
    )
    parser.add_argument(
        '--json', metavar='FILE', help='file to write everything to as well'
    )
    add_cfg_options(parser)
    return parser


def main(argv=None) -> None:
    """Check.

    Args:
        argv (list[str], optional): Arguments. Defaults to None, those of the
            process.

    Raises:
        SystemExit: At the end, with the exit code.
    """
    args = make_parser().parse_args(argv)
    with errors_in_one_line('check', OSError, ValueError, KeyError):
        config = load_config(
            args.config, args.cfg_options, fill_channels=False
        )
    with errors_in_one_line('check', OSError):
        report = check_data(
            config,
            not args.no_values,
            args.workers,
            track=lambda results, total: track(
                results, 'reading', total, console=Console(stderr=True)
            ),
        )
        if report.ready and not args.no_values:
            cost = measure_cost(config)
            report.notes += [] if cost is None else [str(cost)]
        print_report(report)
        if args.json:
            text = json.dumps(report.as_dict(), indent=1, allow_nan=False)
            with atomic_path(args.json) as temporary:
                temporary.write_text(f'{text}\n', encoding='utf-8')
    raise SystemExit(0 if report.ready else 1)
