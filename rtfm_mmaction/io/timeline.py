"""Which second belongs to which frame.

Shapes: T snippets, F frames, L frames of a snippet.
"""

from typing import NamedTuple, Optional

import numpy as np


class Timeline(NamedTuple):
    """Frames and seconds of a video.

    Attributes:
        fps (float): Frames per second, on average.
        frames (int): F.
        snippet_len (int): L.
        edges (np.ndarray, optional): (T + 1,) seconds, where snippets begin
            and the video ends; within a snippet frames are taken to come
            evenly. None where all is said by ``fps``.
    """

    fps: float
    frames: int
    snippet_len: int
    edges: Optional[np.ndarray]

    def seconds(self, frame: float) -> float:
        """When a frame begins.

        Args:
            frame (float): Its number, from 0.
        """
        if self.edges is None:
            return frame / self.fps
        return float(np.interp(frame, self._knots(), self.edges))

    def frame(self, seconds: float) -> float:
        """Which frame is shown.

        Args:
            seconds (float): From the first frame on.

        Returns:
            float: Its number, from 0, and how much of it has passed.
        """
        if self.edges is None:
            return seconds * self.fps
        return float(np.interp(seconds, self.edges, self._knots()))

    def frame_times(self) -> np.ndarray:
        """When all frames begin.

        Returns:
            np.ndarray: (F + 1,) float64, seconds; the last one is the end.
        """
        frames = np.arange(self.frames + 1)
        if self.edges is None:
            return frames / self.fps
        return np.interp(frames, self._knots(), self.edges)

    def _knots(self) -> np.ndarray:
        """(T + 1,) frames that belong to the edges."""
        knots = np.arange(len(self.edges)) * self.snippet_len
        knots[-1] = self.frames
        return knots
