"""XD-Violence, Wu et al., ECCV 2020 (https://arxiv.org/abs/2007.04687).

``train_videos.txt`` and ``test_videos.txt`` list names, one a line, that end
in ``_label_`` and codes: ``A`` normal, else one to three of B1 fighting, B2
shooting, B4 riot, B5 abuse, B6 car accident, G explosion, joined by ``-`` and
mostly filled up with 0: ``…_label_B2-G-0``. A video's class is that of its
first code, so that there are six classes; the others stay readable in the
name.

``annotations.txt`` holds the abnormal test videos:
``name start end start end …``, [start, end) in frames from 0. 14 of the names
there end in ``.mp4``. Frame counts are not published.
"""

from pathlib import Path
from typing import List, Mapping, Optional, Tuple, Union

from ...datasets.benchmark_classes import xd_violence_class
from .entries import fit_intervals, frames_of, make_entry
from .published import Record, no_fields, parse_intervals, read_records


def convert_xd_violence(
    train_list: Union[str, Path],
    test_list: Union[str, Path],
    test_annotations: Union[str, Path],
    frame_counts: Optional[Mapping[str, int]] = None,
) -> Tuple[List[dict], List[dict]]:
    """Convert XD-Violence's lists.

    Args:
        train_list (str or Path): ``train_videos.txt``.
        test_list (str or Path): ``test_videos.txt``.
        test_annotations (str or Path): ``annotations.txt``.
        frame_counts (Mapping[str, int], optional): Video -> frames.
            Defaults to None: not known.

    Returns:
        tuple[list[dict], list[dict]]: Training and test videos, in the order
        of the lists; 3954 and 800 of the published ones.

    Raises:
        FileNotFoundError: If a list is missing.
        ValueError: If a line is malformed, or an abnormal test video has no
            annotation, or another video has one; names file and line.
    """
    train_records = read_records(train_list)
    test_records = read_records(test_list, train_records)
    train, test = (
        [
            _weak_entry(video, record, frame_counts)
            for video, record in records.items()
        ]
        for records in (train_records, test_records)
    )
    annotations = read_records(test_annotations)
    for entry in test:
        if entry['label'] == 0:
            continue
        video = entry['video']
        if video not in annotations:
            raise ValueError(
                f'{test_annotations}: expected the intervals of '
                f'abnormal video {video!r} '
                f'({test_records[video].where}), found none'
            )
        where, fields = annotations.pop(video)
        entry['abnormal_intervals'] = fit_intervals(
            parse_intervals(fields, where, one_based=False),
            entry['frames'],
            f'{where}, video {video!r}',
        )
    if annotations:
        video, record = next(iter(annotations.items()))
        raise ValueError(
            f'{record.where}: expected abnormal videos of '
            f'{test_list}, found {video!r}'
        )
    return train, test


def _weak_entry(
    video: str, record: Record, frame_counts: Optional[Mapping[str, int]]
) -> dict:
    no_fields(record)
    return make_entry(
        video,
        xd_violence_class(video, record.where),
        frames_of(video, frame_counts, record.where),
    )
