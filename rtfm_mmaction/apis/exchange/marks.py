"""Stretches of videos that something is said of, whoever said it."""

from pathlib import Path
from typing import Dict, List, NamedTuple, Optional, Sequence

from ...io.video import DEFAULT_FPS, Video
from ..result import AnomalyResult
from ..verdicts import Verdict

ABNORMAL, NORMAL = 'Abnormal', 'Normal'


class Mark(NamedTuple):
    """A stretch.

    Attributes:
        start (float): Seconds, >= 0.
        end (float): Seconds, above ``start``.
        label (str): ``Abnormal``, or ``Normal`` of what a person refused.
        score (float, optional): In [0, 1]; None of what a person said.
        note (str): What the person wrote; empty as a rule.
    """

    start: float
    end: float
    label: str = ABNORMAL
    score: Optional[float] = None
    note: str = ''


class MarkedVideo(NamedTuple):
    """A video with its stretches.

    Attributes:
        name (str): Its name.
        source (str, optional): The file; None where only features are known.
        fps (float): Frames per second.
        duration (float): Seconds.
        marks (list[Mark]): In the order of time.
    """

    name: str
    source: Optional[str]
    fps: float
    duration: float
    marks: List[Mark]


def marks_of_result(result: AnomalyResult) -> MarkedVideo:
    """Take the events of a video.

    Args:
        result (AnomalyResult): The video's.
    """
    return MarkedVideo(
        result.video,
        result.source,
        result.fps,
        result.duration,
        [
            Mark(event.start, event.end, score=event.peak)
            for event in result.events
        ],
    )


def marks_of_verdicts(
    verdicts: Sequence[Verdict], fps: Optional[float] = None
) -> List[MarkedVideo]:
    """Take what a person said, video by video.

    Args:
        verdicts (Sequence[Verdict]): Of a report.
        fps (float, optional): Frames per second of all videos, whatever they
            say. Defaults to None: what the files say, 25 where there are
            none.

    Returns:
        list[MarkedVideo]: In the order of the verdicts. Without its file a
        video is as long as its last verdict.

    Raises:
        VideoError: If a file that is there is no video.
    """
    videos: Dict[str, List[Verdict]] = {}
    for verdict in verdicts:
        videos.setdefault(verdict.video, []).append(verdict)
    return [_video(name, own, fps) for name, own in videos.items()]


def _video(
    name: str, verdicts: List[Verdict], fps: Optional[float]
) -> MarkedVideo:
    own = sorted(verdicts, key=lambda verdict: verdict.start)
    source, rate, duration = own[0].source, fps, own[-1].end
    if source is not None and Path(source).exists():
        video = Video(source)
        try:
            rate = fps or video.fps
            if rate:
                duration = max(duration, video.declared / rate)
        finally:
            video.close()
    return MarkedVideo(
        name,
        source,
        rate or DEFAULT_FPS,
        duration,
        [
            Mark(
                verdict.start,
                verdict.end,
                ABNORMAL if verdict.right else NORMAL,
                note=verdict.note,
            )
            for verdict in own
        ],
    )
