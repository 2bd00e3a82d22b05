"""UCF-Crime, Sultani et al., CVPR 2018 (https://arxiv.org/abs/1801.04264).

``Anomaly_Train.txt`` lists the training videos, ``Abuse/Abuse001_x264.mp4``;
``Temporal_Anomaly_Annotation.txt`` the test videos,
``Abuse028_x264.mp4  Abuse  165  240  -1  -1``: class, then two intervals, -1
where there is none. The same intervals are published as MATLAB files
(:mod:`.ucf_crime_mat`), which may leave out the normal videos;
``Anomaly_Test.txt`` lists all test videos, as the training list does.

The intervals are counted from 1 and include their end. The authors'
``Evaluate_Anomaly_Detector.m`` marks ``GT(max(start, 1):min(end, frames))``,
in MATLAB, where indices start at 1 and ``a:b`` includes b; no published start
is 0. Five of the 156 intervals end one or two frames behind the video (by
``frame_counts.csv``); they are cut as in that program, with a warning each.
"""

import os
from pathlib import Path
from typing import Dict, List, Mapping, Optional, Tuple, Union

from ...datasets.annotations import NORMAL
from ...datasets.benchmark_classes import ucf_crime_class
from .entries import fit_intervals, frames_of, make_entry
from .published import Record, no_fields, parse_intervals, read_records
from .ucf_crime_mat import read_mat_records


def convert_ucf_crime(
    train_list: Union[str, Path],
    test_annotations: Union[str, Path],
    frame_counts: Optional[Mapping[str, int]] = None,
    test_list: Optional[Union[str, Path]] = None,
) -> Tuple[List[dict], List[dict]]:
    """Convert UCF-Crime's lists.

    Args:
        train_list (str or Path): ``Anomaly_Train.txt``.
        test_annotations (str or Path): ``Temporal_Anomaly_Annotation.txt``,
            or a folder of ``.mat`` files.
        frame_counts (Mapping[str, int], optional): Video -> frames.
            Defaults to None: not known.
        test_list (str or Path, optional): ``Anomaly_Test.txt``; its normal
            videos are added where ``test_annotations`` has none of them.
            Defaults to None.

    Returns:
        tuple[list[dict], list[dict]]: Training and test videos, in the order
        of the lists; 1610 and 290 of the published ones.

    Raises:
        FileNotFoundError: If a list is missing.
        ValueError: If a line or file is malformed, or an abnormal test video
            has no annotation; names file and line.
    """
    train_records = read_records(train_list)
    train = []
    for video, record in train_records.items():
        no_fields(record)
        train.append(
            make_entry(
                video,
                ucf_crime_class(video, record.where),
                frames_of(video, frame_counts, record.where),
            )
        )
    test = []
    for video, record in _test_records(
        test_annotations, test_list, train_records
    ).items():
        kind = ucf_crime_class(video, record.where)
        frames = frames_of(video, frame_counts, record.where)
        intervals = fit_intervals(
            _intervals(record, kind),
            frames,
            f'{record.where}, video {video!r}',
        )
        test.append(make_entry(video, kind, frames, intervals))
    return train, test


def _test_records(
    test_annotations: Union[str, Path],
    test_list: Optional[Union[str, Path]],
    train_records: Mapping[str, Record],
) -> Dict[str, Record]:
    """Test video -> class and frame numbers, none of -1."""
    if os.path.isdir(test_annotations):
        records = read_mat_records(test_annotations)
        for video, record in records.items():
            if video in train_records:
                raise ValueError(
                    f'{record.where}: found training video {video!r} '
                    f'({train_records[video].where}), expected test videos'
                )
    else:
        records = {
            video: _without_fillers(video, record)
            for video, record in read_records(
                test_annotations, train_records
            ).items()
        }
    if test_list is None:
        return records
    for video, record in read_records(test_list, train_records).items():
        no_fields(record)
        if video in records:
            continue
        if ucf_crime_class(video, record.where) != NORMAL:
            raise ValueError(
                f'{record.where}: expected the annotation of '
                f'abnormal video {video!r} in '
                f'{test_annotations}, found none'
            )
        records[video] = Record(record.where, [NORMAL])
    return records


def _without_fillers(video: str, record: Record) -> Record:
    """A line of the text file without its pairs of -1."""
    named, *numbers = record.fields or ['']
    if len(numbers) != 4:
        raise ValueError(
            f'{record.where}: expected class '
            f'{ucf_crime_class(video, record.where)!r} and four frame '
            f'numbers behind the name, found {" ".join(record.fields)!r} '
            '(rtfm workshop plain-text reads lists of other forms)'
        )
    pairs = [
        pair for pair in (numbers[:2], numbers[2:]) if pair != ['-1', '-1']
    ]
    return Record(record.where, sum(pairs, [named]))


def _intervals(record: Record, kind: str) -> List[List[int]]:
    """[start, end) in frames, from 0, of a test video."""
    named, *given = record.fields
    if named != kind:
        raise ValueError(
            f'{record.where}: expected class {kind!r} as the name'
            f' says, found {" ".join(record.fields)!r}'
        )
    if bool(given) != (kind != NORMAL):
        raise ValueError(
            f'{record.where}: expected intervals of an abnormal video and -1 '
            f'of a normal one, found {" ".join(record.fields)!r}'
        )
    if not given:
        return []
    return parse_intervals(given, record.where, one_based=True)
