"""The command line that the tools of all data sets share."""

import argparse
import warnings
from pathlib import Path
from types import MappingProxyType
from typing import (
    Callable,
    Dict,
    List,
    Mapping,
    NamedTuple,
    Optional,
    Sequence,
    Union,
)

from ...cli.one_line import errors_in_one_line
from ...cli.options import command_parser
from ...datasets.annotations import (
    NORMAL,
    save_annotations,
    validate_annotations,
)
from ...io.frame_counts import read_frame_counts
from ...io.names import printable
from ...io.printing import say
from ..converters.frame_counts import count_frames

# What lists with names of classes ask for.
CLASSES: Mapping[str, dict] = MappingProxyType(
    dict(
        normal_class=dict(
            nargs='+',
            default=(),
            metavar='NAME',
            help='classes whose videos are normal, such as noFight',
        ),
        abnormal_class=dict(
            nargs='+',
            default=(),
            metavar='NAME',
            help='classes that are kinds of anomalies though they read '
            'as if they were normal, such as NoHelmet',
        ),
    )
)


def rate(whose: str) -> dict:
    """Options of ``--fps``, as argparse has to know them.

    Args:
        whose (str): Which seconds it is for, such as ``the file has``.
    """

    def positive(text: str) -> float:
        value = float(text)
        if not 0 < value < float('inf'):
            raise argparse.ArgumentTypeError(
                f'expected more than 0, found {text}'
            )
        return value

    return dict(
        type=positive,
        help=f'frames per second of all videos, for the seconds that {whose}',
    )


class Converter(NamedTuple):
    """A command that makes annotation files of published lists.

    Attributes:
        convert (Callable): Called with the value of each of ``sources`` and
            ``options``. It returns training and test videos, None for the
            test videos where there are none. Its warnings become notes.
        description (str): What the command does.
        sources (Mapping[str, str or dict]): Argument of ``convert`` -> what
            it is, or what argparse has to know of it. Each becomes an option
            that takes a path and must be given.
        options (Mapping[str, dict]): Argument of ``convert`` -> what argparse
            has to know of it. These may be left out. Defaults to none.
        dataset (str, optional): Name of the data set, for the files'
            metainfo. Defaults to None: asked for with ``--dataset``.
        classes (Sequence[str], optional): Its kinds of anomalies. Defaults
            to None: those that its videos have.
        lengths (bool): Whether frame counts can be given, which ``convert``
            gets as ``frame_counts``. Counting those of videos takes long, so
            the lists are converted once without before. Defaults to True.
    """

    convert: Callable
    description: str
    sources: Mapping[str, Union[str, dict]]
    options: Mapping[str, dict] = MappingProxyType({})
    dataset: Optional[str] = None
    classes: Optional[Sequence[str]] = None
    lengths: bool = True

    def make_parser(self) -> argparse.ArgumentParser:
        """Make the command's parser."""
        parser = command_parser(self.description)
        if self.dataset is None:
            parser.add_argument(
                '--dataset',
                required=True,
                metavar='NAME',
                help='what to call the data set',
            )
        for name, settings in self.sources.items():
            if isinstance(settings, str):
                settings = dict(help=settings)
            parser.add_argument(
                _flag(name), required=True, metavar='PATH', **settings
            )
        for name, settings in self.options.items():
            parser.add_argument(_flag(name), **settings)
        if self.lengths:
            _add_lengths(parser)
        parser.add_argument(
            '--out',
            required=True,
            metavar='DIR',
            help='folder for train.json and test.json',
        )
        return parser

    def main(self, argv: Optional[Sequence[str]] = None) -> None:
        """Convert, write and tell what was written.

        Args:
            argv (list[str], optional): Arguments. Defaults to None, those of
                the process.

        Raises:
            SystemExit: With one sentence, if the input is bad. Nothing is
                written then.
        """
        args = self.make_parser().parse_args(argv)
        dataset = self.dataset or args.dataset
        inputs = {
            name: getattr(args, name)
            for name in (*self.sources, *self.options)
        }
        with errors_in_one_line(dataset):
            if self.lengths and args.videos:
                with warnings.catch_warnings():
                    warnings.simplefilter('ignore')  # they come again
                    self.convert(**inputs)
            if self.lengths:
                inputs['frame_counts'] = _frame_counts(args)
            with warnings.catch_warnings():
                warnings.simplefilter('always')
                warnings.showwarning = _print_note
                train, test = self.convert(**inputs)
            subsets = (
                dict(train=train)
                if test is None
                else dict(train=train, test=test)
            )
            metainfo = dict(
                dataset=dataset,
                classes=list(self.classes or _classes(subsets)),
            )
            if inputs.get('abnormal_class'):
                metainfo['abnormal_classes'] = list(inputs['abnormal_class'])
            _save(args.out, metainfo, subsets)
        print(printable(f'{args.out}:\n{overview(subsets)}', keep='\n'))


def _print_note(message, *_) -> None:
    say(f'note: {message}')


def _frame_counts(args: argparse.Namespace) -> Optional[Dict[str, int]]:
    if args.frame_counts:
        return read_frame_counts(args.frame_counts)
    return count_frames(args.videos) if args.videos else None


def _classes(subsets: Dict[str, List[dict]]) -> List[str]:
    """Kinds of anomalies of all videos."""
    kinds = {video['class'] for videos in subsets.values() for video in videos}
    return sorted(kinds - {NORMAL})


def _save(folder: str, metainfo: dict, subsets: Dict[str, List[dict]]) -> None:
    """Write all files, or none if one of them breaks the format."""
    files = [
        (
            Path(folder) / f'{subset}.json',
            dict(metainfo, subset=subset),
            videos,
        )
        for subset, videos in subsets.items()
    ]
    for path, facts, videos in files:
        validate_annotations(facts, videos, str(path))
    for path, facts, videos in files:
        save_annotations(path, facts, videos)


def _flag(name: str) -> str:
    return f'--{name.replace("_", "-")}'


def _add_lengths(parser: argparse.ArgumentParser) -> None:
    lengths = parser.add_mutually_exclusive_group()
    lengths.add_argument(
        '--frame-counts',
        metavar='CSV',
        help='table with the columns video and frames',
    )
    lengths.add_argument(
        '--videos',
        metavar='DIR',
        help='the videos, to count their frames; without both, the number of '
        'frames is left open',
    )


def overview(subsets: Dict[str, List[dict]]) -> str:
    """Table of what annotations hold.

    Args:
        subsets (dict[str, list[dict]]): Subset -> its videos.

    Returns:
        str: One line a subset. A dash stands for what is not known of all of
        its videos.
    """
    rows = [
        (
            'subset',
            'videos',
            'abnormal',
            'normal',
            'frames',
            'abnormal frames',
            'share',
        )
    ]
    for subset, videos in subsets.items():
        abnormal = sum(video['label'] for video in videos)
        frames = _total(video['frames'] for video in videos)
        positive = _total(
            None
            if video['abnormal_intervals'] is None
            else sum(end - start for start, end in video['abnormal_intervals'])
            for video in videos
        )
        known = None not in (frames, positive)
        rows.append(
            (
                subset,
                str(len(videos)),
                str(abnormal),
                str(len(videos) - abnormal),
                *(
                    '-' if number is None else str(number)
                    for number in (frames, positive)
                ),
                f'{positive / frames:.2%}' if known else '-',
            )
        )
    widths = [max(map(len, column)) for column in zip(*rows)]
    return '\n'.join(
        '  '.join(
            cell.rjust(width) if index else cell.ljust(width)
            for index, (cell, width) in enumerate(zip(row, widths))
        )
        for row in rows
    )


def _total(numbers) -> Optional[int]:
    """Their sum, None if one is None."""
    numbers = list(numbers)
    return None if None in numbers else sum(numbers)
