"""Stretches with a class each, as annotation tools have them, become videos.

An annotation file has one class a video and the frames of what is abnormal.
"""

import warnings
from typing import Dict, List, NamedTuple, Optional, Sequence, Tuple

from ...datasets.annotations import NORMAL
from .entries import fit_intervals, make_entry
from .labels import Choices, class_of_label


class Segment(NamedTuple):
    """A stretch of a video.

    Attributes:
        label (str): Its class.
        start (float): First frame, from 0, and how much of it has passed.
        end (float): The frame behind the last one.
    """

    label: str
    start: float
    end: float


class SegmentedVideo(NamedTuple):
    """A video with its stretches.

    Attributes:
        name (str): Without folders and extension.
        where (str): ``file: video``, for messages.
        segments (list[Segment]): In any order; they may overlap.
        labels (list[str]): Classes of the whole video, without times.
            Defaults to none.
        frames (int, optional): How many. Defaults to None: not known.
    """

    name: str
    where: str
    segments: List[Segment]
    labels: Sequence[str] = ()
    frames: Optional[int] = None


def entry_of(
    video: SegmentedVideo, choices: Choices, training: bool = False
) -> dict:
    """Make one video of an annotation file.

    Args:
        video (SegmentedVideo): Stretches whose class is normal do not count;
            without others the video is normal, unless its labels say
            otherwise.
        choices (Choices): What was said of names of classes.
        training (bool): Whether times are dropped, since training needs none.
            Defaults to False.

    Returns:
        dict: See :func:`make_entry`; of several classes the one with most
        frames, which is told by a warning.

    Raises:
        ValueError: If a class is no name, or a stretch is none.
    """
    frames: Dict[str, float] = {}
    spans: List[Tuple[float, float]] = []
    for label, start, end in video.segments:
        kind = class_of_label(label, video.where, choices)
        if not 0 <= start < end < float('inf'):
            raise ValueError(
                f'{video.where}: expected a stretch with 0 <= start < end, '
                f'found {start:g} and {end:g} (in frames)'
            )
        if kind != NORMAL:
            frames[kind] = frames.get(kind, 0.0) + end - start
            spans.append((start, end))
    for label in video.labels:
        kind = class_of_label(label, video.where, choices)
        if kind != NORMAL:
            frames.setdefault(kind, 0.0)
    if not frames:
        return make_entry(video.name, NORMAL, video.frames)
    kind = max(frames, key=lambda name: frames[name])
    if len(frames) > 1:
        warnings.warn(
            f'{video.where}: found {len(frames)} classes, '
            f'{", ".join(sorted(frames))}; {kind} is taken, as it lasts '
            'longest'
        )
    intervals = None
    if spans and not training:
        intervals = fit_intervals(_joined(spans), video.frames, video.where)
    return make_entry(video.name, kind, video.frames, intervals)


def _joined(spans: Sequence[Tuple[float, float]]) -> List[List[int]]:
    """Whole frames, sorted, those that meet or overlap as one."""
    joined: List[List[int]] = []
    for start, end in sorted(spans):
        first = round(start)
        last = max(round(end), first + 1)
        if joined and first <= joined[-1][1]:
            joined[-1][1] = max(joined[-1][1], last)
        else:
            joined.append([first, last])
    return joined


def number(value: object, where: str) -> float:
    """Check a time of a file.

    Args:
        value (object): What was found.
        where (str): File, video and key.

    Raises:
        ValueError: If it is no number.
    """
    # A bool is an int to Python.
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise ValueError(f'{where}: expected a number, found {value!r:.60}')
    try:
        return float(value)
    except OverflowError:  # an integer of hundreds of digits
        return float('inf')


def refuse_twice(
    videos: Sequence[SegmentedVideo],
    earlier: Sequence[SegmentedVideo] = (),
) -> None:
    """Refuse videos of one name.

    Args:
        videos (Sequence[SegmentedVideo]): Of a file.
        earlier (Sequence[SegmentedVideo]): Of others. Defaults to none.

    Raises:
        ValueError: If there are such; names both places.
    """
    seen: Dict[str, str] = {}
    for video in [*earlier, *videos]:
        if video.name in seen:
            raise ValueError(
                f'{video.where}: expected each video once, found '
                f'{video.name!r} again (the first is {seen[video.name]})'
            )
        seen[video.name] = video.where
