"""Show which snippets of a video stand out, and by which part of the frame.

Writes <video>_explained.png and <video>_explained.json into --out. The map
shows the cells of the backbone's last feature map that carry a snippet's
magnitude; of a head without magnitudes its score.
"""

import argparse

from rich.console import Console
from rich.table import Table

from ..apis.devices import choose_device
from ..apis.explanation import Explanation, explain, load_explained
from ..apis.explanation_files import write_explanation
from ..io.names import printable
from .one_line import errors_in_one_line
from .options import (
    OF_CHECKPOINT,
    add_checkpoint,
    add_config,
    add_device,
    add_dtype,
    add_extractor,
    add_other_features,
    command_parser,
)


def make_parser() -> argparse.ArgumentParser:
    """Make the command's parser."""
    parser = command_parser(__doc__)
    parser.add_argument('video', help='video file, or folder of frames')
    add_config(parser, '--config', also=OF_CHECKPOINT)
    add_checkpoint(parser, '--checkpoint', required=True)
    add_extractor(parser, also=OF_CHECKPOINT)
    add_other_features(parser)
    parser.add_argument('--out', required=True, help='folder for the results')
    which = parser.add_mutually_exclusive_group()
    which.add_argument(
        '--top',
        type=int,
        help='how many snippets of largest magnitude, or score; default: K '
        'of the detector, 3 as a rule',
    )
    which.add_argument(
        '--at',
        type=float,
        nargs='+',
        metavar='SECONDS',
        help='times whose snippets are shown in place of the top ones',
    )
    parser.add_argument(
        '--fps',
        type=float,
        help='frames per second, in place of what the video says',
    )
    add_device(parser)
    add_dtype(parser)
    return parser


def show(explanation: Explanation, console: Console) -> None:
    """Print the snippets, and where in the frame their largest crop is."""
    table = Table()
    measure = explanation.measure
    # The score has a column in any case.
    more = [] if measure == 'score' else [measure]
    for name in (
        'snippet',
        'seconds',
        'score',
        *more,
        'largest crop: columns, rows',
    ):
        table.add_column(name)
    for snippet in explanation.snippets:
        rows, columns = snippet.middle.shape[:2]
        left, top, right, bottom = explanation.box(snippet)
        table.add_row(
            str(snippet.index),
            f'{snippet.start:.1f} - {snippet.end:.1f}',
            f'{snippet.score:.3f}',
            *[f'{snippet.value:.4g}' for _ in more],
            f'{left * columns:.0f} - {right * columns:.0f}, '
            f'{top * rows:.0f} - {bottom * rows:.0f}',
        )
    console.print(table)
    if explanation.result.note:
        console.print(
            printable(explanation.result.note),
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
    with errors_in_one_line('explain', OSError, ValueError, RuntimeError):
        inferencer = load_explained(
            args.config,
            args.checkpoint,
            args.extractor,
            choose_device(args.device),
            args.dtype,
            args.fps,
            args.other_features,
        )
        explanation = explain(inferencer, args.video, args.top, args.at)
        files = write_explanation(explanation, args.out)
    show(explanation, console)
    for path in files:
        console.print(
            printable(path), markup=False, highlight=False, soft_wrap=True
        )
