"""From frames to news of events, while the video runs."""

import math
import time
from typing import Any, Callable, Dict, List, Optional, Tuple

import numpy as np

from ..evaluation.functional.logits import to_logits, to_scores
from .online_events import Came, EventNews, OnlineEvents
from .streaming import FrameStream, SnippetScore, UnsoundFeaturesError


class Watch:
    """Turns frames into news of events; can be stopped and gone on with.

    Seconds are counted by the frames that came or were dropped, so that those
    of a stream that was lost are left out.

    What lies behind a gap is scored as a video of its own: nothing on one
    side is a neighbour of what is on the other. An event is one across a gap
    where no more than its ``max_gap`` lies between its parts, and is ended at
    the gap where more does. A snippet whose features are unsound (NaN, or far
    beyond those of networks) is such a gap, too, and one whose score is NaN
    is not known.

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
        note (Callable, optional): Gets a sentence when snippets cannot be
            scored. Defaults to None, nobody is told.

    Attributes:
        scored (int): Snippets that were scored.
        unsound (int): Snippets that could not be.
        dropped (int): Frames that were told to be dropped.
        last_utc (float, optional): When the last frame came, in seconds since
            1970.
    """

    def __init__(
        self,
        stream: FrameStream,
        events: OnlineEvents,
        fps: float,
        seconds_at: Optional[Callable[[int], float]] = None,
        logits: bool = False,
        note: Optional[Callable[[str], None]] = None,
    ) -> None:
        self.stream = stream
        self.events = events
        self.fps = float(fps)
        self._seconds_at = seconds_at or (lambda frame: frame / self.fps)
        self.logits = logits
        self._note = note
        self.scored = self.unsound = self.dropped = 0
        self.last_utc: Optional[float] = None
        self._begin = 0  # frame behind the last gap
        # When the first and the last frame came of snippets that are not
        # scored yet, the last one of them perhaps not whole.
        self._came: List[Came] = []
        self._first = 0  # the first one's number, behind the gap

    @property
    def frames(self) -> int:
        """Frames of the video that came or were dropped."""
        return self._begin + self.stream.frames

    @property
    def seconds(self) -> float:
        """Where the last frame ends."""
        return self._seconds_at(self.frames)

    def push(
        self, frame: np.ndarray, utc: Optional[float] = None
    ) -> List[EventNews]:
        """Take a frame.

        Args:
            frame (np.ndarray): (H, W, 3) BGR, uint8.
            utc (float, optional): When it came, in seconds since 1970.
                Defaults to None, now.

        Returns:
            list[EventNews]: What is certain now and was not before.
        """
        self.last_utc = time.time() if utc is None else utc
        if self.stream.frames % self._length:
            self._came[-1] = (self._came[-1][0], self.last_utc)
        else:
            self._came.append((self.last_utc, self.last_utc))
        try:
            return self._news_of(self.stream.push(frame), self.frames)
        except UnsoundFeaturesError as error:
            # The stream has forgotten the frames of this snippet.
            self._came.pop()
            self._tell_unsound(str(error).partition(', found ')[2])
            return self._skip(self._length)

    def gap(self, frames: int = 0, seconds: float = 0.0) -> List[EventNews]:
        """Tell that frames are missing before the next one.

        Args:
            frames (int): How many were dropped; times go on by them.
                Defaults to 0.
            seconds (float): How long nothing was seen, at least, though times
                do not go on by it. Defaults to 0.

        Returns:
            list[EventNews]: Of the last snippets before the gap, and the end
            of the event that is under way, if nothing can join it any more.
        """
        self.dropped += frames
        return self._skip(frames, seconds)

    def end(self) -> List[EventNews]:
        """End the video; the next frame begins another.

        Returns:
            list[EventNews]: Of the last snippets, and the end of the event
            that is under way, if any.
        """
        news = self._flush() + self._as_scores(self.events.close())
        self._begin = 0
        return news

    @property
    def _length(self) -> int:
        return self.stream.extractor.snippet_len

    def _skip(self, frames: int, seconds: float = 0.0) -> List[EventNews]:
        """Begin anew behind frames that are not scored."""
        here = self.frames
        news = self._flush()
        until = self._seconds_at(here) + max(frames / self.fps, seconds)
        self._begin = here + frames
        return news + self._as_scores(self.events.gap(until))

    def _flush(self) -> List[EventNews]:
        """Score what there is as a video's end."""
        here = self.frames
        try:
            scores = self.stream.flush()
        except UnsoundFeaturesError:  # of the last frames, filled up
            scores = self.stream.flush()
        news = self._news_of(scores, here)
        self._came, self._first = [], 0
        return news

    def _news_of(
        self, scores: List[SnippetScore], frames: int
    ) -> List[EventNews]:
        """Make events of scores, after so many frames of the video."""
        news: List[EventNews] = []
        for score in scores:
            compared = self._compared(score)
            if math.isnan(compared):
                self._tell_unsound('a score that is no number')
            first = self._begin + score.index * self._length
            # One that is filled up ends with the last frame that came.
            last = min(first + self._length, frames)
            news += self.events.push(
                self._seconds_at(first),
                self._seconds_at(last),
                compared,
                self._came_of(score.index),
            )
        self.scored += len(scores)
        return self._as_scores(news)

    def _came_of(self, index: int) -> Came:
        """When a snippet's frames came; earlier ones are forgotten."""
        del self._came[: index - self._first]
        self._first = index
        return self._came[0] if self._came else (None, None)

    def _tell_unsound(self, found: str) -> None:
        """Say it the first time, and each time that it has doubled."""
        self.unsound += 1
        if self._note is not None and self.unsound & (self.unsound - 1) == 0:
            plural = 's' * (self.unsound > 1)
            self._note(
                f'{self.unsound} snippet{plural} could not be scored, the '
                f'last one before {self.seconds:.2f} s: expected finite '
                f'features, found {found}'
            )

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
        """What has to be known to go on: arrays and plain JSON values.

        Returns:
            dict: ``stream`` and ``events``, the states of both; ``fps``;
            ``begin``, the number of the frame behind the last gap; and when
            frames ``came`` of snippets that are not scored yet: the number
            of the first one, then [first, last] of each, in seconds since
            1970, as is ``last_utc``.
        """
        return dict(
            stream=self.stream.state_dict(),
            events=self.events.state_dict(),
            fps=self.fps,
            begin=self._begin,
            came=[self._first, *map(list, self._came)],
            last_utc=self.last_utc,
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
        kinds = dict(stream=dict, events=dict, fps=float, begin=int, came=list)
        for key, kind in kinds.items():
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
        if state['begin'] < 0:
            raise ValueError(
                "state of a watch: expected 'begin' of 0 or more, found "
                f'{state["begin"]}'
            )
        last = state.get('last_utc')
        if not (last is None or isinstance(last, float)):
            raise ValueError(
                "state of a watch: expected 'last_utc' in seconds, found "
                f'{last!r}'
            )
        first, came = _came_in(state['came'])
        self.stream.load_state_dict(state['stream'])
        self.events.load_state_dict(state['events'])
        self.fps = state['fps']
        self._begin, self._first, self._came = state['begin'], first, came
        self.last_utc = last


def _came_in(value: List[Any]) -> Tuple[int, List[Came]]:
    """The number of the first snippet, and when frames of all came."""
    first, *pairs = value or [None]
    if (
        not isinstance(first, int)
        or first < 0
        or not all(
            isinstance(pair, list)
            and len(pair) == 2
            and all(isinstance(number, float) for number in pair)
            for pair in pairs
        )
    ):
        raise ValueError(
            "state of a watch: expected 'came' as state_dict() gives it, "
            f'found {value!r}'
        )
    return first, [(pair[0], pair[1]) for pair in pairs]
