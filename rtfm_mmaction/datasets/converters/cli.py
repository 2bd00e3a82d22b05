"""The command line that the tools of all data sets share."""
import argparse
import sys
import warnings
from pathlib import Path
from typing import Callable, Dict, List, Mapping, Optional, Sequence

from ..annotations import save_annotations
from .frame_counts import count_frames, read_frame_counts


def run_converter(convert: Callable,
                  dataset: str,
                  classes: Sequence[str],
                  sources: Mapping[str, str],
                  description: str,
                  argv: Optional[Sequence[str]] = None) -> None:
    """Read the command line, convert, write and tell what was written.

    Args:
        convert (Callable): Converter, called with one path for each of
            ``sources`` and ``frame_counts``. Its warnings become notes.
        dataset (str): Name of the data set, for the files' metainfo.
        classes (Sequence[str]): Its kinds of anomalies.
        sources (Mapping[str, str]): Argument of ``convert`` -> what it is
            called where it is published. Each becomes an option.
        description (str): What the tool does.
        argv (Sequence[str], optional): Arguments. Defaults to None, those of
            the process.

    Raises:
        SystemExit: With one sentence, if the input is bad. Nothing is
            written then.
    """
    args = _parser(sources, description).parse_args(argv)
    inputs = {name: getattr(args, name) for name in sources}
    try:
        counts = None
        if args.frame_counts:
            counts = read_frame_counts(args.frame_counts)
        elif args.videos:
            counts = count_frames(args.videos)
        with warnings.catch_warnings():
            warnings.simplefilter('always')
            warnings.showwarning = _print_note
            train, test = convert(**inputs, frame_counts=counts)
        for subset, videos in (('train', train), ('test', test)):
            metainfo = dict(
                dataset=dataset, subset=subset, classes=list(classes))
            save_annotations(
                Path(args.out) / f'{subset}.json', metainfo, videos)
    except (OSError, ValueError) as error:
        raise SystemExit(f'{dataset}: {error}') from None
    print(f'{args.out}:\n{overview(dict(train=train, test=test))}')


def _print_note(message, *_) -> None:
    print(f'note: {message}', file=sys.stderr)


def _parser(sources: Mapping[str, str],
            description: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=description)
    for name, published in sources.items():
        parser.add_argument(
            f'--{name.replace("_", "-")}',
            required=True,
            metavar='PATH',
            help=f'{published} as published')
    lengths = parser.add_mutually_exclusive_group()
    lengths.add_argument(
        '--frame-counts',
        metavar='CSV',
        help='table with the columns video and frames')
    lengths.add_argument(
        '--videos',
        metavar='DIR',
        help='the videos, to count their frames; without both, the number of '
        'frames is left open')
    parser.add_argument(
        '--out',
        required=True,
        metavar='DIR',
        help='folder for train.json and test.json')
    return parser


def overview(subsets: Dict[str, List[dict]]) -> str:
    """Table of what annotations hold.

    Args:
        subsets (dict[str, list[dict]]): Subset -> its videos.

    Returns:
        str: One line a subset. A dash stands for what is not known of all of
        its videos.
    """
    rows = [('subset', 'videos', 'abnormal', 'normal', 'frames',
             'abnormal frames', 'share')]
    for subset, videos in subsets.items():
        abnormal = sum(video['label'] for video in videos)
        frames = _total(video['frames'] for video in videos)
        positive = _total(
            None if video['abnormal_intervals'] is None else sum(
                end - start for start, end in video['abnormal_intervals'])
            for video in videos)
        known = None not in (frames, positive)
        rows.append((subset, str(len(videos)), str(abnormal),
                     str(len(videos) - abnormal),
                     *('-' if number is None else str(number)
                       for number in (frames, positive)),
                     f'{positive / frames:.2%}' if known else '-'))
    widths = [max(map(len, column)) for column in zip(*rows)]
    return '\n'.join('  '.join(
        cell.rjust(width) if index else cell.ljust(width)
        for index, (cell, width) in enumerate(zip(row, widths)))
                     for row in rows)


def _total(numbers) -> Optional[int]:
    """Their sum, None if one is None."""
    numbers = list(numbers)
    return None if None in numbers else sum(numbers)
