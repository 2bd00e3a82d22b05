"""From frames to news of events, while the video runs."""

import math
from typing import Any, Callable, Dict, List, Optional

import numpy as np

from ..evaluation.functional.logits import to_logits, to_scores
from .online_events import EventNews, OnlineEvents
from .streaming import FrameStream, SnippetScore


class Watch:
    """Turns frames into news of events; can be stopped and gone on with.

    Seconds are counted by the frames that came, so that those of a stream
    that was lost are left out.

    Args:
        stream (FrameStream): What scores frames.
        events (OnlineEvents): What makes events of scores.
        fps (float): Frames per second.
        seconds_at (Callable, optional): Number of a frame, from 0 -> its
            seconds; asked of frames that came, and of the one behind them.
            Defaults to None, by ``fps``.
        logits (bool): Whether the thresholds of ``events`` are logits, and
            so compared with those of the scores; peaks are scores all the
            same. Defaults to False.
    """

    def __init__(
        self,
        stream: FrameStream,
        events: OnlineEvents,
        fps: float,
        seconds_at: Optional[Callable[[int], float]] = None,
        logits: bool = False,
    ) -> None:
        self.stream = stream
        self.events = events
        self.fps = float(fps)
        self._seconds_at = seconds_at or (lambda frame: frame / self.fps)
        self.logits = logits

    @property
    def frames(self) -> int:
        """Frames of the video that came."""
        return self.stream.frames

    def push(self, frame: np.ndarray) -> List[EventNews]:
        """Take a frame.

        Args:
            frame (np.ndarray): (H, W, 3) BGR, uint8.

        Returns:
            list[EventNews]: What is certain now and was not before.
        """
        return self._news_of(self.stream.push(frame))

    def end(self) -> List[EventNews]:
        """End the video; the next frame begins another.

        Returns:
            list[EventNews]: Of the last snippets, and the end of the event
            that is under way, if any.
        """
        news = self._news_of(self.stream.flush())
        return news + self._as_scores(self.events.close())

    def _news_of(self, scores: List[SnippetScore]) -> List[EventNews]:
        length = self.stream.extractor.snippet_len
        news = [
            told
            for score in scores
            for told in self.events.push(
                self._seconds_at(score.index * length),
                self._seconds_at((score.index + 1) * length),
                self._compared(score),
            )
        ]
        return self._as_scores(news)

    def _compared(self, score: SnippetScore) -> float:
        if not self.logits:
            return score.score
        if score.logit is None:
            return float(to_logits(score.score))
        return score.logit

    def _as_scores(self, news: List[EventNews]) -> List[EventNews]:
        """Peaks as scores, where logits were compared."""
        if not self.logits:
            return news
        return [
            told._replace(peak=float(to_scores(told.peak))) for told in news
        ]

    def state_dict(self) -> Dict[str, Any]:
        """What has to be known to go on: tensors and plain JSON values.

        Returns:
            dict: ``stream`` and ``events``, the states of both, and ``fps``.
        """
        return dict(
            stream=self.stream.state_dict(),
            events=self.events.state_dict(),
            fps=self.fps,
        )

    def load_state_dict(self, state: Dict[str, Any]) -> None:
        """Go on from a saved state.

        Args:
            state (dict): Of :meth:`state_dict`, of a watch with the same
                extractor, detector and settings of events. Its frame rate
                takes the place of the watch's, so that times go on.

        Raises:
            ValueError: If it does not fit, naming the key.
        """
        for key, kind in dict(stream=dict, events=dict, fps=float).items():
            if not isinstance(state.get(key), kind):
                raise ValueError(
                    f'state of a watch: expected {key!r}, a {kind.__name__}, '
                    f'found {state.get(key)!r}'
                )
        if not 0 < state['fps'] < math.inf:
            raise ValueError(
                "state of a watch: expected 'fps' above 0, found "
                f'{state["fps"]}'
            )
        self.stream.load_state_dict(state['stream'])
        self.events.load_state_dict(state['events'])
        self.fps = state['fps']
