"""Videos as a stream of snippets, read once and in order.

Shapes: L frames of a snippet, H and W rows and columns of pixels.
"""
from pathlib import Path
from typing import Iterator, Tuple, Union

import cv2
import numpy as np

# Frames of a damaged video that may be missing or made up by the decoder
# before the video is refused: one snippet of 16.
MAX_DAMAGED = 16
# Containers that say how many frames they hold; the others only estimate it.
COUNTING = ('.mp4', '.m4v', '.mov', '.avi')
INTERPOLATIONS = dict(
    nearest=cv2.INTER_NEAREST,
    bilinear=cv2.INTER_LINEAR,
    bicubic=cv2.INTER_CUBIC,
    area=cv2.INTER_AREA,
    lanczos=cv2.INTER_LANCZOS4)


class VideoError(ValueError):
    """A video that cannot be read as it should; the message names it."""


def count_snippets(frames: int, snippet_len: int, tail: str) -> int:
    """T, the number of snippets of a video.

    Args:
        frames (int): Frames of the video.
        snippet_len (int): Frames of a snippet.
        tail (str): What becomes of the frames behind the last whole snippet.
            ``drop``: they are left out. ``pad``: they make one more snippet,
            filled up with the last frame.

    Raises:
        ValueError: If the rule is unknown.
    """
    if tail not in ('drop', 'pad'):
        raise ValueError(f"tail: expected 'drop' or 'pad', found {tail!r}")
    return frames // snippet_len if tail == 'drop' else -(-frames //
                                                          snippet_len)


class Video:
    """A video file, whose frames are decoded once, in order.

    Args:
        path (str or Path): Video file.

    Attributes:
        frames (int): Number of its frames.
        fps (float): Frames per second, on average.

    Raises:
        VideoError: If the file cannot be opened, has no frames, or has lost
            more than :data:`MAX_DAMAGED` of those that it should have.
    """

    def __init__(self, path: Union[str, Path]) -> None:
        import decord
        decord.logging.set_level(decord.logging.QUIET)
        self.path = Path(path)
        try:
            self._reader = decord.VideoReader(
                str(path), num_threads=1, fault_tol=MAX_DAMAGED)
        except Exception as error:  # decord: RuntimeError, AssertionError, own
            raise VideoError(f'{path}: expected a video, found a file that '
                             f'cannot be opened as one ({_brief(error)})'
                             ) from error
        self.frames = len(self._reader)
        self.fps = float(self._reader.get_avg_fps())
        declared = self._declared_frames()
        if declared - self.frames > MAX_DAMAGED:
            raise VideoError(f'{path}: expected {declared} frames as the file '
                             f'says, found {self.frames}: it is cut short')

    def _declared_frames(self) -> int:
        """Frames that the container promises, 0 where it does not."""
        if self.path.suffix.lower() not in COUNTING:
            return 0
        capture = cv2.VideoCapture(str(self.path))
        declared = int(capture.get(cv2.CAP_PROP_FRAME_COUNT))
        capture.release()
        return declared

    def snippets(self,
                 snippet_len: int,
                 tail: str,
                 size: Tuple[int, int],
                 interpolation: str = 'bilinear') -> Iterator[np.ndarray]:
        """Read on from the first frame; can be done once.

        Args:
            snippet_len (int): L.
            tail (str): See :func:`count_snippets`.
            size (tuple[int, int]): (W, H) that each frame is resized to, in
                pixels; the aspect ratio is not kept.
            interpolation (str): A key of :data:`INTERPOLATIONS`.
                Defaults to 'bilinear'.

        Yields:
            np.ndarray: (L, H, W, 3) RGB, uint8.

        Raises:
            VideoError: If there is no whole snippet under ``drop``, or a
                frame cannot be decoded.
        """
        number = count_snippets(self.frames, snippet_len, tail)
        if number == 0:
            raise VideoError(
                f'{self.path}: expected at least {snippet_len} frames, one '
                f"snippet, found {self.frames}; tail='pad' would fill it up")
        flag = INTERPOLATIONS[interpolation]
        for start in range(0, number * snippet_len, snippet_len):
            snippet = np.empty((snippet_len, size[1], size[0], 3), np.uint8)
            for index in range(snippet_len):
                if start + index < self.frames:
                    frame = self._next_frame(start + index)
                    snippet[index] = cv2.resize(
                        frame, size, interpolation=flag)
                else:
                    snippet[index] = snippet[index - 1]
            yield snippet

    def _next_frame(self, index: int) -> np.ndarray:
        """Decode the next frame, RGB."""
        try:
            return self._reader.next().asnumpy()
        except Exception as error:  # StopIteration, decord's own kinds
            raise VideoError(
                f'{self.path}: expected {self.frames} frames, found damage at '
                f'frame {index} ({_brief(error)})') from error


def _brief(error: BaseException) -> str:
    """The last words of decord's messages, which hold a trace of C++."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[-1][-160:] if lines else type(error).__name__
