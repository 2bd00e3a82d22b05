"""The command line that the tools of experiments share."""

import argparse
from pathlib import Path
from typing import Callable, Optional, Sequence

from mmengine.config import DictAction

from ...cli.one_line import errors_in_one_line
from ...cli.options import add_cfg_options, command_parser
from ...io.atomic import atomic_path
from ...visualization.plot_run import FORMATS
from ..experiments.experiment import COMMAND, Experiment, run_experiment
from .recorded_command import command_line


def add_picture(parser: argparse.ArgumentParser) -> None:
    """Add ``--out``, the name of a picture to write.

    Args:
        parser (argparse.ArgumentParser): Of a tool that draws one.
    """
    endings = ', '.join(FORMATS)

    def picture(path: str) -> str:
        if Path(path).suffix[1:] not in FORMATS:
            raise argparse.ArgumentTypeError(
                f'found {path}, expected a name that ends in one of {endings}'
            )
        return path

    parser.add_argument(
        '--out',
        type=picture,
        required=True,
        help=f'picture to write: a name that ends in {endings}',
    )


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


def add_variations(parser: argparse.ArgumentParser, what: str) -> None:
    """Add ``--vary``, which gives ``vary``: a dict of keys for each name.

    Args:
        parser (argparse.ArgumentParser): Of a tool that changes keys.
        what (str): What it does with them.
    """
    parser.add_argument(
        '--vary',
        nargs='+',
        action=_Variation,
        default={},
        metavar=('NAME', 'KEY=VALUE'),
        help=f'{what}; can be given several times',
    )


def experiment_parser(description: str) -> argparse.ArgumentParser:
    """A parser of the arguments that all of these tools take.

    Args:
        description (str): What the tool does.
    """
    parser = command_parser(description)
    parser.add_argument(
        '--out',
        type=Path,
        required=True,
        help='folder of the runs, the tables and the chart; the same command '
        'goes on with what is there',
    )
    parser.add_argument(
        '--seeds',
        type=int,
        nargs='+',
        default=[0, 1, 2, 3, 4],
        help='(default: 0 1 2 3 4)',
    )
    parser.add_argument(
        '--jobs',
        type=int,
        default=1,
        help='runs at a time; they share the cores, or have OMP_NUM_THREADS '
        'threads each (default: 1)',
    )
    parser.add_argument(
        '--keys',
        nargs='+',
        metavar='NAME',
        default=['anomaly/AUC', 'anomaly/AP'],
        help='figures of the table, the first one also of the chart '
        '(default: %(default)s)',
    )
    add_cfg_options(parser, default={})
    return parser


def run_tool(
    name: str,
    args: argparse.Namespace,
    build: Callable[[], Experiment],
    argv: Optional[Sequence[str]] = None,
) -> int:
    """Run a tool's experiment; returns the exit code, 1 if a run failed.

    ``command.txt`` of its folder tells the command.

    Args:
        name (str): Of the tool.
        args (argparse.Namespace): Of :func:`experiment_parser`.
        build (Callable): Makes the experiment.
        argv (Sequence[str], optional): Arguments. Defaults to None, those of
            the process.

    Raises:
        SystemExit: With one sentence, if the input is bad.
    """
    with errors_in_one_line(
        name,
        OSError,
        ValueError,
        KeyError,
        interrupted='interrupted; the same command goes on where each run was',
    ):
        failed = run_experiment(build(), args.out, args.jobs, args.keys)
        with atomic_path(args.out / COMMAND) as temporary:
            temporary.write_text(
                f'{command_line(name, argv)}\n', encoding='utf-8'
            )
    for run, reason in failed.items():
        print(f'failed: {run}: {reason.splitlines()[0].rstrip(":")}')
    return 1 if failed else 0
