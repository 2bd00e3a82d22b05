"""Clips of videos through a network that is ready.

No torch is imported, but for its version in side-cars: the network may be an
exported file.

Shapes: B clips of a pass, N crops, T snippets, L frames of a snippet,
C channels, H and W rows and columns of pixels.
"""

import json
import platform
from pathlib import Path
from typing import (
    Any,
    Callable,
    Dict,
    Iterable,
    Iterator,
    Optional,
    Sequence,
    Union,
)

import numpy as np

from ..io.crops import crop_grid, cut_crops
from ..io.snippet_buffer import INTERPOLATIONS
from ..io.video import Video, count_snippets
from ..version import __version__
from .passes import Part, read_ahead, run_in_passes
from .sidecar import snippet_milliseconds
from .still import StillClips

# Arguments of a ClipExtractor that its settings have by the same names.
ARGUMENTS = (
    'snippet_len',
    'tail',
    'resize',
    'interpolation',
    'crops',
    'mean',
    'std',
)

# B arrays (L, H, W, 3) uint8 -> (B, C) float32.
Network = Callable[[Sequence[np.ndarray]], np.ndarray]


def usual_batch_size(device: str, dtype: str) -> int:
    """Choose B, the clips of a pass.

    Args:
        device (str): Where the network runs.
        dtype (str): 'fp32' or 'bf16'.

    Returns:
        int: On a CPU, where more is slower (its caches), 2 in fp32 and 1 in
        bf16; 16 on a GPU.

    Examples:
        >>> usual_batch_size('cpu', 'fp32')
        2
    """
    if device == 'cpu':
        return 1 if dtype == 'bf16' else 2
    return 16


class ClipExtractor:
    """A network with all that stands between it and a video file.

    Frames are resized, crops cut, and the network turns each clip, one crop
    of one snippet, into a vector.

    Args:
        network (Callable): Runs one pass: B arrays (L, H, W, 3) uint8 to
            (B, C) float32. It knows ``mean``, ``std`` and ``dtype`` already.
        backbone (dict): Its config, for side-cars.
        weights_file (str): Name of its weights, for side-cars.
        weights_sha256 (str): Their digest, for side-cars.
        resize (Sequence[int]): (W, H) in pixels that frames are resized to;
            the aspect ratio is not kept.
        crops (dict): ``layout`` and ``size``, see :func:`crop_grid`.
        snippet_len (int): L. Defaults to 16.
        tail (str): See :func:`count_snippets`. Defaults to 'drop', as the
            features that RTFM's authors released.
        mean (Sequence[float]): What the network subtracts from R, G and B (0
            to 255), for side-cars. Defaults to (127.5, 127.5, 127.5).
        std (Sequence[float]): What it divides them by, as above. Defaults to
            (127.5, 127.5, 127.5): in [-1, 1].
        interpolation (str): Of resizing. Defaults to 'bilinear'.
        dtype (str): What the network runs in, as above. Defaults to 'fp32'.
        batch_size (int): B. Defaults to 2.

    Attributes:
        settings (dict): Whatever changes the features, of plain values.

    Raises:
        ValueError: If a setting is out of its range.
    """

    def __init__(
        self,
        network: Network,
        backbone: Dict[str, Any],
        weights_file: str,
        weights_sha256: str,
        resize: Sequence[int],
        crops: Dict[str, Any],
        snippet_len: int = 16,
        tail: str = 'drop',
        mean: Sequence[float] = (127.5, 127.5, 127.5),
        std: Sequence[float] = (127.5, 127.5, 127.5),
        interpolation: str = 'bilinear',
        dtype: str = 'fp32',
        batch_size: int = 2,
    ) -> None:
        check_clips(snippet_len, tail, interpolation, batch_size)
        width, height = resize
        self.size = (width, height)
        self.crop_size = crops['size']
        self.grid = crop_grid(crops['layout'], crops['size'], *self.size)
        self.snippet_len = snippet_len
        self.tail = tail
        self.interpolation = interpolation
        self.batch_size = batch_size
        self.network: Any = network
        self._still: Optional[StillClips] = None
        self.weights_file = weights_file
        self.weights: Dict[str, str] = {}
        self.settings = plain(
            dict(
                backbone=backbone,
                weights_sha256=weights_sha256,
                snippet_len=snippet_len,
                tail=tail,
                resize=resize,
                interpolation=interpolation,
                crops=crops,
                mean=mean,
                std=std,
                dtype=dtype,
            )
        )

    def reuse_still(self, bound: float) -> None:
        """Let clips of a still scene take the features of an earlier one.

        Args:
            bound (float): By how much less each value of each pixel, 0 to
                255, differs from that of the last clip of the same crop that
                was scored. It becomes one of the ``settings``.

        Raises:
            ValueError: If it is out of its range.
        """
        self._still = StillClips(bound)
        self.settings['still'] = float(bound)

    def count_clips(self, video: Video) -> int:
        """T * N, the clips that a video promises."""
        return len(self.grid) * count_snippets(
            video.declared, self.snippet_len, self.tail
        )

    def extract(self, path: Union[str, Path]) -> np.ndarray:
        """Features of one video.

        Args:
            path (str or Path): Video file, or folder of frames.

        Returns:
            np.ndarray: (T, N, C), float32.

        Raises:
            VideoError: If it cannot be read, is too short or damaged.
        """
        rows = []
        for part in self.stream([path]):
            if part.kind == 'failed':
                raise part.value
            if part.kind == 'snippet':
                rows.append(part.value)
        return np.stack(rows)

    def stream(
        self,
        paths: Iterable[Union[str, Path]],
        fps: Optional[float] = None,
        read: Optional[Callable[[Video], Iterable[np.ndarray]]] = None,
    ) -> Iterator[Part]:
        """Features of many videos, snippet by snippet.

        Videos are decoded once, in order, on a thread of their own, and
        passes of the network reach across the borders of videos. In memory
        are a few snippets and the clips of one pass, however long a video.

        Args:
            paths (Iterable[str or Path]): Video files, or folders of frames.
            fps (float, optional): Their frames per second, whatever they
                say. Defaults to None.
            read (Callable, optional): What gives a video's snippets, such as
                a :class:`~.io.stretches.StretchReader`. Defaults to None:
                ``video.snippets``, all of it.

        Yields:
            Part: Of each video in turn; of its snippets the features (N, C),
            float32. A video that cannot be read does not stop the others.

        Raises:
            ValueError: If the network's output is no (B, C, ...).
        """
        read = read or (
            lambda video: video.snippets(
                self.snippet_len, self.tail, self.size, self.interpolation
            )
        )
        parts = read_ahead(paths, read, fps)
        return run_in_passes(
            parts,
            lambda frames: cut_crops(frames, self.grid, self.crop_size),
            self.network,
            self.batch_size,
            self._still,
        )

    def record(self, video: Video) -> Dict[str, Any]:
        """The side-car of features, but for their shape; the video is read."""
        snippets = count_snippets(video.frames, self.snippet_len, self.tail)
        times = video.timing.edges(self.snippet_len, snippets)
        more: Dict[str, Any] = {}
        if times is not None:
            more['snippet_ms'] = snippet_milliseconds(times)
        if video.notes():
            more['notes'] = video.notes()
        return dict(
            video=dict(
                file=video.path.name,
                bytes=video.bytes,
                frames=video.frames,
                fps=video.fps,
                **more,
            ),
            settings=self.settings,
            weights_file=self.weights_file,
            weights=self.weights,
            versions=versions(),
        )


def check_clips(
    snippet_len: int, tail: str, interpolation: str, batch_size: int
) -> None:
    """Refuse settings of a :class:`ClipExtractor` that are out of range.

    Args:
        snippet_len (int): As there.
        tail (str): As there.
        interpolation (str): As there.
        batch_size (int): As there.

    Raises:
        ValueError: Names the setting.
    """
    if interpolation not in INTERPOLATIONS:
        raise ValueError(
            'interpolation: expected one of '
            f'{tuple(INTERPOLATIONS)}, '
            f'found {interpolation!r}'
        )
    if min(batch_size, snippet_len) < 1:
        raise ValueError(
            'batch_size, snippet_len: expected 1 or more, '
            f'found {batch_size}, {snippet_len}'
        )
    count_snippets(0, snippet_len, tail)


def plain(settings: Any) -> Any:
    """Settings as JSON gives them back, which knows no tuples.

    Args:
        settings (Any): Of plain values.
    """
    return json.loads(json.dumps(settings))


def versions() -> Dict[str, str]:
    """Versions of what features depend on."""
    import cv2
    import mmaction
    import mmengine
    import torch

    return dict(
        rtfm_mmaction=__version__,
        mmaction=mmaction.__version__,
        mmengine=mmengine.__version__,
        torch=torch.__version__,
        opencv=cv2.__version__,
        numpy=np.__version__,
        python=platform.python_version(),
    )
