"""ShanghaiTech Campus, weakly supervised split of Zhong et al., CVPR 2019.

The data set (Luo et al., ICCV 2017) has normal training videos and abnormal
test videos; the split of https://arxiv.org/abs/1903.07256 mixes them.
``SH_Train.txt`` and ``SH_Test.txt`` list names, one a line. A name's last
part tells the half that a video comes from: three digits (``01_001``), the
original training half, all normal; four (``01_0014``), the original test
half, whose frames are labelled in ``test_frame_mask/01_0014.npy``: (F,) uint8
of 0 and 1. All 107 of them hold abnormal frames. The masks of videos that are
for training here serve for nothing but the weak label.
"""

import re
from pathlib import Path
from typing import List, Mapping, Optional, Tuple, Union

import numpy as np

from ...datasets.annotations import NORMAL
from ...datasets.ground_truth import intervals_from_mask
from ...io.reading import check_folder, read_npy
from .entries import frames_of, make_entry
from .published import Record, no_fields, read_records

CLASSES = ('Abnormal',)


def convert_shanghaitech(
    train_list: Union[str, Path],
    test_list: Union[str, Path],
    masks: Union[str, Path],
    frame_counts: Optional[Mapping[str, int]] = None,
) -> Tuple[List[dict], List[dict]]:
    """Convert ShanghaiTech's lists and frame masks.

    Args:
        train_list (str or Path): ``SH_Train.txt``.
        test_list (str or Path): ``SH_Test.txt``.
        masks (str or Path): Folder ``test_frame_mask``.
        frame_counts (Mapping[str, int], optional): Video -> frames. Defaults
            to None: not known but of videos with a mask.

    Returns:
        tuple[list[dict], list[dict]]: Training and test videos, in the order
        of the lists; 238 and 199 of the published ones.

    Raises:
        FileNotFoundError: If a list or a mask is missing.
        ValueError: If a line or a mask is malformed; names file and line.
    """
    masks = Path(masks)
    check_folder(masks, 'a folder of masks')
    train_records = read_records(train_list)
    test_records = read_records(test_list, train_records)
    train, test = (
        [
            _entry(video, record, masks, frame_counts)
            for video, record in records.items()
        ]
        for records in (train_records, test_records)
    )
    for entry in train:
        if entry['label'] == 1:
            entry['abnormal_intervals'] = None
    return train, test


def _entry(
    video: str,
    record: Record,
    masks: Path,
    frame_counts: Optional[Mapping[str, int]],
) -> dict:
    no_fields(record)
    frames = frames_of(video, frame_counts, record.where)
    match = re.fullmatch(r'\d\d_\d(\d{2,3})', video)
    if not match:
        raise ValueError(
            f'{record.where}: expected a name like 01_001 or '
            f'01_0014, found {video!r}'
        )
    if len(match.group(1)) == 2:
        return make_entry(video, NORMAL, frames)
    path = masks / f'{video}.npy'
    mask = _read_mask(path)
    if frames not in (None, len(mask)):
        raise ValueError(
            f'{path}: found {len(mask)} frames, expected '
            f'{frames} as the frame counts say'
        )
    intervals = intervals_from_mask(mask)
    kind = CLASSES[0] if intervals else NORMAL
    return make_entry(video, kind, len(mask), intervals)


def _read_mask(path: Path) -> np.ndarray:
    """(F,) of 0 and 1."""
    mask = read_npy(
        path,
        'a mask of one 0 or 1 a frame (of each video of the original '
        'test half)',
    )
    try:
        if mask.size == 0:
            raise ValueError('no frames')
        intervals_from_mask(mask)
    except ValueError as error:
        raise ValueError(
            f'{path}: expected a mask of one 0 or 1 a frame, found {error}'
        ) from error
    return mask
