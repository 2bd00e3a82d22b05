"""Videos of a file of predictions, which is in frames, in seconds.

Shapes: T snippets, F frames.
"""

import math
import os
from typing import List, NamedTuple, Optional, Tuple, Union

import numpy as np

from .functional.events import Event, EventRule
from .functional.logits import to_scores
from .functional.thresholds import Curve
from .predicted_videos import frame_counts
from .predictions import read_predictions


class TimedVideo(NamedTuple):
    """A video of a file of predictions, in seconds.

    Attributes:
        video (str): Its name.
        label (int): 0 or 1.
        scores (np.ndarray): (T,) in [0, 1]; float64 by the logits, where
            these are known, so that fewer of them are equal.
        seconds_per_snippet (float): Length of a snippet.
        duration (float): Up to the end of the video or of its last snippet,
            whichever is first.
        intervals (list[tuple[float, float]], optional): Annotated ones
            within it; None of an abnormal video of which they are not known.
        logits (np.ndarray, optional): (T,), of the scores; None where they
            are not known.
    """

    video: str
    label: int
    scores: np.ndarray
    seconds_per_snippet: float
    duration: float
    intervals: Optional[List[Tuple[float, float]]]
    logits: Optional[np.ndarray] = None

    def find(self, rule: EventRule) -> List[Event]:
        """Its events.

        Args:
            rule (EventRule): What makes them.

        Returns:
            list[Event]: In order, apart.
        """
        return rule.find(
            self.scores, self.seconds_per_snippet, self.duration, self.logits
        )

    @property
    def curve(self) -> Curve:
        """What a threshold is learned from."""
        return Curve(self.scores, self.seconds_per_snippet, self.logits)


def read_timed_videos(
    path: Union[str, os.PathLike], fps: float
) -> List[TimedVideo]:
    """Read a file of predictions, which is in frames, in seconds.

    What no snippet covers is cut off, intervals with it, as in the
    frame-level ground truth.

    Args:
        path (str or PathLike): JSON file of ``tools/test.py --dump``.
        fps (float): Frames per second of all videos, > 0.

    Returns:
        list[TimedVideo]: In the file's order.

    Raises:
        FileNotFoundError: If there is no such file.
        ValueError: If it or ``fps`` is bad; names file, video and key.
    """
    if not 0 < fps < math.inf:
        raise ValueError(
            f'fps: found {fps}, expected frames per second above 0'
        )
    metainfo, _, videos = read_predictions(path)
    length, timed = metainfo['snippet_len'], []
    for video in videos:
        spans = video['abnormal_intervals']
        try:
            # For its checks alone: that T, F and intervals go together.
            frame_counts(dict(video, abnormal_intervals=spans or []), length)
        except ValueError as error:
            raise ValueError(f'{path}: {error}') from error
        scores, logits = video['scores'], video.get('logits')
        if logits is not None:
            scores = to_scores(logits)
        frames = len(scores) * length
        frames = min(frames, video['frames'] or frames)
        # A snippet behind the video's end is no time.
        whole = -(-frames // length)
        timed.append(
            TimedVideo(
                video['video'],
                video['label'],
                scores[:whole],
                length / fps,
                frames / fps,
                None
                if spans is None
                else [
                    (start / fps, min(end, frames) / fps)
                    for start, end in spans
                    if start < frames
                ],
                None if logits is None else logits[:whole],
            )
        )
    return timed
