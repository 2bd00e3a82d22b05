"""A file of predictions judged by its events."""

import json
import math
import os
from dataclasses import asdict
from pathlib import Path
from typing import Any, Dict, List, Sequence, Union

from ..io.atomic import atomic_path
from .functional import event_level_metrics
from .functional.events import EventRule
from .timed_videos import TimedVideo, read_timed_videos

PathLike = Union[str, os.PathLike]


def normal_videos(
    paths: Sequence[PathLike], judged: PathLike, fps: float
) -> List[TimedVideo]:
    """Read normal videos to learn from, none of which will be judged.

    Args:
        paths (Sequence[str or PathLike]): Files of predictions; of their
            videos those of label 0 are used.
        judged (str or PathLike): File of predictions that the threshold is
            for.
        fps (float): Frames per second of all videos, > 0.

    Returns:
        list[TimedVideo]: In the files' order.

    Raises:
        FileNotFoundError: If a file is missing.
        ValueError: If one is bad, has no normal video, or has one that is
            also to be judged.
    """
    names = {video.video for video in read_timed_videos(judged, fps)}
    videos: List[TimedVideo] = []
    for path in paths:
        normal = [v for v in read_timed_videos(path, fps) if v.label == 0]
        if not normal:
            raise ValueError(
                f'{path}: found no normal video, expected some, '
                'to learn a threshold from'
            )
        shared = sorted(names & {video.video for video in normal})
        if shared:
            raise ValueError(
                f'{path}: found {len(shared)} normal videos that {judged} has '
                f'as well, {shared[0]} for one, expected others, or the '
                'threshold is learned from what it is judged on'
            )
        videos += normal
    return videos


def event_report(
    path: PathLike, rule: EventRule, fps: float
) -> Dict[str, Any]:
    """Find the events of all videos of a file and judge them.

    Args:
        path (str or PathLike): File of predictions.
        rule (EventRule): What makes events.
        fps (float): Frames per second of all videos, > 0.

    Returns:
        dict: ``predictions``, the file; ``fps``; ``rule``, its settings;
        ``counts``, how many ``videos``, ``events`` and ``intervals``;
        ``metrics``, figures by name, see :func:`event_level_metrics`;
        ``videos``, of each its name, ``duration``, annotated ``intervals``
        and ``events``, in seconds.

    Raises:
        FileNotFoundError: If there is no such file.
        ValueError: If it is bad, has no annotated interval, or has abnormal
            videos of which they are not known.
    """
    videos = read_timed_videos(path, fps)
    for video in videos:
        if video.intervals is None:
            raise ValueError(
                f'{path}: {video.video}: expected its abnormal intervals, to '
                'judge events by, found the label of the whole video alone, '
                'of which rtfm test tells anomaly/video_AUC'
            )
    annotated = sum(len(video.intervals) for video in videos)
    if not annotated:
        raise ValueError(
            f'{path}: found no annotated interval in its '
            f'{len(videos)} videos, expected one or more to '
            'judge events by'
        )
    events = [video.find(rule) for video in videos]
    settings = dict(asdict(rule), low=rule.low_score)
    if rule.high_logit is None:
        del settings['high_logit']
    return dict(
        predictions=str(path),
        fps=fps,
        rule=settings,
        counts=dict(
            videos=len(videos),
            events=sum(map(len, events)),
            intervals=annotated,
        ),
        metrics=event_level_metrics(
            events,
            [video.intervals for video in videos],
            [video.duration for video in videos],
        ),
        videos=[
            dict(
                video=video.video,
                duration=video.duration,
                intervals=[list(span) for span in video.intervals],
                events=[event._asdict() for event in found],
            )
            for video, found in zip(videos, events)
        ],
    )


def write_report(report: Dict[str, Any], path: PathLike) -> None:
    """Write a report as JSON, whole or not at all.

    Args:
        report (dict): Of :func:`event_report`; NaN figures become null.
        path (str or PathLike): File to write.

    Raises:
        OSError: If it cannot be written.
    """
    metrics = {
        name: None if math.isnan(value) else value
        for name, value in report['metrics'].items()
    }
    text = json.dumps(
        dict(report, metrics=metrics),
        ensure_ascii=False,
        allow_nan=False,
        indent=1,
    )
    with atomic_path(Path(path)) as temporary:
        temporary.write_text(text + '\n', encoding='utf-8')
