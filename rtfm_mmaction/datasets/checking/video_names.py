"""What the names of the benchmarks' videos say of their labels."""

import re
from collections import Counter
from typing import Dict, List, Optional, Sequence, Tuple

from ..annotations import NORMAL
from ..benchmark_classes import (
    UCF_CLASSES,
    XD_CLASSES,
    ucf_crime_class,
    xd_violence_class,
)
from ..normal_names import means_normal
from .report import Finding

# Of UCF-Crime: Normal_Videos001_x264, Normal_Videos_003_x264, Abuse001_x264.
# A number has to follow, since other data sets' names begin with such words
# as well: Explosion_drill, Normal_then_panic.
_UCF = re.compile(r'Normal_Videos|[A-Z][A-Za-z]*_?\d')


def told_by_name(video: str, dataset: str = '') -> Optional[Tuple[int, str]]:
    """Label and class of a video by its name.

    Args:
        video (str): ``Abuse001_x264``, ``Normal_Videos_003_x264`` as in
            UCF-Crime; ``…_label_A``, ``…_label_B2-G-0`` as in XD-Violence.
        dataset (str): Name of the data set; the names of 'shanghaitech',
            ``01_001`` and ``01_0014``, are too plain to be known by
            themselves. Defaults to ''.

    Returns:
        tuple[int, str] or None: Label, and class, empty where the name does
        not tell it; None where the name tells nothing.
    """
    if dataset == 'shanghaitech':
        # Of the original training half (normal), or of the test half, all
        # videos of which hold abnormal frames.
        digits = re.fullmatch(r'\d\d_\d{3}(\d?)', video)
        if digits:
            return (1, '') if digits.group(1) else (0, NORMAL)
    try:
        if '_label_' in video:
            kind = xd_violence_class(video, '')
        elif _UCF.match(video):
            kind = ucf_crime_class(video, '')
        else:
            return None
    except ValueError:
        return None
    return int(kind != NORMAL), kind


def check_names(
    videos: List[Dict], dataset: str, source: str, subset: str
) -> List[Finding]:
    """Compare labels and classes with what the names say.

    Args:
        videos (list[dict]): With ``video``, ``label`` and ``class``.
        dataset (str): Name of the data set.
        source (str): Annotation file.
        subset (str): Name of the subset.

    Returns:
        list[Finding]: An error for each label, a warning for each class that
        the name contradicts.
    """
    findings = []
    known = {*UCF_CLASSES, *XD_CLASSES}
    for video in videos:
        label, kind = told_by_name(video['video'], dataset) or (None, '')
        where = f'{source}, video {video["video"]!r}: found '
        if label is not None and label != video['label']:
            findings.append(
                Finding(
                    'error',
                    'label against name',
                    subset,
                    video['video'],
                    f'{where}label {video["label"]}, expected {label} as its '
                    'name says',
                )
            )
        # A class such as 'Abnormal' says less than the name, nothing else.
        elif kind != video['class'] and kind and video['class'] in known:
            findings.append(
                Finding(
                    'warning',
                    'class against name',
                    subset,
                    video['video'],
                    f'{where}class {video["class"]!r}, expected {kind!r} as '
                    'its name says',
                )
            )
    return findings


def check_class_names(
    videos: List[Dict], decided: Sequence[str], source: str, subset: str
) -> List[Finding]:
    """Look for classes of abnormal videos that read as if they were normal.

    Args:
        videos (list[dict]): With ``label`` and ``class``.
        decided (Sequence[str]): Classes that somebody has said are kinds of
            anomalies, ``abnormal_classes`` of the metainfo.
        source (str): Annotation file.
        subset (str): Name of the subset.

    Returns:
        list[Finding]: An error for each such class.
    """
    counts = Counter(v['class'] for v in videos if v['label'] == 1)
    return [
        Finding(
            'error',
            'normal by name',
            subset,
            '',
            f'{source}: found {count} videos of class {name!r} with label 1, '
            'expected label 0 and class Normal, as the name reads (or, if it '
            f'is an anomaly, {name!r} in the list metainfo.abnormal_classes; '
            'the converters write it with --abnormal-class)',
        )
        for name, count in sorted(counts.items())
        if name not in decided and means_normal(name)
    ]
