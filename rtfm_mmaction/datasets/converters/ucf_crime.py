"""UCF-Crime, Sultani et al., CVPR 2018 (https://arxiv.org/abs/1801.04264).

``Anomaly_Train.txt`` lists the training videos, ``Abuse/Abuse001_x264.mp4``;
``Temporal_Anomaly_Annotation.txt`` the test videos,
``Abuse028_x264.mp4  Abuse  165  240  -1  -1``: class, then two intervals, -1
where there is none.

The intervals are counted from 1 and include their end. The authors'
``Evaluate_Anomaly_Detector.m`` marks ``GT(max(start, 1):min(end, frames))``,
in MATLAB, where indices start at 1 and ``a:b`` includes b; no published start
is 0. Five of the 156 intervals end one or two frames behind the video (by
``frame_counts.csv``); they are cut as in that program, with a warning each.
"""
import re
from pathlib import Path
from typing import List, Mapping, Optional, Tuple, Union

from ..annotations import NORMAL
from .entries import fit_intervals, frames_of, make_entry
from .published import Record, no_fields, parse_intervals, read_records

CLASSES = ('Abuse', 'Arrest', 'Arson', 'Assault', 'Burglary', 'Explosion',
           'Fighting', 'RoadAccidents', 'Robbery', 'Shooting', 'Shoplifting',
           'Stealing', 'Vandalism')


def convert_ucf_crime(
    train_list: Union[str, Path],
    test_annotations: Union[str, Path],
    frame_counts: Optional[Mapping[str, int]] = None
) -> Tuple[List[dict], List[dict]]:
    """Convert UCF-Crime's lists.

    Args:
        train_list (str or Path): ``Anomaly_Train.txt``.
        test_annotations (str or Path): ``Temporal_Anomaly_Annotation.txt``.
        frame_counts (Mapping[str, int], optional): Video -> frames.
            Defaults to None: not known.

    Returns:
        tuple[list[dict], list[dict]]: Training and test videos, in the order
        of the lists; 1610 and 290 of the published ones.

    Raises:
        FileNotFoundError: If a list is missing.
        ValueError: If a line is malformed; names file and line.
    """
    train_records = read_records(train_list)
    train = []
    for video, record in train_records.items():
        no_fields(record)
        train.append(
            make_entry(video, class_of(video, record.where),
                       frames_of(video, frame_counts, record.where)))
    test = []
    for video, record in read_records(test_annotations,
                                      train_records).items():
        kind = class_of(video, record.where)
        frames = frames_of(video, frame_counts, record.where)
        intervals = fit_intervals(
            _intervals(record, kind), frames,
            f'{record.where}, video {video!r}')
        test.append(make_entry(video, kind, frames, intervals))
    return train, test


def class_of(video: str, where: str) -> str:
    """Class of a video, the leading letters of its name.

    Args:
        video (str): Name, ``RoadAccidents001_x264``; ``Normal_Videos…`` is
            normal.
        where (str): ``file:line``, for errors.

    Raises:
        ValueError: If it is none of :data:`CLASSES` or normal.
    """
    letters = re.match('[A-Za-z]*', video).group()
    if letters not in (*CLASSES, NORMAL):
        raise ValueError(f'{where}: expected a video name that begins with '
                         f'{NORMAL} or a class ({", ".join(CLASSES)}), found '
                         f'{video!r}')
    return letters


def _intervals(record: Record, kind: str) -> List[List[int]]:
    """[start, end) in frames, from 0, of a test video's line."""
    named, *numbers = record.fields or ['']
    if named != kind or len(numbers) != 4:
        raise ValueError(
            f'{record.where}: expected class {kind!r} and four frame numbers '
            f'behind the name, found {" ".join(record.fields)!r}')
    given = [
        number for pair in (numbers[:2], numbers[2:]) if pair != ['-1', '-1']
        for number in pair
    ]
    if bool(given) != (kind != NORMAL):
        raise ValueError(
            f'{record.where}: expected intervals of an abnormal video and -1 '
            f'of a normal one, found {" ".join(record.fields)!r}')
    if not given:
        return []
    return parse_intervals(given, record.where, one_based=True)
