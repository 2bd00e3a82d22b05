"""Judge the events of a test run: precision and recall at temporal IoUs, mAP,
false alarms per hour and the delay of detection.
"""

import argparse
from typing import Any, Dict

from rich.console import Console
from rich.table import Table

from ..apis.made_with import MadeWith, made_alike
from ..evaluation.event_report import (
    event_report,
    normal_videos,
    write_report,
)
from ..evaluation.functional.event_metrics import IOU_THRESHOLDS
from ..evaluation.functional.events import EventRule
from ..evaluation.predictions import read_predictions
from ..evaluation.summary import with_spread
from .learning import (
    check_made_with,
    check_options,
    learn,
    rule_of,
    untold_threshold,
)
from .one_line import errors_in_one_line
from .options import (
    add_event_options,
    add_predictions,
    command_parser,
)


def make_parser() -> argparse.ArgumentParser:
    """Make the command's parser."""
    parser = command_parser(__doc__)
    add_predictions(parser)
    parser.add_argument(
        '--fps',
        type=float,
        default=25.0,
        help='frames per second of the videos; default: %(default)g',
    )
    add_event_options(
        parser,
        normal='other files of rtfm test --dump, whose normal '
        'videos are not judged here',
    )
    parser.add_argument('--json', help='file to write figures and events to')
    return parser


def show(report: Dict[str, Any], console: Console) -> None:
    """Print the figures."""
    figures, counts = report['metrics'], report['counts']
    names = ('precision', 'recall', 'F1', 'AP')
    table = Table(
        'IoU',
        *names,
        title=f'{counts["events"]} events, '
        f'{counts["intervals"]} annotated intervals',
    )
    for iou in IOU_THRESHOLDS:
        table.add_row(
            f'{iou:g}',
            *(with_spread(figures[f'{name}@{iou:g}']) for name in names),
        )
    console.print(table)
    alarms, normal, median, mean = (
        with_spread(figures[name], digits=2)
        for name in (
            'false_alarms_per_hour',
            'false_alarms_per_hour_normal',
            'delay_median',
            'delay_mean',
        )
    )
    for line in (
        f'mAP@IoU {with_spread(figures["mAP"])}',
        f'false alarms per hour {alarms}, of normal videos {normal}',
        f'delay {median} s (median), {mean} s (mean); '
        f'{figures["missed"]} of {counts["intervals"]} annotated '
        'intervals missed',
    ):
        console.print(line, highlight=False, soft_wrap=True)


def make_rule(args: argparse.Namespace, console: Console) -> EventRule:
    """Make the rule for events, learned if that is asked for."""

    def say(sentence: str) -> None:
        console.print(sentence, markup=False, highlight=False, soft_wrap=True)

    check_options(args)
    if args.normal is None:
        rule, threshold = rule_of(args, say)
    else:
        videos = normal_videos(args.normal, args.predictions, args.fps)
        threshold = learn(
            args,
            [video.curve for video in videos],
            made_alike((path, _made_with(path)) for path in args.normal),
            say,
        )
        rule = threshold.rule
    if threshold is not None:
        check_made_with(args, threshold, [_made_with(args.predictions)], say)
    if read_predictions(args.predictions)[0].get('scores_only_rank') is True:
        words = untold_threshold(args, args.predictions)
        if words:
            say(words)
    return rule


def _made_with(path: str) -> MadeWith:
    """What the scores of a file of predictions were made with."""
    return MadeWith.of(read_predictions(path)[0].get('made_with'))


def main(argv=None) -> None:
    """Judge, print and write.

    Args:
        argv (list[str], optional): Arguments. Defaults to None, those of the
            process.
    """
    args = make_parser().parse_args(argv)
    console = Console()
    with errors_in_one_line('events'):
        rule = make_rule(args, console)
        report = event_report(args.predictions, rule, args.fps)
        show(report, console)
        if args.json:
            write_report(report, args.json)
