"""Annotation files of the videos that were found in two folders."""

from pathlib import Path
from typing import Dict, List, Optional, Sequence

from ...datasets.annotations import (
    NORMAL,
    load_annotations,
    save_annotations,
)
from .folders import FoundVideo, known_by


def annotate(
    path: Path, videos: Sequence[FoundVideo], known: Optional[str] = None
) -> None:
    """Write what is known of each video.

    Args:
        path (Path): JSON annotation file to write.
        videos (Sequence[FoundVideo]): The videos.
        known (str, optional): JSON annotation file with intervals of some,
            by names as :func:`~.folders.known_by` knows them. Defaults to
            None.

    Raises:
        FileNotFoundError: If there is no such file.
        ValueError: If it is none, contradicts a folder, or goes beyond a
            video; nothing is written then.
    """
    intervals = {} if known is None else known_intervals(known, videos)
    for video in videos:
        for start, end in intervals.get(video.name, ()):
            if end > video.frames:
                raise ValueError(
                    f'{known}: video {video.name!r}: expected intervals '
                    f'within its {video.frames} frames, found '
                    f'{[start, end]}'
                )
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
