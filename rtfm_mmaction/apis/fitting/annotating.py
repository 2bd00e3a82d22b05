"""Annotation files of the videos that were found in two folders."""

from pathlib import Path
from typing import Dict, List, Optional, Sequence

from ...datasets.annotations import (
    NORMAL,
    load_annotations,
    save_annotations,
)
from .folders import FoundVideo


def annotate(
    path: Path, videos: Sequence[FoundVideo], known: Optional[str] = None
) -> None:
    """Write what is known of each video.

    Args:
        path (Path): JSON annotation file to write.
        videos (Sequence[FoundVideo]): The videos.
        known (str, optional): JSON annotation file with intervals of some,
            by the name that they have here or the last part of it. Defaults
            to None.

    Raises:
        FileNotFoundError: If there is no such file.
        ValueError: If it is none, or contradicts a folder.
    """
    intervals = {} if known is None else _intervals(known, videos)
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


def _intervals(
    known: str, videos: Sequence[FoundVideo]
) -> Dict[str, List[List[int]]]:
    _, entries = load_annotations(known)
    by_name = {entry['video']: entry for entry in entries}
    stems = [video.path.stem for video in videos]
    found = {}
    for video, stem in zip(videos, stems):
        entry = by_name.get(video.name)
        if entry is None and stems.count(stem) == 1:
            entry = by_name.get(stem)
        if entry is None or entry['abnormal_intervals'] is None:
            continue
        if entry['label'] != video.label:
            words = ('normal', 'abnormal')
            raise ValueError(
                f'{known}: video {entry["video"]!r}: expected it to be '
                f'{words[video.label]}, as its folder says, found '
                f'{words[entry["label"]]}'
            )
        found[video.name] = entry['abnormal_intervals']
    if not found:
        raise ValueError(
            f'{known}: expected videos of the two folders, found none of them;'
            f' the first one there is called {videos[0].name!r} or '
            f'{stems[0]!r}'
        )
    return found
