"""What is known of a video once it has been scored.

Shapes: T snippets, N crops, F frames.
"""

from dataclasses import dataclass, field
from typing import Any, Dict, List, Optional

import numpy as np

from ..evaluation.functional.events import Event


@dataclass
class AnomalyResult:
    """Scores and events of a video.

    Attributes:
        video (str): Its name.
        source (str, optional): The file; None of an array.
        is_video (bool): Whether it can be played.
        fps (float): Frames per second.
        frames (int): F; T x ``snippet_len`` where only features are known.
        snippet_len (int): Frames of a snippet.
        scores (np.ndarray): (T,) in [0, 1].
        magnitudes (np.ndarray, optional): (T,) >= 0; None where the head
            gives none.
        crop_scores (np.ndarray, optional): (T, N) in [0, 1]; as above.
        logits (np.ndarray, optional): (T,), of which the scores are the
            sigmoids; as above.
        events (list[Event]): In seconds.
        threshold (float): Score that makes an event.
        note (str): What a person should know of it, such as that the video
            broke off; empty as a rule.
        abnormal_intervals (list, optional): What is known to be abnormal,
            [start, end) in frames; None where nothing is known.
    """

    video: str
    source: Optional[str]
    is_video: bool
    fps: float
    frames: int
    snippet_len: int
    scores: np.ndarray
    magnitudes: Optional[np.ndarray] = None
    crop_scores: Optional[np.ndarray] = None
    logits: Optional[np.ndarray] = None
    events: List[Event] = field(default_factory=list)
    threshold: float = 0.5
    note: str = ''
    abnormal_intervals: Optional[List[List[int]]] = None

    @property
    def seconds_per_snippet(self) -> float:
        """Length of a snippet."""
        return self.snippet_len / self.fps

    @property
    def frame_scores(self) -> np.ndarray:
        """(F,): each frame's snippet's; behind the last whole snippet, its."""
        snippets = np.arange(self.frames) // self.snippet_len
        return self.scores[np.minimum(snippets, len(self.scores) - 1)]

    def to_dict(self) -> Dict[str, Any]:
        """As plain values for JSON; floats keep nine significant digits, all
        of a float32.

        Returns:
            dict: The attributes but ``crop_scores``, ``is_video`` and what is
            None of ``magnitudes`` and ``logits``, and ``seconds_per_snippet``
            and ``frame_scores``; events are dicts.
        """
        optional = {
            key: [_digits(value) for value in values]
            for key, values in (
                ('magnitudes', self.magnitudes),
                ('logits', self.logits),
            )
            if values is not None
        }
        return dict(
            video=self.video,
            source=self.source,
            fps=self.fps,
            frames=self.frames,
            snippet_len=self.snippet_len,
            seconds_per_snippet=self.seconds_per_snippet,
            threshold=self.threshold,
            note=self.note,
            abnormal_intervals=self.abnormal_intervals,
            events=[
                {key: _digits(value) for key, value in event._asdict().items()}
                for event in self.events
            ],
            scores=[_digits(value) for value in self.scores],
            **optional,
            frame_scores=[_digits(value) for value in self.frame_scores],
        )


def _digits(value: float) -> float:
    return float(f'{value:.9g}')
