"""Show which snippets of a video stand out, and by which part of the frame.

Writes <video>_explained.png and <video>_explained.json into --out. The map
shows the cells of the backbone's last feature map that carry a snippet's
magnitude.
"""

import argparse

from rich.console import Console
from rich.table import Table

from ..apis.explanation import Explanation, explain, load_explained
from ..apis.explanation_files import write_explanation


def parse_args(argv=None) -> argparse.Namespace:
    """Read the command line.

    Args:
        argv (list[str], optional): Arguments. Defaults to None, those of the
            process.
    """
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument('video', help='video file')
    parser.add_argument(
        '--config',
        required=True,
        help='config that the detector was trained by, or its name',
    )
    parser.add_argument('--checkpoint', required=True, help='weights')
    parser.add_argument(
        '--extractor',
        required=True,
        help='config of configs/features that the features were made by, or '
        'its name',
    )
    parser.add_argument('--out', required=True, help='folder for the results')
    which = parser.add_mutually_exclusive_group()
    which.add_argument(
        '--top',
        type=int,
        help='how many snippets of largest magnitude; default: K of the '
        'detector, 3 as a rule',
    )
    which.add_argument(
        '--at',
        type=float,
        nargs='+',
        metavar='SECONDS',
        help='times whose snippets are shown in place of the top ones',
    )
    parser.add_argument('--device', default='cpu', help='default: %(default)s')
    parser.add_argument(
        '--dtype',
        choices=['fp32', 'bf16'],
        default='fp32',
        help='precision of the backbone; default: %(default)s',
    )
    return parser.parse_args(argv)


def show(explanation: Explanation, console: Console) -> None:
    """Print the snippets, and where in the frame their largest crop is."""
    table = Table()
    for name in (
        'snippet',
        'seconds',
        'score',
        'magnitude',
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
            f'{snippet.magnitude:.4g}',
            f'{left * columns:.0f} - {right * columns:.0f}, '
            f'{top * rows:.0f} - {bottom * rows:.0f}',
        )
    console.print(table)
    if explanation.result.note:
        console.print(
            explanation.result.note,
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
    args = parse_args(argv)
    console = Console()
    try:
        inferencer = load_explained(
            args.config,
            args.checkpoint,
            args.extractor,
            args.device,
            args.dtype,
        )
        explanation = explain(inferencer, args.video, args.top, args.at)
        files = write_explanation(explanation, args.out)
    except (OSError, ValueError, RuntimeError) as error:
        raise SystemExit(f'explain: {error}') from None
    except KeyboardInterrupt:
        raise SystemExit('explain: interrupted') from None
    show(explanation, console)
    for path in files:
        console.print(path, markup=False, highlight=False, soft_wrap=True)
