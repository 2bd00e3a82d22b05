"""Many videos through one network: read ahead, passes across their borders.

Shapes: B clips of a pass, N crops, L frames of a snippet, C channels, H and W
rows and columns of pixels.
"""

from collections import deque
from contextlib import closing
from pathlib import Path
from typing import (
    Any,
    Callable,
    Deque,
    Iterable,
    Iterator,
    List,
    NamedTuple,
    Optional,
    Sequence,
    Tuple,
    Union,
)

import numpy as np

from ..io.prefetch import prefetch
from ..io.remote import as_path
from ..io.video import Video, VideoError
from .still import StillClips

# Snippets that wait for the network: one that is ready while the next one is
# being decoded.
AHEAD = 2


class Part(NamedTuple):
    """What happened to a video, in the order in which it happened.

    Attributes:
        path (Path): The video.
        kind (str): 'started'; 'snippet', once for each; and at last 'done' or
            'failed'.
        value (Any): The opened ``Video`` of 'started' and 'done'; of
            'snippet' its frames, (L, H, W, 3) uint8, or its features, (N, C)
            float32; the ``VideoError`` of 'failed'.
    """

    path: Path
    kind: str
    value: Any


def read_ahead(
    paths: Iterable[Union[str, Path]],
    snippets: Callable[[Video], Iterable[np.ndarray]],
    fps: Optional[float] = None,
) -> Iterator[Part]:
    """Read videos one after another, on a thread of their own.

    Args:
        paths (Iterable[str or Path]): Video files, or folders of frames.
        snippets (Callable): What gives a video's snippets.
        fps (float, optional): See :class:`Video`. Defaults to None.

    Yields:
        Part: Of each video in turn; snippets are frames.
    """

    def read() -> Iterator[Part]:
        for path in map(as_path, paths):
            try:
                video = Video(path, fps)
                yield Part(path, 'started', video)
                for frames in snippets(video):
                    yield Part(path, 'snippet', frames)
                yield Part(path, 'done', video)
            except VideoError as error:
                yield Part(path, 'failed', error)
            except OSError as error:
                reason = error.strerror or error
                yield Part(
                    path,
                    'failed',
                    VideoError(
                        f'{path}: expected a video, found one that cannot be '
                        f'read ({reason})'
                    ),
                )

    return prefetch(read(), AHEAD)


def run_in_passes(
    parts: Iterator[Part],
    cut: Callable[[np.ndarray], Sequence[np.ndarray]],
    network: Callable[[List[np.ndarray]], np.ndarray],
    pass_size: int,
    still: Optional[StillClips] = None,
) -> Iterator[Part]:
    """Run snippets through a network, as many clips at a time as it likes.

    The last pass is filled up with its last clip: in a smaller one the same
    clip's numbers are others by rounding, and a video's features would depend
    on which videos came before it, as in a run that goes on.

    Args:
        parts (Iterator[Part]): See :func:`read_ahead`; closed at the end.
        cut (Callable): Frames of a snippet -> its N clips.
        network (Callable): B clips -> (B, C).
        pass_size (int): B, of all passes.
        still (StillClips, optional): Tells which clips take the features of
            an earlier one of their video. Defaults to None: each is scored.

    Yields:
        Part: The same in the same order; snippets are features.
    """
    # A place is where a clip's features go, empty until they are there.
    waiting: Deque[Tuple[Part, List[list]]] = deque()
    clips: List[Tuple[np.ndarray, list]] = []

    def place_of(crop: int, clip: np.ndarray) -> list:
        place = None if still is None else still.place(crop, clip)
        if place is None:
            place = []
            clips.append((clip, place))
            if still is not None:
                still.score(crop, clip, place)
        return place

    def run() -> None:
        batch = clips[:pass_size]
        del clips[:pass_size]
        filling = batch[-1:] * (pass_size - len(batch))
        outputs = network([clip for clip, _ in batch + filling])
        for (_, place), row in zip(batch, outputs):
            place.append(row)

    def ready() -> Iterator[Part]:
        while waiting and all(waiting[0][1]):
            part, places = waiting.popleft()
            if places:
                part = part._replace(value=np.stack([p[0] for p in places]))
            yield part

    with closing(parts):
        for part in parts:
            places: List[list] = []
            if part.kind == 'snippet':
                places = [
                    place_of(crop, clip)
                    for crop, clip in enumerate(cut(part.value))
                ]
                # Still ones may wait long; frames are the clips' to keep.
                part = part._replace(value=None)
            elif part.kind == 'started' and still is not None:
                still.forget()
            waiting.append((part, places))
            while len(clips) >= pass_size:
                run()
            yield from ready()
        while clips:
            run()
        yield from ready()
