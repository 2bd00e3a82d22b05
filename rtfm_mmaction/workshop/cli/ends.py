"""Do scores rise at a video's ends? The ends of normal videos and the middle.

Of the normal videos of one or more files of predictions (several seeds of one
config), each of the first and last snippets less the mean of its video's
middle, in standard deviations of the middles. Prints the figures and draws
them with their standard errors over the videos.
"""

import argparse

from ...cli.one_line import errors_in_one_line
from ...cli.options import command_parser
from ...visualization.saving import save_figure
from ..charts.ends_chart import ends_figure
from ..experiments.ends import measure_ends
from .experiment_options import add_picture


def make_parser() -> argparse.ArgumentParser:
    """Make the command's parser."""
    parser = command_parser(__doc__)
    parser.add_argument(
        'predictions',
        nargs='+',
        help='JSON of rtfm test --dump, a run each, of the same videos',
    )
    add_picture(parser)
    parser.add_argument(
        '--snippets',
        type=int,
        default=5,
        help='of each end (default: 5, which the convolutions reach)',
    )
    return parser


def main(argv=None) -> None:
    """Measure, print and draw.

    Args:
        argv (list[str], optional): Arguments. Defaults to None, those of the
            process.
    """
    parser = make_parser()
    args = parser.parse_args(argv)
    if args.snippets < 1:
        parser.error(f'--snippets: found {args.snippets}, expected at least 1')
    with errors_in_one_line('ends'):
        found = measure_ends(args.predictions, args.snippets)
    words = (
        f'{found.videos} normal videos, {len(args.predictions)} '
        f'{"run" if len(args.predictions) == 1 else "runs"}'
    )
    first, last = found.mean[: args.snippets], found.mean[args.snippets :]
    print(
        f'{words} ({found.left_out} shorter ones left out), standard '
        'deviations above the middle:'
    )
    for name, values in (('first', first), ('last', last)):
        print(
            f'{name} {args.snippets}: {" ".join(f"{v:+.3f}" for v in values)}'
        )
    print(f'all: {found.both[0]:+.3f} ± {found.both[1]:.3f} (standard error)')
    save_figure(ends_figure(found.mean, found.error, words), args.out)
    print(args.out)
