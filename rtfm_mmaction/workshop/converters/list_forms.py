r"""The forms that lists of labelled videos come in, and which one a file has.

=========  =============================================================
plain      ``name label [start end]*``, this project's own, see
           :mod:`.plain_text`
columns    ``Arson/x.mp4 8640 Arson 3500 4000 -1 -1``: path, frames, class,
           intervals; of training videos ``Arson/x.mp4 8640``
bars       ``Arson/x.mp4|8641|[3500, 4000]``; of normal videos
           ``Normal/y.mp4 876 -1``
names      ``Arson/x.mp4``, in a folder of its class
table      ``path,label`` with commas, with or without that header: the
           feature files of the methods on CLIP, one line a crop
=========  =============================================================

``columns`` and ``bars`` are what two PyTorch ports of UCF-Crime's baseline
ship; their intervals are UCF-Crime's, counted from 1 with their ends, and
pairs of -1 are fillers. A file has the form that most of its lines have, so
that a line with a fault is told as what it was meant to be.
"""

import csv
import re
from pathlib import Path
from typing import Dict, List, NamedTuple, Optional, Tuple, Union

from ...io.reading import read_lines
from .published import video_name

DESCRIPTIONS = {
    'plain': 'name label [start end]*',
    'columns': 'path frames class [start end]*',
    'bars': 'path|frames|[start, end] and path frames -1',
    'names': 'one path a line, whose name or folder is the class',
    'table': 'path,label, a table with commas',
}
# How feature files end.
FEATURES = ('.npy', '.txt')
# Forms whose intervals are UCF-Crime's: from 1, ends included.
FROM_ONE = ('columns', 'bars')
PATH_COLUMNS = (
    *('path', 'video', 'file', 'filename', 'name', 'clip', 'feature'),
    *('video_path', 'video_name', 'feature_path', 'file_path', 'file_name'),
)
LABEL_COLUMNS = ('label', 'class', 'category', 'labels', 'class_name')
FRAME_COLUMNS = ('frames', 'num_frames', 'n_frames', 'frame_count')
# Not \s, which takes blanks of other alphabets that names may have.
_LINE = re.compile(
    r'[ \t]*(?:"(?P<quoted>(?:[^"]|"")+)"|(?P<bare>[^ \t"]'
    r'[^ \t]*))(?:[ \t]+(?P<rest>.*))?'
)
_BARS = re.compile(
    r'[ \t]*(?P<path>[^|]*[^|\s])[ \t]*\|[ \t]*(?P<frames>[0-9]+)[ \t]*\|'
    r'[ \t]*\[(?P<spans>[-0-9, \t]*)\]'
)
_COUNT = re.compile(r'0*[1-9][0-9]{0,17}')
_NUMBER = re.compile(r'-?[0-9]+')


class Listed(NamedTuple):
    """What a line says of a video.

    Attributes:
        where (str): ``file:line``, for errors.
        path (str): As it stands there.
        label (str, optional): None where name and folder have to tell it.
        frames (int, optional): How many, None where it is not said.
        numbers (list[str]): Starts and ends, without fillers.
    """

    where: str
    path: str
    label: Optional[str] = None
    frames: Optional[int] = None
    numbers: List[str] = []

    @property
    def folder(self) -> str:
        """Name of the folder that the file lies in, empty without one."""
        parts = self.path.replace('\\', '/').split('/')
        return parts[-2] if len(parts) > 1 else ''


def read_list(path: Union[str, Path]) -> Tuple[str, List[Listed]]:
    """Read a list in whichever form it has.

    Args:
        path (str or Path): Text file.

    Returns:
        tuple[str, list[Listed]]: The form, a key of :data:`DESCRIPTIONS`, and
        the lines.

    Raises:
        FileNotFoundError: If there is no such file.
        ValueError: If it cannot be read, has no line, or one that does not
            have the form; names file and line.
    """
    lines = list(read_lines(path))
    if not lines:
        raise ValueError(f'{path}: expected one video a line, found none')
    form = detect_form([line for _, line in lines])
    if form == 'table':
        return form, read_table(lines)
    return form, [_PARSERS[form](where, line) for where, line in lines]


def detect_form(lines: List[str]) -> str:
    """Find out which form a list has.

    Args:
        lines (list[str]): Those that are not empty, at least one.

    Returns:
        str: A key of :data:`DESCRIPTIONS`; 'plain' if no other fits more
        lines.
    """
    if _columns_of(lines[0]):
        return 'table'
    counts = {form: sum(map(fits, lines)) for form, fits in _FITS.items()}
    # The first of equals, and that is 'plain'.
    return max(counts, key=counts.__getitem__)


def split_line(line: str) -> Optional[Tuple[str, List[str]]]:
    """Take a line apart at its blanks.

    Args:
        line (str): A name, in ``"…"`` if it holds blanks, and more.

    Returns:
        tuple[str, list[str]] or None: The name and the other fields; None if
        quotes do not fit together.
    """
    match = _LINE.fullmatch(line.rstrip())
    if not match:
        return None
    name = match['bare'] or match['quoted'].replace('""', '"')
    return name, (match['rest'] or '').split()


def _is_plain(line: str) -> bool:
    _, fields = split_line(line) or ('', [])
    if not fields or _BARS.fullmatch(line.rstrip()):
        return False
    return fields[0] in ('0', '1') or any(map(str.isalpha, fields[0]))


def _is_columns(line: str) -> bool:
    _, fields = split_line(line) or ('', [])
    return (
        bool(fields)
        and bool(_COUNT.fullmatch(fields[0]))
        and (
            len(fields) == 1
            or any(map(str.isalpha, fields[1]))
            and all(map(_NUMBER.fullmatch, fields[2:]))
        )
    )


def _is_bars(line: str) -> bool:
    _, fields = split_line(line) or ('', [])
    return bool(_BARS.fullmatch(line.rstrip())) or (
        len(fields) == 2
        and bool(_COUNT.fullmatch(fields[0]))
        and fields[1] == '-1'
    )


def _is_name(line: str) -> bool:
    name, fields = split_line(line) or ('', ['?'])
    return not fields and bool(re.search(r'[^/\\][/\\][^/\\]', name))


def _is_row(line: str) -> bool:
    # One that holds blanks is of another form, if there is no header.
    fields = _fields(line)
    return not re.search(r'\s', line.strip()) and _is_pair(fields)


def _is_pair(fields: List[str]) -> bool:
    """Whether two fields are a file and a label, and no name with a comma."""
    return (
        len(fields) == 2
        and not fields[1].endswith(FEATURES)
        and video_name(fields[1]) == fields[1]
    )


# In the order in which equals come.
_FITS = {
    'plain': _is_plain,
    'columns': _is_columns,
    'bars': _is_bars,
    'table': _is_row,
    'names': _is_name,
}


def _plain(where: str, line: str) -> Listed:
    split = split_line(line)
    if not split or not split[1]:
        raise ValueError(
            f'{where}: expected a name (in "…" if it holds blanks), a '
            f'label and start end of each interval, found {line!r}'
        )
    name, (label, *numbers) = split
    if name.endswith(',') and not line.lstrip().startswith('"'):
        raise ValueError(
            f'{where}: expected a name, found {name!r} with a comma behind '
            'it: a table with commas has no blanks or begins with the line '
            'path,label; a name that ends so is put in "…"'
        )
    return Listed(where, name, label, None, numbers)


def _columns(where: str, line: str) -> Listed:
    if not _is_columns(line):
        raise ValueError(
            f'{where}: expected {DESCRIPTIONS["columns"]}, as in the other '
            f'lines, found {line!r}'
        )
    path, (frames, *rest) = split_line(line)
    return Listed(
        where,
        path,
        rest[0] if rest else None,
        int(frames),
        _without_fillers(rest[1:]),
    )


def _bars(where: str, line: str) -> Listed:
    if not _is_bars(line):
        raise ValueError(
            f'{where}: expected {DESCRIPTIONS["bars"]}, as in the other '
            f'lines, found {line!r}'
        )
    match = _BARS.fullmatch(line.rstrip())
    if not match:
        path, (frames, _) = split_line(line)
        return Listed(where, path, '0', int(frames))
    numbers = _without_fillers(match['spans'].replace(',', ' ').split())
    return Listed(where, match['path'], None, int(match['frames']), numbers)


def _name(where: str, line: str) -> Listed:
    if not _is_name(line):
        raise ValueError(
            f'{where}: expected {DESCRIPTIONS["names"]}, as in the other '
            f'lines, found {line!r}'
        )
    return Listed(where, split_line(line)[0])


_PARSERS = dict(plain=_plain, columns=_columns, bars=_bars, names=_name)


def _without_fillers(numbers: List[str]) -> List[str]:
    """Numbers without the pairs of -1 that stand for no interval."""
    pairs = [numbers[at : at + 2] for at in range(0, len(numbers), 2)]
    return sum((pair for pair in pairs if pair != ['-1', '-1']), [])


def _fields(line: str) -> List[str]:
    try:
        (fields,) = csv.reader([line], skipinitialspace=True, strict=True)
    except (csv.Error, ValueError):
        return []
    return [field.strip() for field in fields]


def _columns_of(line: str) -> Dict[str, int]:
    """Position of path and label, and of frames, if the line names them."""
    names = [name.lower() for name in _fields(line)]
    found = {
        what: names.index(next(filter(names.__contains__, known)))
        for what, known in (
            ('path', PATH_COLUMNS),
            ('label', LABEL_COLUMNS),
            ('frames', FRAME_COLUMNS),
        )
        if set(known) & set(names)
    }
    return found if {'path', 'label'} <= set(found) else {}


def is_feature_table(lines: List[Tuple[str, str]]) -> bool:
    """Whether a list of feature files is a table with their labels.

    Args:
        lines (list[tuple[str, str]]): ``file:line`` and line of each.

    Returns:
        bool: True if it names its columns, or all lines are a feature file, a
        comma and a label.
    """
    if not lines:
        return False
    rows = [_fields(line) for _, line in lines]
    return bool(_columns_of(lines[0][1])) or all(
        _is_pair(row) and row[0].endswith(FEATURES) for row in rows
    )


def read_table(lines: List[Tuple[str, str]]) -> List[Listed]:
    """Read the lines of a table.

    Args:
        lines (list[tuple[str, str]]): ``file:line`` and line of each; the
            first may name the columns: path, label, and frames perhaps.

    Returns:
        list[Listed]: One a line, the header apart.

    Raises:
        ValueError: If there is another column, or a line has not as many
            fields, or none of the path or label; names file and line.
    """
    lines = list(lines)
    columns = _columns_of(lines[0][1])
    width = 2
    if columns:
        where, header = lines.pop(0)
        names = _fields(header)
        width = len(names)
        # An unnamed column is the number of the row, as pandas writes it.
        other = [
            name
            for at, name in enumerate(names)
            if name and at not in columns.values()
        ]
        if other:
            raise ValueError(
                f'{where}: expected the columns path, label and frames, '
                f'found {other[0]!r} as well'
            )
        if not lines:
            raise ValueError(
                f'{where}: expected one video a line below the header, found '
                'none'
            )
    columns = columns or dict(path=0, label=1)
    listed = []
    for where, line in lines:
        fields = _fields(line)
        if len(fields) != width or not all(
            fields[columns[key]] for key in ('path', 'label')
        ):
            raise ValueError(
                f'{where}: expected {width} fields with commas between them, '
                f'a path and its label, found {line!r}'
            )
        frames = fields[columns['frames']] if 'frames' in columns else ''
        if frames and not _COUNT.fullmatch(frames):
            raise ValueError(
                f'{where}: expected a positive number of frames, found '
                f'{frames!r}'
            )
        listed.append(
            Listed(
                where,
                fields[columns['path']],
                fields[columns['label']],
                int(frames) if frames else None,
            )
        )
    return listed
