"""From frames to news of events, while the video runs."""

from typing import Iterable, Iterator, List

import numpy as np

from ..io.video import VideoError
from .online_events import EventNews, OnlineEvents
from .streaming import FrameStream, SnippetScore


def watch(
    frames: Iterable[np.ndarray],
    stream: FrameStream,
    events: OnlineEvents,
    fps: float,
) -> Iterator[EventNews]:
    """Score frames and tell of events.

    Seconds are counted by the frames that came, so that those of a stream
    that was lost are left out.

    Args:
        frames (Iterable[np.ndarray]): (H, W, 3) BGR, uint8.
        stream (FrameStream): What scores them.
        events (OnlineEvents): What makes events of scores.
        fps (float): Frames per second.

    Yields:
        EventNews: As soon as it is certain; at the end of the frames, however
        they end, what is known then.

    Raises:
        VideoError: After that, if the frames ended with it.
    """
    seconds = stream.extractor.snippet_len / fps

    def news_of(scores: List[SnippetScore]) -> Iterator[EventNews]:
        for index, score, *_ in scores:
            yield from events.push(
                index * seconds, (index + 1) * seconds, score
            )

    lost = None
    try:
        for frame in frames:
            yield from news_of(stream.push(frame))
    except VideoError as error:
        lost = error
    yield from news_of(stream.flush())
    yield from events.close()
    if lost is not None:
        raise lost
