"""What is known of a video once it has been scored.

Shapes: T snippets, N crops, F frames.
"""

from dataclasses import asdict, dataclass, field
from typing import Any, Dict, List, Mapping, Optional, Tuple

import numpy as np

from ..evaluation.functional.events import Event, EventRule
from ..extraction.crop_canvas import Box
from ..io.timeline import Timeline
from .made_with import MadeWith


@dataclass
class AnomalyResult:
    """Scores and events of a video.

    Attributes:
        video (str): Its name.
        source (str, optional): The file; None of an array.
        is_video (bool): Whether it can be played.
        fps (float): Frames per second, on average.
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
        rule (EventRule, optional): All of what makes an event; None where
            that is not known.
        made_with (MadeWith): What the scores were made with. Defaults to
            nothing known.
        note (str): What a person should know of it, such as that the video
            broke off; empty as a rule.
        label (int, optional): What is known of the whole video, 0 normal or
            1 abnormal; None where nothing is known.
        abnormal_intervals (list, optional): What is known to be abnormal,
            [start, end) in frames; None where nothing is known.
        snippet_times (np.ndarray, optional): (T + 1,) in seconds, where
            snippets begin and the video ends, where its frame rate varies.
            Defaults to None, by ``fps`` alone.
        clock_jumps (bool): Whether the file's own clock jumps, so that its
            times are not those that are given here. Defaults to False.
        crop_boxes (np.ndarray, optional): (N, 4), left, top, right and bottom
            of the tiles that crops are, in shares of the frame; None where
            they are none, or that is not known. Defaults to None.
        frame_size (tuple[int, int], optional): (W, H) of the video's frames,
            in pixels. Defaults to None: not known.
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
    made_with: MadeWith = MadeWith()
    note: str = ''
    label: Optional[int] = None
    abnormal_intervals: Optional[List[List[int]]] = None
    snippet_times: Optional[np.ndarray] = None
    clock_jumps: bool = False
    rule: Optional[EventRule] = None
    crop_boxes: Optional[np.ndarray] = None
    frame_size: Optional[Tuple[int, int]] = None

    @property
    def seconds_per_snippet(self) -> float:
        """Length of a snippet, on average."""
        return self.snippet_len / self.fps

    @property
    def duration(self) -> float:
        """Length of the video, in seconds."""
        if self.snippet_times is not None:
            return float(self.snippet_times[-1])
        return self.frames / self.fps

    @property
    def edges(self) -> np.ndarray:
        """(T + 1,) seconds, where snippets begin and the last score ends."""
        if self.snippet_times is not None:
            return self.snippet_times
        edges = np.arange(len(self.scores) + 1) * self.seconds_per_snippet
        # The last score holds to the end.
        edges[-1] = max(self.duration, edges[-2])
        return edges

    @property
    def timeline(self) -> Timeline:
        """Which second belongs to which frame."""
        return Timeline(
            self.fps, self.frames, self.snippet_len, self.snippet_times
        )

    @property
    def frame_scores(self) -> np.ndarray:
        """(F,): each frame's snippet's; behind the last whole snippet, its."""
        snippets = np.arange(self.frames) // self.snippet_len
        return self.scores[np.minimum(snippets, len(self.scores) - 1)]

    @property
    def tiles(self) -> Optional[np.ndarray]:
        """(T,) integers: each snippet's tile of the highest score, from 0.

        None where crops are no tiles, or the head tells no scores of them. Of
        equal scores the first tile's counts.
        """
        if self.crop_boxes is None or self.crop_scores is None:
            return None
        return self.crop_scores.argmax(axis=1)

    def tile_at(self, frame: float) -> Optional[int]:
        """Tell which tile stands out at a moment.

        Args:
            frame (float): Number of a frame, from 0.

        Returns:
            int or None: See :attr:`tiles`.
        """
        if self.crop_boxes is None or self.crop_scores is None:
            return None
        snippet = min(int(frame // self.snippet_len), len(self.scores) - 1)
        return int(self.crop_scores[snippet].argmax())

    def box_at(self, frame: float) -> Optional[Box]:
        """Tell where the tile is that stands out at a moment.

        Args:
            frame (float): Number of a frame, from 0.

        Returns:
            tuple[float, float, float, float] or None: See
            :attr:`crop_boxes`.
        """
        tile = self.tile_at(frame)
        if tile is None or self.crop_boxes is None:
            return None
        left, top, right, bottom = self.crop_boxes[tile].tolist()
        return left, top, right, bottom

    def to_dict(self) -> Dict[str, Any]:
        """Turn it into plain values for JSON; floats keep nine significant
        digits, all of a float32.

        Returns:
            dict: The attributes but ``crop_scores``, ``is_video`` and what is
            None of ``magnitudes`` and ``logits``, and ``seconds_per_snippet``
            and ``frame_scores``; events are dicts. ``snippet_times`` and
            ``clock_jumps`` are there where they say something, ``crop_boxes``,
            ``tiles`` (T), ``frame_size`` and the events' ``tile`` where tiles
            are known.
        """
        optional = {
            key: [_digits(value) for value in values]
            for key, values in (
                ('magnitudes', self.magnitudes),
                ('logits', self.logits),
            )
            if values is not None
        }
        content: Dict[str, Any] = dict(
            video=self.video,
            source=self.source,
            fps=self.fps,
            frames=self.frames,
            snippet_len=self.snippet_len,
            seconds_per_snippet=self.seconds_per_snippet,
            threshold=self.threshold,
            made_with=self.made_with.to_dict(),
            note=self.note,
            label=self.label,
            abnormal_intervals=self.abnormal_intervals,
            events=[self._describe(event) for event in self.events],
            scores=[_digits(value) for value in self.scores],
            **optional,
            frame_scores=[_digits(value) for value in self.frame_scores],
        )
        if self.snippet_times is not None:
            content['snippet_times'] = [
                _digits(value) for value in self.snippet_times
            ]
        if self.rule is not None:
            content['rule'] = asdict(self.rule)
        if self.clock_jumps:
            content['clock_jumps'] = True
        tiles = self.tiles
        if tiles is not None and self.crop_boxes is not None:
            content['crop_boxes'] = [
                [_digits(share) for share in box] for box in self.crop_boxes
            ]
            content['tiles'] = tiles.tolist()
            if self.frame_size is not None:
                content['frame_size'] = list(self.frame_size)
        return content

    @classmethod
    def from_dict(
        cls, content: Mapping[str, Any], is_video: bool
    ) -> 'AnomalyResult':
        """Read what :meth:`to_dict` gives.

        Args:
            content (Mapping): Out of JSON.
            is_video (bool): Whether it can be played.

        Returns:
            AnomalyResult: The same but for ``crop_scores``, which are 1 of
            each snippet's tile and 0 of the others.

        Raises:
            LookupError, TypeError, ValueError: If it is no such dict.
        """
        optional: Dict[str, Any] = {
            key: None if content.get(key) is None else _array(content[key])
            for key in ('magnitudes', 'logits')
        }
        if 'snippet_times' in content:
            optional['snippet_times'] = np.array(
                content['snippet_times'], np.float64
            )
        if 'rule' in content:
            optional['rule'] = EventRule(**content['rule'])
        if 'crop_boxes' in content:
            boxes = np.array(content['crop_boxes'], np.float64)
            optional['crop_boxes'] = boxes
            optional['crop_scores'] = np.eye(len(boxes), dtype=np.float32)[
                content['tiles']
            ]
        if 'frame_size' in content:
            width, height = content['frame_size']
            optional['frame_size'] = (width, height)
        return cls(
            **{
                key: content[key]
                for key in (
                    *('video', 'source', 'fps', 'frames', 'snippet_len'),
                    *('threshold', 'note', 'label', 'abnormal_intervals'),
                )
            },
            is_video=is_video,
            scores=_array(content['scores']),
            events=[
                Event(**{key: event[key] for key in Event._fields})
                for event in content['events']
            ],
            made_with=MadeWith.of(content['made_with']),
            clock_jumps=content.get('clock_jumps', False),
            **optional,
        )

    def _describe(self, event: Event) -> Dict[str, Any]:
        """An event for JSON."""
        described: Dict[str, Any] = {
            key: _digits(value) for key, value in event._asdict().items()
        }
        tile = self.tile_at(self.timeline.frame(event.peak_time))
        if tile is not None:
            described['tile'] = tile
        return described


def _array(values: Any) -> np.ndarray:
    return np.array(values, np.float32)


def _digits(value: float) -> float:
    return float(f'{value:.9g}')
