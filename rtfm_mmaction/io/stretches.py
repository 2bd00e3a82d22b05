"""Stretches of a long video, read by several processes as by one.

A stretch is some snippets that follow each other. Its reader goes to a frame
by its time and shows afterwards that it was there: the frames of the snippet
before it are, to the bit, those that the reader of the stretch before it has
read, and all frames come at the rate that the file says.

Shapes: L frames of a snippet, F frames, H and W rows and columns of pixels.
"""

import hashlib
import math
from typing import Any, Dict, Iterator, List, NamedTuple, Optional, Tuple

import numpy as np

from .mp4 import SUFFIXES, has_even_steps
from .snippet_buffer import SnippetBuffer
from .video import SeekError, Video, count_snippets


class Stretch(NamedTuple):
    """Snippets [start, stop) of a video.

    Attributes:
        start (int): >= 0.
        stop (int, optional): None: to the video's end.
    """

    start: int
    stop: Optional[int]

    def __str__(self) -> str:
        return f'{self.start}-{"end" if self.stop is None else self.stop}'


class StretchFacts(NamedTuple):
    """What shows that a stretch is what it should be.

    Attributes:
        begin (float): The source's own time of the video's frame 0, in
            seconds; NaN of a folder.
        times (list[float]): Own times of the stretch's frames.
        before (str): SHA-256 of the L frames before it; empty of the first.
        last (str): SHA-256 of its last L frames; empty of the last one.
    """

    begin: float
    times: List[float]
    before: str
    last: str


def cut_up(video: Video, snippet_len: int, most: int) -> List[Stretch]:
    """Cut a video into stretches.

    Args:
        video (Video): Not read yet.
        snippet_len (int): L.
        most (int): Snippets of a stretch, >= 1.

    Returns:
        list[Stretch]: At least two; none of a video that has no more snippets
        than ``most``.

    Raises:
        SeekError: If the video is longer and its frames cannot be gone to.
    """
    # What is left behind the last whole snippet goes with that.
    count = count_snippets(video.declared, snippet_len, 'drop')
    if count <= most:
        return []
    refuse_uneven(video)
    parts = -(-count // most)
    edges = [count * part // parts for part in range(parts)]
    return [
        Stretch(start, stop) for start, stop in zip(edges, [*edges[1:], None])
    ]


def refuse_uneven(video: Video) -> None:
    """Refuse a video of which nothing says that a time leads to a frame.

    Args:
        video (Video): Any.

    Raises:
        SeekError: If its container does not count frames, or they are not
            stored to be shown equally long.
    """
    if not video.counts:
        raise SeekError(
            f'{video.path}: its container does not say how many frames are '
            'shown'
        )
    if video.is_folder or video.path.suffix.lower() not in SUFFIXES:
        return
    if not has_even_steps(video.path):
        raise SeekError(f'{video.path}: its frame rate varies')


class StretchReader:
    """Reads one stretch: ``reader(video)`` as ``video.snippets(…)``.

    Args:
        stretch (Stretch): Which.
        snippet_len (int): L.
        tail (str): See :func:`~.video.count_snippets`.
        size (tuple[int, int]): (W, H) that each frame is resized to.
        interpolation (str): A key of ``INTERPOLATIONS``.

    Attributes:
        facts (StretchFacts): Once all was read.
    """

    facts: StretchFacts

    def __init__(
        self,
        stretch: Stretch,
        snippet_len: int,
        tail: str,
        size: Tuple[int, int],
        interpolation: str,
    ) -> None:
        self.stretch, self.snippet_len, self.tail = stretch, snippet_len, tail
        self.size, self.interpolation = size, interpolation

    def __call__(self, video: Video) -> Iterator[np.ndarray]:
        """Read a video; it cannot be read any further then.

        Args:
            video (Video): Not read yet.

        Yields:
            np.ndarray: (L, H, W, 3) RGB, uint8.

        Raises:
            SeekError: If a frame is not found, is damaged, or does not come
                when it should, or the video ends too early.
        """
        start, stop = self.stretch
        length, begin, before = self.snippet_len, math.nan, ''
        if start:
            begin = video.go_to((start - 1) * length)
            before = _digest(self._whole(video))
        rest, last = SnippetBuffer(length, self.size, self.interpolation), ''
        index = start
        while index != stop:
            frames = []
            while len(frames) < length:
                frame = video.read()
                if frame is None:
                    break
                frames.append(frame)
            snippet = None
            for frame in frames:
                snippet = rest.push(frame)
            if snippet is None:
                break
            index += 1
            if index == stop:
                last = _digest(frames)
            yield snippet
        if stop is not None and index < stop:
            raise self._ended(video)
        times = video.own_times
        video.close()
        self._check_times(video, begin, times)
        if start:
            times = times[length:]
        elif len(times):
            begin = float(times[0])
        self.facts = StretchFacts(begin, times.tolist(), before, last)
        ending = rest.flush()
        if ending is not None and self.tail == 'pad':
            yield ending

    def _whole(self, video: Video) -> List[np.ndarray]:
        """L frames."""
        frames = [video.read() for _ in range(self.snippet_len)]
        if frames[-1] is None:
            raise self._ended(video)
        return [frame for frame in frames if frame is not None]

    def _ended(self, video: Video) -> SeekError:
        return SeekError(
            f'{video.path}: it ends at frame {video.frames}, before a frame '
            'that was counted on'
        )

    def _check_times(
        self, video: Video, begin: float, times: np.ndarray
    ) -> None:
        """Refuse frames that are damaged or do not come evenly."""
        if video.failed:
            raise SeekError(f'{video.path}: frames are damaged')
        if video.is_folder:
            return
        first = max(self.stretch.start - 1, 0) * self.snippet_len
        if not self.stretch.start:
            begin = times[0] if len(times) else math.nan
        wanted = begin + (first + np.arange(len(times))) / video.said
        if not (np.abs(times - wanted) <= 0.5 / video.said).all():
            raise SeekError(
                f'{video.path}: its frames do not come at the rate that it '
                'says'
            )


def join_facts(
    video: Video, stretches: List[Stretch], facts: List[StretchFacts]
) -> None:
    """Count the frames of all stretches as come, once they fit together.

    Args:
        video (Video): Not read yet; read afterwards, as far as it can tell.
        stretches (list[Stretch]): As of :func:`cut_up`.
        facts (list[StretchFacts]): Of each.

    Raises:
        SeekError: If one does not go on where the one before it ends.
        VideoError: If the file ended long before it should.
    """
    for stretch, one, other in zip(stretches[1:], facts, facts[1:]):
        same = one.begin == other.begin or video.is_folder
        if not same or one.last != other.before:
            raise SeekError(
                f'{video.path}: what comes before snippet {stretch.start} is '
                'something else when it is gone to'
            )
    video.take_over(np.array([t for one in facts for t in one.times]))


def to_json(facts: StretchFacts) -> Dict[str, Any]:
    """Facts of plain values; times that are not known are None.

    Args:
        facts (StretchFacts): Of a stretch.
    """
    content = facts._asdict()
    content['begin'] = _known(facts.begin)
    content['times'] = [_known(seconds) for seconds in facts.times]
    return content


def from_json(content: Dict[str, Any]) -> StretchFacts:
    """Read what :func:`to_json` gives.

    Args:
        content (dict): Of it.

    Raises:
        LookupError, TypeError: If it is something else.
    """
    begin, *times = (
        math.nan if seconds is None else float(seconds)
        for seconds in (content['begin'], *content['times'])
    )
    return StretchFacts(
        begin, times, str(content['before']), str(content['last'])
    )


def _known(seconds: float) -> Optional[float]:
    return None if math.isnan(seconds) else seconds


def _digest(frames: List[np.ndarray]) -> str:
    digest = hashlib.sha256()
    for frame in frames:
        digest.update(np.ascontiguousarray(frame))
    return digest.hexdigest()
