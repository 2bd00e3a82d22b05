"""Does magnitude tell abnormal from normal? Theorem 3.1 against your data.

Draws the expected separability of abnormal and normal videos against k, by
the paper's closed form and by simulation; with a file of predictions also
those of its videos, beside what is measured on their magnitudes. Says whether
abnormal snippets have the larger magnitudes, which RTFM takes for granted.
"""

import argparse

from ...cli.one_line import errors_in_one_line
from ...cli.options import add_predictions, command_parser
from ...visualization.saving import save_figure
from ..charts.separability_chart import separability_figure
from ..experiments.separability import EPSILON
from ..experiments.separability_report import measured_panel, theory_panel
from .experiment_options import add_picture


def make_parser() -> argparse.ArgumentParser:
    """Make the command's parser."""
    parser = command_parser(__doc__)
    add_predictions(
        parser,
        also='rtfm workshop classic-baselines --out writes one with the '
        'magnitudes of the raw features (default: theory alone)',
        nargs='?',
    )
    add_picture(parser)
    parser.add_argument(
        '--max-k',
        type=int,
        default=32,
        help='largest k of the measured curves (default: 32)',
    )
    parser.add_argument(
        '--k',
        type=int,
        default=3,
        help='snippets that the method selects (default: 3)',
    )
    parser.add_argument(
        '--confidence',
        type=float,
        default=0.95,
        help='of the interval (default: 0.95)',
    )
    parser.add_argument(
        '--epsilon',
        type=float,
        default=EPSILON,
        help=f'of the closed form (default: {EPSILON}, as in the paper)',
    )
    parser.add_argument(
        '--mu',
        type=int,
        default=3,
        help='theory: abnormal snippets of an abnormal video (default: 3)',
    )
    parser.add_argument(
        '--length',
        type=int,
        default=32,
        help='theory: snippets of a video (default: 32)',
    )
    for kind, default in (
        ('abnormal', (60.0, 10.0)),
        ('normal', (30.0, 10.0)),
    ):
        parser.add_argument(
            f'--{kind}',
            type=float,
            nargs=2,
            default=default,
            metavar=('MEAN', 'STD'),
            help=f'theory: magnitudes of {kind} snippets (default: '
            f'{default[0]:g} {default[1]:g})',
        )
    parser.add_argument('--seed', type=int, default=0, help='(default: 0)')
    return parser


def parse_args(argv=None) -> argparse.Namespace:
    """Read the command line.

    Args:
        argv (list[str], optional): Arguments. Defaults to None, those of the
            process.
    """
    parser = make_parser()
    args = parser.parse_args(argv)
    for name in ('max_k', 'k', 'length'):
        if getattr(args, name) < 1:
            parser.error(
                f'--{name.replace("_", "-")}: found '
                f'{getattr(args, name)}, expected at least 1'
            )
    if not 0 < args.confidence < 1:
        parser.error(
            f'--confidence: found {args.confidence}, expected a '
            'number between 0 and 1'
        )
    if args.epsilon < 0:
        parser.error(f'--epsilon: found {args.epsilon}, expected at least 0')
    return args


def main(argv=None) -> None:
    """Compute, print and draw.

    Args:
        argv (list[str], optional): Arguments. Defaults to None, those of the
            process.
    """
    args = parse_args(argv)
    with errors_in_one_line('separability'):
        panels = [
            theory_panel(
                args.mu,
                args.length,
                args.abnormal,
                args.normal,
                args.epsilon,
                args.seed,
            )
        ]
        if args.predictions:
            panel, words = measured_panel(
                args.predictions,
                args.max_k,
                args.k,
                args.epsilon,
                args.confidence,
                args.seed,
            )
            panels.append(panel)
            print('\n'.join(words))
    save_figure(separability_figure(panels), args.out)
    print(args.out)
