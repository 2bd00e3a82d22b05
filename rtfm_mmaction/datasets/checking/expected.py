"""The published sizes of the three benchmarks.

Source: the lists and annotations that the data sets' authors published, and
the ground truth that goes with the features in circulation.
"""

from typing import Dict, List, Optional, Sequence, Tuple

from .report import Finding

# Data set -> subset -> abnormal and normal videos.
COUNTS: Dict[str, Dict[str, Tuple[int, int]]] = {
    'ucf-crime': dict(train=(810, 800), test=(140, 150)),
    'shanghaitech': dict(train=(63, 175), test=(44, 155)),
    'xd-violence': dict(train=(1905, 2049), test=(500, 300)),
}
# Data set -> frames of the test ground truth. They depend on the features'
# T, so another total is no fault.
FRAMES: Dict[str, str] = {
    'ucf-crime': '1114144 frames (2048-d files) and 1109680 (1024-d files)',
    'shanghaitech': '142912 frames, 8028 of them abnormal (2048-d files)',
    'xd-violence': '2330384 frames, 23.08% of them abnormal (1024-d files)',
}


def check_counts(
    videos: Sequence[dict], dataset: str, part: str, source: str, subset: str
) -> List[Finding]:
    """Compare an annotation file's videos with the published numbers.

    Args:
        videos (Sequence[dict]): All videos of the file, with ``label``.
        dataset (str): Name of the data set.
        part (str): 'train' or 'test'.
        source (str): Annotation file.
        subset (str): Name of the subset.

    Returns:
        list[Finding]: A warning, if the numbers differ.
    """
    expected = COUNTS.get(dataset, {}).get(part)
    abnormal = sum(video['label'] for video in videos)
    found = (abnormal, len(videos) - abnormal)
    if expected is None or found == expected:
        return []
    return [
        Finding(
            'warning',
            'expected counts',
            subset,
            '',
            f'{source}: found {_sum(found)} videos, expected {_sum(expected)} '
            f'(abnormal + normal) as published of {dataset!r}',
        )
    ]


def _sum(counts: Tuple[int, int]) -> str:
    return f'{sum(counts)} = {counts[0]} + {counts[1]}'


def frames_note(
    subset: str, dataset: str, frames: int, abnormal: int
) -> Optional[str]:
    """Set the ground truth beside those in circulation; None elsewhere.

    Args:
        subset (str): Name of the subset.
        dataset (str): Name of the data set.
        frames (int): Frames of the ground truth.
        abnormal (int): How many of them are abnormal.
    """
    if dataset not in FRAMES:
        return None
    return (
        f'{subset}: ground truth of {frames} frames, {abnormal} of them '
        f'({abnormal / max(frames, 1):.2%}) abnormal; in circulation: '
        f'{FRAMES[dataset]}'
    )
