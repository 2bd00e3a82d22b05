"""Find the anomalies in videos: scores, events, pictures and a report.

Writes into --out report.html to look at, events.csv, and of each video
<video>.json (scores, magnitudes, events) and <video>.png. Several runs share
the inputs by --shard, with a report and a table each.
"""

import argparse
from pathlib import Path
from typing import Callable, Iterator, Sequence

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from ..apis.made_with import MadeWith, made_alike
from ..apis.normal_scores import read_normal_scores
from ..apis.ray_scoring import RayScoring
from ..apis.result import AnomalyResult
from ..apis.result_files import FORMATS, USUAL_FORMATS
from ..apis.scorer_recipe import ScorerRecipe
from ..apis.video_scorer import VideoScorer
from ..datasets.feature_layouts import LAYOUTS
from ..evaluation.functional.events import EventRule
from ..evaluation.functional.logits import to_scores
from ..io.names import printable
from ..io.remote import is_address
from ..visualization.review_report import VIDEOS, is_playable
from .learning import (
    check_made_with,
    check_options,
    learn,
    rule_of,
    untold_threshold,
)
from .one_line import errors_in_one_line
from .options import (
    OF_CHECKPOINT,
    add_cfg_options,
    add_checkpoint,
    add_config,
    add_device,
    add_dtype,
    add_engine,
    add_event_options,
    add_extractor,
    add_other_features,
    add_shard,
    add_still,
    command_parser,
    folder_or_address,
    resources_of,
    shard_of,
)

# From here on three digits of a score are those of 1.
ALL_BUT_ONE = 0.9995
# Rows of the printed table; events.csv has all.
SHOWN = 20


def make_parser() -> argparse.ArgumentParser:
    """Make the command's parser."""
    parser = command_parser(__doc__)
    parser.add_argument(
        'inputs',
        nargs='+',
        help='videos, feature files (.npy), folders, quoted patterns or '
        'addresses of videos (http, https, s3, gs, …)',
    )
    add_config(
        parser,
        '--config',
        also=f'or an .onnx file of rtfm export; {OF_CHECKPOINT}',
    )
    add_checkpoint(parser, '--checkpoint', also='not beside an .onnx file')
    add_extractor(
        parser, also=f'or an .onnx file of rtfm export; {OF_CHECKPOINT}'
    )
    add_other_features(parser)
    parser.add_argument(
        '--out',
        type=folder_or_address,
        required=True,
        help='folder for the results, or its address (s3, gs, …)',
    )
    parser.add_argument(
        '--formats',
        nargs='+',
        choices=FORMATS,
        default=list(USUAL_FORMATS),
        help='what to write; video: the annotated one; activitynet, '
        'label-studio and webvtt: for other tools; default: '
        f'{" ".join(USUAL_FORMATS)}',
    )
    parser.add_argument(
        '--report-videos',
        choices=VIDEOS,
        default='link',
        help='how the report comes by videos: link; copy: link, with '
        'copies of those that browsers do not play; embed: hold them; '
        'default: %(default)s',
    )
    parser.add_argument(
        '--annotations',
        help='JSON annotation file; what it knows is shown beside the scores',
    )
    add_event_options(
        parser,
        normal='JSON files of this command of normal videos, not among '
        'the inputs',
    )
    parser.add_argument(
        '--fps',
        type=float,
        help='frames per second of all inputs, in place of what they say; '
        'default: what they say, 25 where they do not',
    )
    parser.add_argument(
        '--layout',
        help=f'of feature files: {", ".join(LAYOUTS)}; default: that of the '
        'training, where no side-car of rtfm extract says what they are',
    )
    add_device(parser)
    add_dtype(parser)
    add_still(parser)
    parser.add_argument(
        '--batch-size', type=int, help='clips of a pass of the backbone'
    )
    add_shard(parser)
    add_engine(parser, 'scores')
    add_cfg_options(parser)
    return parser


def recipe_of(args: argparse.Namespace) -> ScorerRecipe:
    """Say what scores; exported files alone need no torch."""
    return ScorerRecipe(
        args.config,
        args.checkpoint,
        args.cfg_options,
        dict(
            extractor=args.extractor,
            device=args.device,
            dtype=args.dtype,
            fps=args.fps,
            layout=args.layout,
            annotations=args.annotations,
            other_features=args.other_features,
            still=args.still,
        ),
    )


def make_rule(
    args: argparse.Namespace,
    inferencer: VideoScorer,
    say: Callable[[str], None],
) -> EventRule:
    """Make the rule for events, learned if that is asked for."""
    if args.normal is None:
        rule, threshold = rule_of(args, say)
    else:
        curves = read_normal_scores(args.normal)
        # What is passed over is told when the inputs are scored.
        found = inferencer.find_sources(args.inputs, note=str)
        names = {source.name for source in found}
        for curve in curves:
            if curve.video in names:
                raise ValueError(
                    f'{curve.path}: expected a video that is not '
                    'among the inputs, or the threshold is learned '
                    f'from what it is for, found {curve.video}'
                )
        made_with = made_alike(
            (curve.path, curve.made_with) for curve in curves
        )
        threshold = learn(
            args, [curve.curve for curve in curves], made_with, say
        )
        rule = threshold.rule
    if threshold is not None:
        check_made_with(
            args, threshold, made_with_of(args.inputs, inferencer), say
        )
    return rule


def made_with_of(
    inputs: Sequence[str], inferencer: VideoScorer
) -> Iterator[MadeWith]:
    """Tell what the scores of the inputs will be made with."""
    for source in inferencer.find_sources(inputs, note=str):
        if source.kind in ('video', 'features'):
            yield inferencer.made_with_of(source)


def peak_text(result: AnomalyResult) -> str:
    """Write the highest score so that it is told from others near 1."""
    peak = float(result.scores.max())
    if peak < ALL_BUT_ONE:
        return f'{peak:.3f}'
    missing = 1 - peak
    if result.logits is not None:
        missing = float(to_scores(-result.logits.max()))
    return f'1 - {missing:.1e}' if missing else '1'


def told_apart(results: Sequence[AnomalyResult]) -> str:
    """Say how well annotated videos are told apart, if there are both."""
    known = [result for result in results if result.label is not None]
    if len({result.label for result in known}) < 2:
        return ''
    from ..evaluation.functional.frame_level import video_level_metrics

    figures = video_level_metrics(
        [result.scores for result in known],
        [result.label for result in known],
    )
    abnormal = [bool(one.events) for one in known if one.label]
    normal = [not one.events for one in known if not one.label]
    return (
        f'{sum(abnormal)} of {len(abnormal)} videos that are annotated as '
        f'abnormal have an event, {sum(normal)} of {len(normal)} normal ones '
        'have none; by their highest score: '
        + ', '.join(f'{name} {value:.4f}' for name, value in figures.items())
    )


def show(outcome: dict, out: Path, console: Console) -> None:
    """Print the highest videos, failures and where to look."""
    table = Table()
    for name in ('video', 'length', 'peak score', 'events', 'first event'):
        table.add_column(name)
    ranked = sorted(outcome['predictions'], key=lambda r: -r.scores.max())
    for result in ranked[:SHOWN]:
        first = result.events[0] if result.events else None
        table.add_row(
            escape(printable(result.video)),
            f'{result.duration:.1f} s',
            peak_text(result),
            str(len(result.events)),
            f'{first.start:.1f} - {first.end:.1f} s' if first else '',
        )
    if ranked:
        console.print(table)
    words = told_apart(outcome['predictions'])
    if words:
        console.print(words, highlight=False, soft_wrap=True)
    if len(ranked) > SHOWN:
        console.print(f'… and {len(ranked) - SHOWN} more videos')
    notes = [
        f'{result.video}: {result.note}' for result in ranked if result.note
    ]
    for line in map(printable, notes + list(outcome['failed'].values())):
        console.print(line, markup=False, highlight=False, soft_wrap=True)
    if outcome['visualization']:
        pages = [
            path for path in outcome['visualization'] if path.suffix == '.html'
        ]
        console.print(
            f'Results are in {out}'
            + (f'; look at {pages[0]}' if pages else ''),
            markup=False,
            highlight=False,
            soft_wrap=True,
        )


def main(argv=None) -> None:
    """Run the tool.

    Args:
        argv (list[str], optional): Arguments. Defaults to None, those of the
            process.
    """
    args = make_parser().parse_args(argv)
    console = Console()

    def say(sentence: str) -> None:
        console.print(sentence, markup=False, highlight=False, soft_wrap=True)

    with errors_in_one_line(
        'infer',
        OSError,
        ValueError,
        RuntimeError,
        interrupted=f'interrupted; what was scored is in {args.out}',
    ):
        check_options(args)
        shard = shard_of(args)
        recipe, engine = recipe_of(args), None
        if args.engine == 'ray':
            engine = RayScoring(recipe, resources_of(args), args.batch_size)
            # What is done here needs no GPU, and may have none.
            recipe = recipe.with_options(device='cpu')
        inferencer = recipe.build()
        inferencer.rule = make_rule(args, inferencer, say)
        if inferencer.scores_only_rank:
            words = untold_threshold(args, args.checkpoint or args.config)
            if words:
                say(words)
        outcome = inferencer(
            args.inputs,
            return_datasamples=True,
            batch_size=args.batch_size,
            out_dir=args.out,
            formats=args.formats,
            report_videos=args.report_videos,
            shard=shard,
            engine=engine and engine.of(inferencer),
        )
    if shard is not None:
        say(
            f'shard {shard}: {len(outcome["predictions"])} videos, '
            f'{outcome["there"]} of them were there'
        )
    show(outcome, args.out, console)
    if 'html' in args.formats and args.report_videos == 'link':
        unplayable = sum(
            result.is_video
            and not is_address(result.source)
            and not is_playable(result.source)
            for result in outcome['predictions']
        )
        if unplayable:
            console.print(
                f'{unplayable} videos are not played by browsers; '
                '--report-videos copy adds copies that are'
            )
    if outcome['failed']:
        names = {result.video for result in outcome['predictions']}
        raise SystemExit(
            f'infer: {len(outcome["failed"])} of '
            f'{len(names | set(outcome["failed"]))} inputs could not be '
            'scored, or not be drawn'
        )
