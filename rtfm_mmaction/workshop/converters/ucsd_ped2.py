"""UCSD Ped2, Mahadevan et al., CVPR 2010, in the weakly supervised split.

``annotations.txt`` has one video a line: name, subset, label, then abnormal
intervals, ``Test001 test 1 61 180``, frames counted from 1, ends included, as
in the data set's own ground truth. Training videos carry theirs too; they
are left out here unless they are asked for.
"""

from pathlib import Path
from typing import Dict, List, Mapping, Optional, Tuple, Union

from ...datasets.annotations import NORMAL
from .entries import fit_intervals, frames_of, make_entry
from .published import parse_intervals, read_records

CLASSES = ('Abnormal',)


def convert_ucsd_ped2(
    annotations: Union[str, Path],
    frame_counts: Optional[Mapping[str, int]] = None,
    keep_intervals: bool = False,
) -> Tuple[List[dict], List[dict]]:
    """Convert Ped2's list.

    Args:
        annotations (str or Path): ``annotations.txt``.
        frame_counts (Mapping[str, int], optional): Video -> frames.
            Defaults to None: not known.
        keep_intervals (bool): Whether training videos keep theirs, for other
            splits to test on. Defaults to False.

    Returns:
        tuple[list[dict], list[dict]]: Training and test videos, in the order
        of the list; 10 and 18 of the published one.

    Raises:
        FileNotFoundError: If the list is missing.
        ValueError: If a line is malformed, or a subset is empty; names file
            and line.
    """
    subsets: Dict[str, List[dict]] = {'train': [], 'test': []}
    for video, (where, fields) in read_records(annotations).items():
        head, numbers = fields[:2], fields[2:]
        if not (
            len(head) == 2
            and head[0] in subsets
            and head[1] in ('0', '1')
            and bool(numbers) == (head[1] == '1')
        ):
            raise ValueError(
                f'{where}: expected train or test, then 0, or 1 and '
                f'intervals, behind the name, found {" ".join(fields)!r}'
            )
        subset, label = head
        frames = frames_of(video, frame_counts, where)
        intervals = None
        if numbers:
            intervals = fit_intervals(
                parse_intervals(numbers, where, one_based=True),
                frames,
                f'{where}, video {video!r}',
            )
        subsets[subset].append(
            make_entry(
                video,
                CLASSES[0] if label == '1' else NORMAL,
                frames,
                intervals if subset == 'test' or keep_intervals else None,
            )
        )
    for subset, entries in subsets.items():
        if not entries:
            raise ValueError(
                f'{annotations}: expected {subset} videos, found none'
            )
    return subsets['train'], subsets['test']
