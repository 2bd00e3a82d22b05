"""Reading published lists: text files of one video a line."""

import re
from pathlib import Path
from typing import Dict, List, Mapping, NamedTuple, Optional, Sequence, Union

from ...io.inputs import EXTENSIONS
from ...io.reading import read_lines


class Record(NamedTuple):
    """What a file says of one video.

    Attributes:
        where (str): ``file:line``, for errors.
        fields (list[str]): What stands behind the video's name.
    """

    where: str
    fields: List[str]


def read_records(
    path: Union[str, Path], earlier: Optional[Mapping[str, Record]] = None
) -> Dict[str, Record]:
    """Read a list of videos, fields separated by blanks.

    Line ends of any system, blanks at a line's end, empty lines and a last
    line without an end are all the same.

    Args:
        path (str or Path): Text file, UTF-8. The first field of a line is the
            video's file name; folders and the extension of a video file are
            stripped.
        earlier (Mapping[str, Record], optional): Videos of another list that
            must not come again, such as the training videos. Defaults to
            None.

    Returns:
        dict[str, Record]: Video name -> record, in the order of the file.

    Raises:
        FileNotFoundError: If there is no such file.
        ValueError: If it holds no video or one twice, or cannot be read as
            UTF-8 text; names file and line.
    """
    records: Dict[str, Record] = {}
    for where, line in read_lines(path):
        first, *fields = line.split()
        video = video_name(first)
        add_record(records, video, Record(where, fields), earlier)
    if not records:
        raise ValueError(f'{path}: expected one video a line, found none')
    return records


def add_record(
    records: Dict[str, Record],
    video: str,
    record: Record,
    earlier: Optional[Mapping[str, Record]] = None,
) -> None:
    """Note what a line says of a video.

    Args:
        records (dict[str, Record]): Video name -> record; gets one more.
        video (str): Its name.
        record (Record): Its line.
        earlier (Mapping[str, Record], optional): Videos of another list.
            Defaults to None.

    Raises:
        ValueError: If there is a record of the video in either.
    """
    before = records.get(video) or (earlier or {}).get(video)
    if before:
        raise ValueError(
            f'{record.where}: found video {video!r} again, '
            f'expected each once (the first is {before.where})'
        )
    records[video] = record


def video_name(path: str) -> str:
    r"""File name without folders and without a video file's extension.

    Of ``City.of.God.2002__#01-24-10_label_A`` all stays: only what is known
    as an extension of video files is one.

    Args:
        path (str): With ``/`` or ``\\``.
    """
    name = path.replace('\\', '/').rsplit('/', 1)[-1]
    stem, dot, extension = name.rpartition('.')
    return stem if stem and dot + extension.lower() in EXTENSIONS else name


def no_fields(record: Record) -> None:
    """Check that a line holds a name alone.

    Raises:
        ValueError: If it does not; names file and line.
    """
    if record.fields:
        raise ValueError(
            f"{record.where}: expected a video's name alone, "
            f'found {" ".join(record.fields)!r} behind it'
        )


def parse_intervals(
    fields: Sequence[str], where: str, one_based: bool
) -> List[List[int]]:
    """Read ``start end start end …``.

    Args:
        fields (Sequence[str]): The numbers.
        where (str): ``file:line``, for errors.
        one_based (bool): True where frames are counted from 1 and an interval
            includes its end; False where they are counted from 0 and it does
            not.

    Returns:
        list[list[int]]: [start, end) in frames, from 0.

    Raises:
        ValueError: If the fields are no pairs of integers, or intervals are
            empty, overlap or are not in order; names file and line.
    """
    # Not int() alone, to which 1_0 is ten. No video has 10^18 frames.
    numbers = [
        int(field) for field in fields if re.fullmatch('-?[0-9]{1,18}', field)
    ]
    if not numbers or len(numbers) % 2 or len(numbers) < len(fields):
        raise ValueError(
            f'{where}: expected frame numbers in pairs of start '
            f'and end, found {" ".join(fields)!r}'
        )
    intervals: List[List[int]] = []
    for start, end in zip(numbers[::2], numbers[1::2]):
        first = start - one_based
        if not (intervals[-1][1] if intervals else 0) <= first < end:
            raise ValueError(
                f'{where}: expected intervals in order and apart, frames '
                f'counted from {int(one_based)}, found {start} {end} in '
                f'{" ".join(fields)!r}'
            )
        intervals.append([first, end])
    return intervals
