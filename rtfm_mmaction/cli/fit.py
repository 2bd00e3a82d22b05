"""Make a detector of two folders of videos, and say how good it is.

Looks at the folders, extracts features, trains models on folds of the videos,
so that each video is judged by models that never saw it, and chooses models
and threshold by that. Writes into --out the detector for rtfm infer, stream
and export, README.md, which says how good it is, and report.html, the page of
all training videos. Stopped at any moment, the same command goes on.
"""

import argparse

from ..apis.fitting.fit import fit
from ..apis.fitting.folds import FOLDS
from ..apis.fitting.methods import USUAL, fit_methods
from ..evaluation.functional.alarm_rates import DAY
from ..visualization.review_report import VIDEOS
from .one_line import errors_in_one_line
from .options import (
    add_device,
    add_dtype,
    add_extractor,
    add_two_folders,
    command_parser,
)


def make_parser() -> argparse.ArgumentParser:
    """Make the command's parser."""
    parser = command_parser(__doc__)
    add_two_folders(parser)
    parser.add_argument('--out', required=True, help='folder for the detector')
    parser.add_argument(
        '--work',
        metavar='FOLDER',
        help='folder for features and trainings, which can go when all is '
        'done; default: OUT_work',
    )
    parser.add_argument(
        '--dry-run',
        action='store_true',
        help='stop after saying what is there and how long it will take',
    )
    parser.add_argument(
        '--method',
        choices=fit_methods(),
        default=USUAL,
        help='network that is trained; default: %(default)s',
    )
    add_extractor(parser, also='in place of the one that --crops names')
    parser.add_argument(
        '--annotations',
        metavar='FILE',
        help='JSON annotation file with what is known of times in training '
        'videos, to judge frames by',
    )
    parser.add_argument(
        '--false-alarms-per-day',
        type=float,
        default=float(DAY),
        metavar='RATE',
        help='that a camera may have; default: %(default)g',
    )
    parser.add_argument(
        '--verdicts',
        metavar='FILE',
        help='verdicts.json of a report, to learn from',
    )
    parser.add_argument(
        '--from',
        dest='before',
        metavar='FOLDER',
        help='detector that the verdicts are of; README.md says what changed',
    )
    parser.add_argument(
        '--with-extractor',
        action='store_true',
        help="put the extractor's weights into the folder, too",
    )
    parser.add_argument(
        '--folds', type=int, default=FOLDS, help='default: %(default)s'
    )
    parser.add_argument(
        '--seed',
        type=int,
        default=0,
        help='of folds and trainings; default: %(default)s',
    )
    parser.add_argument(
        '--jobs',
        type=int,
        help='trainings at a time, of one thread each; default: one a core',
    )
    parser.add_argument(
        '--report-videos',
        choices=VIDEOS,
        default='link',
        help='how the report comes by videos, see rtfm infer; default: '
        '%(default)s',
    )
    add_device(parser)
    add_dtype(parser, 'what suits the device')
    return parser


def main(argv=None) -> None:
    """Run the tool.

    Args:
        argv (list[str], optional): Arguments. Defaults to None, those of the
            process.
    """
    args = make_parser().parse_args(argv)
    with errors_in_one_line(
        'fit',
        OSError,
        ValueError,
        RuntimeError,
        interrupted='interrupted; the same command goes on where it was',
    ):
        result = fit(**vars(args))
    if result is not None:
        print(f'The detector is in {result.out}; look at {result.report}')
