"""Annotation files of the videos that were found in two folders."""

from pathlib import Path
from types import MappingProxyType
from typing import Dict, List, Mapping, Sequence

from ...datasets.annotations import (
    NORMAL,
    load_annotations,
    save_annotations,
)
from .folders import FoundVideo, known_by


def annotate(
    path: Path,
    videos: Sequence[FoundVideo],
    intervals: Mapping[str, List[List[int]]] = MappingProxyType({}),
) -> None:
    """Write what is known of each video.

    Args:
        path (Path): JSON annotation file to write.
        videos (Sequence[FoundVideo]): The videos.
        intervals (Mapping[str, list]): Name of a video -> abnormal [start,
            end) in frames, of those where they are known. Defaults to none.
    """
    kinds = sorted({video.kind for video in videos} - {NORMAL})
    metainfo = dict(
        dataset='two folders', subset='train', classes=[*kinds, NORMAL]
    )
    save_annotations(
        path,
        metainfo,
        [
            {
                'video': video.name,
                'label': video.label,
                'class': video.kind,
                'frames': video.frames,
                'abnormal_intervals': intervals.get(
                    video.name, None if video.label else []
                ),
            }
            for video in videos
        ],
    )


def known_intervals(
    path: str, videos: Sequence[FoundVideo]
) -> Dict[str, List[List[int]]]:
    """Read when something happens in videos, of those that a file knows.

    Args:
        path (str): JSON annotation file.
        videos (Sequence[FoundVideo]): The videos.

    Returns:
        dict[str, list]: Name of a video -> abnormal [start, end) in frames.

    Raises:
        FileNotFoundError: If there is no such file.
        ValueError: If it is none, knows none of the videos, or contradicts a
            folder.
    """
    _, entries = load_annotations(path)
    by_name = known_by(videos)
    found = {}
    for entry in entries:
        video = by_name.get(entry['video'])
        if video is None or entry['abnormal_intervals'] is None:
            continue
        if entry['label'] != video.label:
            words = ('normal', 'abnormal')
            raise ValueError(
                f'{path}: video {entry["video"]!r}: expected it to be '
                f'{words[video.label]}, as its folder says, found '
                f'{words[entry["label"]]}'
            )
        found[video.name] = entry['abnormal_intervals']
    if not found:
        raise ValueError(
            f'{path}: expected videos of the two folders, such as '
            f'{videos[0].name!r}, with intervals, found none of them'
        )
    return found


def within_videos(
    path: str,
    intervals: Mapping[str, List[List[int]]],
    videos: Sequence[FoundVideo],
) -> None:
    """Refuse intervals that go beyond their video.

    Args:
        path (str): Where they are from, for messages.
        intervals (Mapping[str, list]): See :func:`known_intervals`.
        videos (Sequence[FoundVideo]): The videos, as they were read.

    Raises:
        ValueError: Names the first such.
    """
    for video in videos:
        for start, end in intervals.get(video.name, ()):
            if end > video.frames:
                raise ValueError(
                    f'{path}: video {video.name!r}: expected intervals '
                    f'within its {video.frames} frames, found '
                    f'{[start, end]}'
                )
