"""The generic list, for data sets of one's own: ``name label [start end]*``.

One video a line, fields apart by blanks or tabs::

    park_001.mp4       0
    "front door 2.mp4" abnormal  120 260  400 480
    road_7             Fighting   15  90

Name: with or without folders and a video file's extension; one that holds
blanks, or begins with ``"``, is put in ``"…"``, with each ``"`` in it
doubled. No character begins a comment.

Label: 0 or ``normal``, 1 or ``abnormal``, in letters of any size, or the kind
of anomaly, which then is the video's class.

Intervals: the abnormal frames. [start, end), counted from 0; or counted from
1 with the ends included (``one_based``). The test list needs them for each
abnormal video; of the training list they are dropped.
"""

import difflib
import re
from pathlib import Path
from typing import Dict, List, Mapping, Optional, Tuple, Union

from ...datasets.annotations import NORMAL
from ...io.reading import read_lines
from .entries import fit_intervals, frames_of, make_entry
from .published import Record, add_record, parse_intervals, video_name

ABNORMAL = 'Abnormal'
LABELS = {
    '0': NORMAL,
    '1': ABNORMAL,
    NORMAL.lower(): NORMAL,
    ABNORMAL.lower(): ABNORMAL,
}
# Not \s, which takes blanks of other alphabets that names may have.
LINE = re.compile(
    r'[ \t]*(?:"(?P<quoted>(?:[^"]|"")+)"|(?P<bare>[^ \t"]'
    r'[^ \t]*))(?:[ \t]+(?P<rest>.*))?'
)


def convert_plain_text(
    train_list: Union[str, Path],
    test_annotations: Optional[Union[str, Path]] = None,
    frame_counts: Optional[Mapping[str, int]] = None,
    one_based: bool = False,
) -> Tuple[List[dict], Optional[List[dict]]]:
    """Convert generic lists.

    Args:
        train_list (str or Path): Training videos.
        test_annotations (str or Path, optional): Test videos. Defaults to
            None: there are none.
        frame_counts (Mapping[str, int], optional): Video -> frames.
            Defaults to None: not known.
        one_based (bool): Whether frames are counted from 1 and intervals
            include their ends. Defaults to False.

    Returns:
        tuple[list[dict], list[dict] or None]: Training and test videos, in
        the order of the lists.

    Raises:
        FileNotFoundError: If a list is missing.
        ValueError: If a line is malformed, or an abnormal test video has no
            interval; names file and line.
    """
    train_records = _read(train_list)
    train = [
        _entry(video, record, frame_counts, one_based)
        for video, record in train_records.items()
    ]
    for entry in train:
        if entry['label'] == 1:
            entry['abnormal_intervals'] = None
    if test_annotations is None:
        return train, None
    test = []
    for video, record in _read(test_annotations, train_records).items():
        entry = _entry(video, record, frame_counts, one_based)
        if entry['abnormal_intervals'] is None:
            raise ValueError(
                f'{record.where}: expected start and end of what is abnormal '
                f'in test video {video!r}, found none'
            )
        test.append(entry)
    return train, test


def _read(
    path: Union[str, Path], earlier: Optional[Mapping[str, Record]] = None
) -> Dict[str, Record]:
    """Video -> its line, label first."""
    records: Dict[str, Record] = {}
    for where, line in read_lines(path):
        match = LINE.fullmatch(line.rstrip())
        fields = match and (match['rest'] or '').split()
        if not fields:
            raise ValueError(
                f'{where}: expected a name (in "…" if it holds blanks), a '
                f'label and start end of each interval, found {line!r}'
            )
        name = match['bare'] or match['quoted'].replace('""', '"')
        video = video_name(name)
        if not video.strip():
            raise ValueError(
                f'{where}: expected the name of a video, found {name!r}'
            )
        add_record(records, video, Record(where, fields), earlier)
    if not records:
        raise ValueError(f'{path}: expected one video a line, found none')
    return records


def _entry(
    video: str,
    record: Record,
    frame_counts: Optional[Mapping[str, int]],
    one_based: bool,
) -> dict:
    where = f'{record.where}, video {video!r}'
    label, *numbers = record.fields
    kind = _kind(label, where)
    frames = frames_of(video, frame_counts, record.where)
    intervals: Optional[List[List[int]]] = None
    if numbers:
        intervals = fit_intervals(
            parse_intervals(numbers, where, one_based), frames, where
        )
        if kind == NORMAL:
            raise ValueError(
                f'{where}: expected no intervals of a normal '
                f'video, found {" ".join(numbers)!r}'
            )
    return make_entry(video, kind, frames, intervals)


def _kind(label: str, where: str) -> str:
    """Class that a label means."""
    known = LABELS.get(label.lower())
    if known:
        return known
    # A slip of the pen must not turn a normal video into an abnormal one of
    # a class of its own.
    close = difflib.get_close_matches(label.lower(), LABELS, 1, cutoff=0.8)
    if close or not any(map(str.isalpha, label)):
        hint = f'; did you mean {close[0]!r}?' if close else ''
        raise ValueError(
            f'{where}: expected 0, 1, normal, abnormal or the '
            f'name of a class as the label, found {label!r}'
            f'{hint}'
        )
    return label
