"""Compose untrimmed videos with known abnormal intervals of trimmed clips.

Videos come in pairs: an abnormal one, which shows one abnormal clip in one or
more events and normal clips between them, and its match, which shows another
normal clip in the event's place. Both have the same length and the same cuts,
so that neither tells the label. Each clip is in one video only. Writes
videos/, annotations/train.json and test.json, plan.json (which frames of
which clip stand where) and README.md, the card.
"""

import argparse
from pathlib import Path

from ...cli.one_line import errors_in_one_line
from ...cli.options import command_parser
from ...datasets.annotations import NORMAL
from ...io.progress import progress_bars
from ..composing import Settings, compose
from .recorded_command import command_line


def make_parser() -> argparse.ArgumentParser:
    """Make the command's parser."""
    parser = command_parser(__doc__)
    parser.add_argument(
        '--abnormal',
        required=True,
        nargs='+',
        metavar='CLASS=DIR',
        help='folders of abnormal clips and what to call each class',
    )
    parser.add_argument(
        '--normal',
        required=True,
        nargs='+',
        metavar='DIR',
        help='folders of normal clips',
    )
    parser.add_argument(
        '--scenes',
        metavar='CSV',
        help='table with the columns clip and scene: keeps a scene in one '
        "subset, and puts in an event's place a normal clip of "
        'the same scene',
    )
    parser.add_argument(
        '--train',
        type=int,
        required=True,
        metavar='N',
        help='training videos of each kind: N abnormal and N normal ones',
    )
    parser.add_argument(
        '--val',
        type=int,
        default=0,
        metavar='N',
        help='of the training videos of each kind, how many to set apart: '
        'fit.json and val.json are train.json in two parts; default: 0',
    )
    parser.add_argument(
        '--test',
        type=int,
        required=True,
        metavar='N',
        help='test videos of each kind',
    )
    parser.add_argument(
        '--seconds',
        type=float,
        nargs=2,
        default=(11.0, 22.0),
        metavar=('MIN', 'MAX'),
        help='length of a video; default: 11 22',
    )
    parser.add_argument(
        '--events',
        type=int,
        nargs=2,
        default=(1, 3),
        metavar=('MIN', 'MAX'),
        help='events of an abnormal video; default: 1 3',
    )
    parser.add_argument(
        '--share',
        type=float,
        nargs=2,
        default=(0.3, 0.5),
        metavar=('MIN', 'MAX'),
        help="abnormal share of an abnormal video's time; default: 0.3 0.5",
    )
    parser.add_argument(
        '--normal-clips',
        type=int,
        default=1,
        metavar='N',
        help='normal clips of an abnormal video; its match has one more; '
        'default: %(default)s',
    )
    parser.add_argument(
        '--fps',
        type=float,
        default=30.0,
        help='frames a second; default: %(default)s',
    )
    parser.add_argument(
        '--size',
        type=int,
        nargs=2,
        default=(456, 256),
        metavar=('WIDTH', 'HEIGHT'),
        help='of the videos in pixels; clips are scaled to cover it and cut '
        'at the middle; default: 456 256',
    )
    parser.add_argument(
        '--seed', type=int, default=0, help='default: %(default)s'
    )
    parser.add_argument(
        '--licence',
        required=True,
        metavar='TEXT',
        help='licence and source of the clips, for the card',
    )
    parser.add_argument(
        '--out', required=True, metavar='DIR', help='folder to make'
    )
    parser.add_argument(
        '--overwrite',
        action='store_true',
        help='replace a set that is there, with all that is in its folder',
    )
    return parser


def read_folders(abnormal, normal) -> dict:
    """Kind -> folders, out of the command line.

    Args:
        abnormal (list[str]): CLASS=DIR each.
        normal (list[str]): Folders.
    """
    folders = {}
    for text in abnormal:
        kind, _, folder = text.partition('=')
        kind = kind.strip()
        if not (kind and folder) or kind == NORMAL:
            raise ValueError(
                '--abnormal: expected CLASS=DIR, the class not '
                f'{NORMAL!r}, found {text!r}'
            )
        folders.setdefault(kind, []).append(folder)
    return {**folders, NORMAL: normal}


def main(argv=None) -> None:
    """Run the tool.

    Args:
        argv (list[str], optional): Arguments. Defaults to None, those of the
            process.
    """
    args = make_parser().parse_args(argv)
    # Entered here: a generator's own bar would end with its memory, whenever.
    with (
        errors_in_one_line('compose', OSError, ValueError, RuntimeError),
        progress_bars() as bars,
    ):
        plans = compose(
            read_folders(args.abnormal, args.normal),
            args.out,
            Settings(
                train=args.train,
                val=args.val,
                test=args.test,
                seconds=tuple(args.seconds),
                events=tuple(args.events),
                share=tuple(args.share),
                normal_clips=args.normal_clips,
                fps=args.fps,
                seed=args.seed,
            ),
            tuple(args.size),
            args.licence,
            command_line('compose', argv),
            args.scenes,
            args.overwrite,
            lambda items, text: bars.track(items, description=text),
        )
    frames = sum(plan.frames for plan in plans)
    print(
        f'{args.out}: {len(plans)} videos of {frames} frames; '
        f'{Path(args.out) / "README.md"} says what was done'
    )
