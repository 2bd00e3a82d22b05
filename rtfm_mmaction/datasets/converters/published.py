"""Reading published lists: text files of one video a line."""
from pathlib import Path
from typing import (Dict, Iterator, List, Mapping, NamedTuple, Optional,
                    Sequence, Tuple, Union)

from ...features.inputs import EXTENSIONS


class Record(NamedTuple):
    """What a file says of one video.

    Attributes:
        where (str): ``file:line``, for errors.
        fields (list[str]): What stands behind the video's name.
    """
    where: str
    fields: List[str]


def read_records(
        path: Union[str, Path],
        earlier: Optional[Mapping[str, Record]] = None) -> Dict[str, Record]:
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
        ValueError: If it holds no video or one twice, or is no UTF-8 text;
            names file and line.
    """
    records: Dict[str, Record] = {}
    earlier = earlier or {}
    for where, line in _lines(Path(path)):
        first, *fields = line.split()
        video = video_name(first)
        before = records.get(video) or earlier.get(video)
        if before:
            raise ValueError(f'{where}: found video {video!r} again, expected '
                             f'each once (the first is {before.where})')
        records[video] = Record(where, fields)
    if not records:
        raise ValueError(f'{path}: expected one video a line, found none')
    return records


def _lines(path: Path) -> Iterator[Tuple[str, str]]:
    """``file:line`` and text of each line that is not empty."""
    if not path.is_file():
        raise FileNotFoundError(f'{path}: expected a text file, found '
                                f'{"a folder" if path.is_dir() else "none"}')
    try:
        text = path.read_text(encoding='utf-8-sig')
    except UnicodeDecodeError as error:
        raise ValueError(f'{path}: expected UTF-8 text, found {error}'
                         ) from error
    # Not splitlines(), which also splits at characters that names may have.
    for number, line in enumerate(text.split('\n'), 1):
        if line.strip():
            yield f'{path}:{number}', line


def video_name(path: str) -> str:
    """File name without folders and without a video file's extension.

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
        raise ValueError(f'{record.where}: expected a video\'s name alone, '
                         f'found {" ".join(record.fields)!r} behind it')


def parse_intervals(fields: Sequence[str], where: str,
                    one_based: bool) -> List[List[int]]:
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
    try:
        numbers = [int(field) for field in fields]
    except ValueError:
        numbers = []
    if not numbers or len(numbers) % 2:
        raise ValueError(f'{where}: expected frame numbers in pairs of start '
                         f'and end, found {" ".join(fields)!r}')
    intervals: List[List[int]] = []
    for start, end in zip(numbers[::2], numbers[1::2]):
        first = start - one_based
        if not (intervals[-1][1] if intervals else 0) <= first < end:
            raise ValueError(
                f'{where}: expected intervals in order and apart, frames '
                f'counted from {int(one_based)}, found {start} {end} in '
                f'{" ".join(fields)!r}')
        intervals.append([first, end])
    return intervals
