"""Annotations in ActivityNet's JSON, http://activity-net.org/download.html::

    {"version": "VERSION 1.3", "taxonomy": […],
     "database": {"cam1": {"duration": 82.7, "subset": "training",
                           "annotations": [{"label": "Fighting",
                                            "segment": [6.2, 9.5]}]}}}

Segments are in seconds. ``training`` become training videos, ``validation``
and ``testing`` test videos. A video without annotations is a normal one.
"""

from pathlib import Path
from typing import Any, List, Mapping, Optional, Sequence, Tuple, Union

from ...io.reading import read_json, without_doubles
from .entries import frames_of
from .labels import Choices, check_choices
from .published import video_name
from .segments import (
    Segment,
    SegmentedVideo,
    entry_of,
    number,
    refuse_twice,
)

EXPECTED = "annotations in ActivityNet's JSON"
SUBSETS = dict(training=True, validation=False, testing=False)


def convert_activitynet(
    annotations: Union[str, Path],
    frame_counts: Optional[Mapping[str, int]] = None,
    fps: Optional[float] = None,
    normal_class: Sequence[str] = (),
    abnormal_class: Sequence[str] = (),
) -> Tuple[List[dict], Optional[List[dict]]]:
    """Convert the file.

    Args:
        annotations (str or Path): The JSON file.
        frame_counts (Mapping[str, int], optional): Video -> frames; with the
            durations of the file they tell the rate. Defaults to None.
        fps (float, optional): Frames per second of all videos. Defaults to
            None: by ``frame_counts``.
        normal_class (Sequence[str]): Names of classes that are normal.
            Defaults to none.
        abnormal_class (Sequence[str]): Names of classes that are anomalies
            though they read as if they were normal. Defaults to none.

    Returns:
        tuple[list[dict], list[dict] or None]: Training and test videos, in
        the file's order; None without test videos.

    Raises:
        FileNotFoundError: If there is no such file.
        ValueError: If it is another one, or nothing tells the frames of its
            seconds; names file, video and key.
    """
    content = read_json(annotations, EXPECTED, without_doubles)
    database = content.get('database') if isinstance(content, dict) else None
    if not isinstance(database, dict) or not database:
        raise ValueError(
            f'{annotations}: expected {EXPECTED}, with videos in the key '
            f'database, found {str(content)[:60]!r}'
        )
    choices = Choices(normal_class, abnormal_class)
    sides: Tuple[List[SegmentedVideo], ...] = ([], [])
    for name, found in database.items():
        where = f'{annotations}: database: {name}'
        training = _is_training(found, where)
        video = _video(name, found, where, frame_counts, fps)
        sides[training].append(video)
    test, train = sides
    refuse_twice(test, train)
    check_choices(
        choices,
        [one.label for video in [*train, *test] for one in video.segments],
    )
    return (
        [entry_of(video, choices, training=True) for video in train],
        [entry_of(video, choices) for video in test] or None,
    )


def _is_training(found: Any, where: str) -> bool:
    subset = found.get('subset') if isinstance(found, dict) else None
    if subset not in SUBSETS:
        raise ValueError(
            f'{where}: subset: expected one of {", ".join(SUBSETS)}, found '
            f'{str(subset)[:60]!r}'
        )
    return SUBSETS[subset]


def _video(
    name: str,
    found: Any,
    where: str,
    frame_counts: Optional[Mapping[str, int]],
    fps: Optional[float],
) -> SegmentedVideo:
    own = video_name(name)
    frames = frames_of(own, frame_counts, where)
    listed = found.get('annotations')
    if not isinstance(listed, list):
        raise ValueError(
            f'{where}: annotations: expected a list, found '
            f'{str(listed)[:60]!r}'
        )
    segments = []
    for index, one in enumerate(listed):
        place = f'{where}: annotations[{index}]'
        segment = one.get('segment') if isinstance(one, dict) else None
        label = one.get('label') if isinstance(one, dict) else None
        if not isinstance(label, str):
            raise ValueError(
                f'{place}: label: expected a name, found {str(label)[:60]!r}'
            )
        if not isinstance(segment, list) or len(segment) != 2:
            raise ValueError(
                f'{place}: segment: expected start and end in seconds, found '
                f'{str(segment)[:60]!r}'
            )
        start, end = (number(value, f'{place}: segment') for value in segment)
        rate = fps or _rate(found, frames, where)
        segments.append(Segment(label, start * rate, end * rate))
    return SegmentedVideo(own, where, segments, (), frames)


def _rate(found: Any, frames: Optional[int], where: str) -> float:
    """Frames per second, by what both say of the video's length."""
    if frames is None:
        raise ValueError(
            f'{where}: expected what tells the frames of its seconds (--fps, '
            'or --videos or --frame-counts), found none'
        )
    duration = number(found.get('duration'), f'{where}: duration')
    if not 0 < duration < float('inf'):
        raise ValueError(
            f'{where}: duration: expected seconds above 0, found {duration:g}'
        )
    return frames / duration
