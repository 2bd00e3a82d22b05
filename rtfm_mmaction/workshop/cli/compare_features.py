"""Say how alike two sets of features are, and how they differ.

One line a video: cosine and ratio of norms (least and greatest crop), relative
distance; at the end what the difference looks like: crop order, offset by a
snippet, scale, other weights. The exit code is 1 if they are not the same but
for rounding.
"""

import argparse
import json
from pathlib import Path
from typing import Dict

from rich.console import Console
from rich.table import Table
from rich.text import Text

from ...cli.one_line import errors_in_one_line
from ...cli.options import command_parser
from ...datasets.feature_folder import FeatureFolder
from ...datasets.feature_layouts import LAYOUTS, FeatureLayout, get_layout
from ...datasets.feature_streams import read_streams
from ...io.atomic import atomic_path
from ...io.names import printable
from ..feature_comparison import (
    ROUNDING,
    compare_features,
    describe,
    most_common,
)


def videos_of(folder: FeatureFolder, layout: FeatureLayout) -> Dict[str, list]:
    """Video -> its files, of all names that fit the layout.

    Of several files of one name each is a video, called by its way.
    """
    videos = set()
    for name, parents in folder.parents.items():
        parsed = layout.parse(name)
        if parsed:
            ways = parents if len(parents) > 1 else ['']
            videos.update(f'{way}/{parsed[0]}'.strip('/') for way in ways)
    return {video: folder.find(video, '', layout) for video in sorted(videos)}


def make_parser() -> argparse.ArgumentParser:
    """Make the command's parser."""
    parser = command_parser(__doc__)
    parser.add_argument('a', metavar='A', help='folder of features')
    parser.add_argument('b', metavar='B', help='folder of features')
    parser.add_argument(
        '--layouts',
        nargs=2,
        choices=sorted(LAYOUTS),
        default=('packed', 'packed'),
        metavar=('LAYOUT_A', 'LAYOUT_B'),
        help=f'of {", ".join(sorted(LAYOUTS))}; default: packed packed',
    )
    parser.add_argument(
        '--json', metavar='FILE', help='file to write the figures to as well'
    )
    return parser


def main(argv=None) -> int:
    """Compare; returns the exit code.

    Args:
        argv (list[str], optional): Arguments. Defaults to None, those of the
            process.
    """
    args = make_parser().parse_args(argv)
    layouts = [get_layout(name) for name in args.layouts]
    with errors_in_one_line('compare'):
        files = [
            videos_of(FeatureFolder(root), layout)
            for root, layout in zip((args.a, args.b), layouts)
        ]
        both = [video for video in files[0] if video in files[1]]
        if not both:
            raise ValueError(
                f'{args.a}, {args.b}: expected features of the same videos, '
                f'found {len(files[0])} and {len(files[1])} videos, none of '
                'them in both'
            )
        found = {}
        for video in both:
            pair = [
                read_streams(
                    dict(features=paths[video]), dict(features=layout)
                )
                for paths, layout in zip(files, layouts)
            ]
            try:
                found[video] = compare_features(*pair)
            except ValueError as error:
                raise ValueError(
                    f'{files[0][video][0]}, {files[1][video][0]}: {error}'
                ) from None
    table = Table('video', 'cosine', 'norms B / A', 'distance', 'left')
    for video, result in found.items():
        table.add_row(
            Text(printable(video)),
            f'{result.cosine.min():.4f} .. {result.cosine.max():.4f}',
            f'{result.norm_ratio.min():.4f} .. {result.norm_ratio.max():.4f}',
            f'{result.distance:.2e}',
            f'{result.left:.2e}',
        )
    Console().print(table)
    for name, mine, other in (('A', *files), ('B', *files[::-1])):
        alone = [video for video in mine if video not in other]
        if alone:
            such = printable(alone[0])
            print(f'only in {name}: {len(alone)} videos, such as {such}')
    usual = most_common(list(found.values()))
    for cause in describe(usual):
        print(cause)
    if args.json:
        _write(args.json, found, describe(usual))
    return int(max(result.distance for result in found.values()) >= ROUNDING)


def _write(path: str, found: dict, causes: list) -> None:
    videos = {
        video: dict(
            cosine=result.cosine.tolist(),
            norm_ratio=result.norm_ratio.tolist(),
            distance=result.distance,
            offset=result.offset,
            order=list(result.order),
            scale=result.scale,
            left=result.left,
        )
        for video, result in found.items()
    }
    with atomic_path(Path(path)) as temporary:
        temporary.write_text(
            json.dumps(dict(causes=causes, videos=videos), indent=1),
            encoding='utf-8',
        )
