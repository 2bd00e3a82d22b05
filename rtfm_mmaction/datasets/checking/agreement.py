"""Whether the data sets of a config go together and with its model."""

from itertools import combinations
from typing import Dict, List, Optional, Sequence

from ..feature_record import mixed_settings
from .data_sources import DataSource
from .report import Finding, Subset


def check_labels(source: DataSource) -> List[Finding]:
    """Training needs videos of both labels."""
    abnormal = sum(video['label'] for video in source.videos)
    normal = len(source.videos) - abnormal
    if source.role != 'train' or not source.videos or abnormal and normal:
        return []
    return [
        Finding(
            'error',
            'labels',
            source.name,
            '',
            f'{source.dataset.ann_file}: training needs abnormal and normal '
            f'videos, found {abnormal} abnormal and {normal} normal',
        )
    ]


def check_shapes(
    subsets: Sequence[Subset], in_channels: Optional[int]
) -> List[Finding]:
    """C has to be that of the model and of training, N should be.

    Args:
        subsets (Sequence[Subset]): All that are checked, training first.
        in_channels (int, optional): C of the model, None for that of the
            features.

    Returns:
        list[Finding]: Errors of kind 'channels', warnings of kind 'crops'.
    """
    findings = []
    # Where files of one subset differ, that is told of them.
    usual = [s for s in subsets if len(s.channels) == len(s.crops) == 1]
    for subset in usual:
        expected, who = in_channels, 'model.in_channels'
        if in_channels is None:
            expected, who = usual[0].channels[0], f'in {usual[0].name}'
        if subset.channels[0] != expected:
            findings.append(
                Finding(
                    'error',
                    'channels',
                    subset.name,
                    '',
                    f'{subset.annotations}: found features of C = '
                    f'{subset.channels[0]}, expected {expected}, as '
                    f'{who}',
                )
            )
        if subset.crops != usual[0].crops:
            findings.append(
                Finding(
                    'warning',
                    'crops',
                    subset.name,
                    '',
                    f'{subset.annotations}: found features of '
                    f'{subset.crops[0]} crops, expected {usual[0].crops[0]} '
                    f'as in {usual[0].name}',
                )
            )
    return findings


def check_made_with(sources: Sequence[DataSource]) -> List[Finding]:
    """All features should be made in one way, as far as their side-cars say.

    Args:
        sources (Sequence[DataSource]): All that are checked, training first.

    Returns:
        list[Finding]: At most one warning, on the first that differ.
    """
    entries = [
        (source, entry) for source in sources for entry in source.entries
    ]
    found = mixed_settings(entry for _, entry in entries)
    if found is None:
        return []
    first, other, phrases = found
    source = next(
        source for source, entry in entries if entry['video'] == other
    )
    return [
        Finding(
            'warning',
            'made with',
            source.name,
            other,
            f'{source.dataset.ann_file}, video {other!r}: found features of '
            f'another make than those of {first!r} ({"; ".join(phrases)}), '
            'expected all to be made alike',
        )
    ]


def severity_of(one: DataSource, other: DataSource) -> str:
    """How bad it is that two data sets share a video.

    A video to test on must not be trained on or chosen by, one to choose by
    not be trained on. Two data sets with ground truth may share some, if
    somebody validates on a part of the test set.
    """
    return 'warning' if one.role == other.role == 'test' else 'error'


def check_overlap(sources: Sequence[DataSource]) -> List[Finding]:
    """Look for videos that two data sets share by name."""
    findings = []
    for one, other in combinations(sources, 2):
        names = {video['video'] for video in one.videos}
        findings += [
            Finding(
                severity_of(one, other),
                'overlap',
                other.name,
                video['video'],
                f'{other.dataset.ann_file}, video {video["video"]!r}: found '
                f'in {one.name} ({one.dataset.ann_file}) as well, expected '
                'other videos',
            )
            for video in other.videos
            if video['video'] in names
        ]
    return findings


def check_duplicates(
    sources: Sequence[DataSource], digests: Dict[tuple, list]
) -> List[Finding]:
    """Look for videos with the same features.

    Args:
        sources (Sequence[DataSource]): All that are checked.
        digests (dict[tuple, list[tuple[int, str, str]]]): Anything that equal
            features share -> position of the source, video and file of those
            that have it, in order.

    Returns:
        list[Finding]: One for each but the first of equals.
    """
    findings = []
    for (first, video, file), *others in digests.values():
        for index, other, copy in others:
            if index != first and other == video:
                continue  # told as an overlap
            severity = 'warning'
            if index != first:
                severity = severity_of(sources[first], sources[index])
            findings.append(
                Finding(
                    severity,
                    'duplicate',
                    sources[index].name,
                    other,
                    f'{copy}: found the values of {file} '
                    f'({sources[first].name}), expected others',
                )
            )
    return findings
