"""From a video to its features.

Shapes: B clips of a pass, N crops, T snippets, L frames of a snippet,
C channels, H and W rows and columns of pixels.
"""

import json
import platform
from pathlib import Path
from typing import (
    Any,
    Dict,
    Iterable,
    Iterator,
    Optional,
    Protocol,
    Sequence,
    Union,
)

import numpy as np
import torch
from mmaction.registry import MODELS

from ..io.crops import crop_grid, cut_crops
from ..io.snippet_buffer import INTERPOLATIONS
from ..io.video import Video, count_snippets
from ..models.weights import load_weights, random_weights
from ..version import __version__
from .inference import InferenceNetwork
from .passes import Part, read_ahead, run_in_passes
from .sidecar import bytes_of, snippet_milliseconds

# Arguments of a FeatureExtractor that its settings have by the same names.
ARGUMENTS = (
    'snippet_len',
    'tail',
    'resize',
    'interpolation',
    'crops',
    'mean',
    'std',
)


class ReadyNetwork(Protocol):
    """A network that was built elsewhere, such as ``OnnxBackbone``.

    Attributes:
        config (dict): Of the backbone, for side-cars.
        weights_file (str): Name of its weights.
        weights_sha256 (str): Their digest.
    """

    config: Dict[str, Any]
    weights_file: str
    weights_sha256: str

    def __call__(self, clips: Sequence[np.ndarray]) -> np.ndarray:
        """Run one pass, see :class:`InferenceNetwork`."""


class FeatureExtractor:
    """A backbone with all that stands between it and a video file.

    Frames are resized, crops cut and turned to numbers, and the backbone's
    output is averaged over time and place. A clip is one crop of one snippet.

    Args:
        model (dict or ReadyNetwork): Config of the backbone, any of the
            registry MODELS that maps (B, 3, L, H, W) to (B, C, ...), with
            weights in ``init_cfg`` (see :func:`load_weights`); or a network
            that knows weights, ``mean``, ``std``, ``device`` and ``dtype``
            already.
        resize (Sequence[int]): (W, H) in pixels that frames are resized to;
            the aspect ratio is not kept.
        crops (dict): ``layout`` and ``size``, see :func:`crop_grid`.
        snippet_len (int): L. Defaults to 16.
        tail (str): See :func:`count_snippets`. Defaults to 'drop', as the
            features that RTFM's authors released.
        mean (Sequence[float]): What is subtracted from R, G and B (0 to 255).
            Defaults to (127.5, 127.5, 127.5).
        std (Sequence[float]): What R, G and B are divided by after that.
            Defaults to (127.5, 127.5, 127.5): in [-1, 1].
        interpolation (str): Of resizing. Defaults to 'bilinear'.
        weights_command (str, optional): The command that makes the weights
            file, for the message when it is missing. Defaults to None.
        device (str): Where the backbone runs. Defaults to 'cpu'.
        dtype (str): ``fp32``, or ``bf16`` for autocast, two to three times
            as fast on CPUs that know the type; features then differ by about
            1% and are float32 in either case. Defaults to 'fp32'.
        batch_size (int, optional): Largest B. Defaults to None: on a CPU,
            where more is slower (its caches), 2 in fp32 and 1 in bf16; 16 on
            a GPU.
        random (bool): Whether the backbone gets random weights in place of
            those of ``init_cfg``, for trying things out. Defaults to False.
        compiled (bool): See :class:`InferenceNetwork`. Defaults to False.

    Raises:
        FileNotFoundError: If the weights file is missing.
        ValueError: If a setting is out of its range or the weights do not fit.
    """

    def __init__(
        self,
        model: Union[Dict[str, Any], ReadyNetwork],
        resize: Sequence[int],
        crops: Dict[str, Any],
        snippet_len: int = 16,
        tail: str = 'drop',
        mean: Sequence[float] = (127.5, 127.5, 127.5),
        std: Sequence[float] = (127.5, 127.5, 127.5),
        interpolation: str = 'bilinear',
        weights_command: Optional[str] = None,
        device: str = 'cpu',
        dtype: str = 'fp32',
        batch_size: Optional[int] = None,
        random: bool = False,
        compiled: bool = False,
    ) -> None:
        if interpolation not in INTERPOLATIONS:
            raise ValueError(
                'interpolation: expected one of '
                f'{tuple(INTERPOLATIONS)}, '
                f'found {interpolation!r}'
            )
        if batch_size is None:
            batch_size = 16
            if device == 'cpu':
                batch_size = 1 if dtype == 'bf16' else 2
        if min(batch_size, snippet_len) < 1:
            raise ValueError(
                'batch_size, snippet_len: expected 1 or more, '
                f'found {batch_size}, {snippet_len}'
            )
        count_snippets(0, snippet_len, tail)
        width, height = resize
        self.size = (width, height)
        self.crop_size = crops['size']
        self.grid = crop_grid(crops['layout'], crops['size'], *self.size)
        self.snippet_len = snippet_len
        self.tail = tail
        self.interpolation = interpolation
        self.batch_size = batch_size

        if isinstance(model, dict):
            if device.startswith('cuda') and not torch.cuda.is_available():
                raise ValueError(
                    "device: expected 'cpu', as this machine or "
                    f'its torch has no GPU, found {device!r}'
                )
            config = dict(model)
            init_cfg = config.pop('init_cfg', None)
            self.weights = {
                key: str(init_cfg[key])
                for key in ('checkpoint', 'prefix')
                if init_cfg and key in init_cfg and not random
            }
            backbone = MODELS.build(config)
            self.weights_file, digest = (
                random_weights(backbone)
                if random
                else load_weights(backbone, init_cfg, weights_command)
            )
            self.network = InferenceNetwork(
                backbone, mean, std, device, dtype, compiled
            )
        else:
            config, digest = model.config, model.weights_sha256
            self.weights_file = model.weights_file
            self.weights = {}
            self.network = model
        self.settings = plain(
            dict(
                backbone=config,
                weights_sha256=digest,
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
    ) -> Iterator[Part]:
        """Features of many videos, snippet by snippet.

        Videos are decoded once, in order, on a thread of their own, and
        passes of the network reach across the borders of videos. In memory
        are a few snippets and the clips of one pass, however long a video.

        Args:
            paths (Iterable[str or Path]): Video files, or folders of frames.
            fps (float, optional): Their frames per second, whatever they
                say. Defaults to None.

        Yields:
            Part: Of each video in turn; of its snippets the features (N, C),
            float32. A video that cannot be read does not stop the others.

        Raises:
            ValueError: If the network's output is no (B, C, ...).
        """
        parts = read_ahead(
            paths,
            lambda video: video.snippets(
                self.snippet_len, self.tail, self.size, self.interpolation
            ),
            fps,
        )
        return run_in_passes(
            parts,
            lambda frames: cut_crops(frames, self.grid, self.crop_size),
            self.network,
            self.batch_size,
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
                bytes=bytes_of(video.path),
                frames=video.frames,
                fps=video.fps,
                **more,
            ),
            settings=self.settings,
            weights_file=self.weights_file,
            weights=self.weights,
            versions=versions(),
        )


def plain(settings: Any) -> Any:
    """Settings as JSON gives them back, which knows no tuples.

    Args:
        settings (Any): Of plain values.
    """
    return json.loads(json.dumps(settings))


def build_extractor(
    config: Dict[str, Any],
    device: str = 'cpu',
    dtype: str = 'fp32',
    batch_size: Optional[int] = None,
    random: bool = False,
    compiled: bool = False,
) -> FeatureExtractor:
    """Make the extractor that a config describes.

    Args:
        config (dict): ``model`` and ``extractor``, the arguments of
            :class:`FeatureExtractor`, as in ``configs/features``.
        device (str): See :class:`FeatureExtractor`. Defaults to 'cpu'.
        dtype (str): As above. Defaults to 'fp32'.
        batch_size (int, optional): As above. Defaults to None.
        random (bool): As above. Defaults to False.
        compiled (bool): As above. Defaults to False.

    Raises:
        FileNotFoundError: See :class:`FeatureExtractor`.
        ValueError: If a key is missing or unknown; and as above.
    """
    for key in ('model', 'extractor'):
        if key not in config:
            raise ValueError(
                f'config: expected the key {key}, found '
                f'{sorted(config)}; see configs/features'
            )
    try:
        return FeatureExtractor(
            config['model'],
            **config['extractor'],
            device=device,
            dtype=dtype,
            batch_size=batch_size,
            random=random,
            compiled=compiled,
        )
    except (TypeError, KeyError) as error:
        raise ValueError(
            f'config: model and extractor do not describe an '
            f'extractor: {error}'
        ) from error


def versions() -> Dict[str, str]:
    """Versions of what features depend on."""
    import cv2
    import mmaction
    import mmengine

    return dict(
        rtfm_mmaction=__version__,
        mmaction=mmaction.__version__,
        mmengine=mmengine.__version__,
        torch=torch.__version__,
        opencv=cv2.__version__,
        numpy=np.__version__,
        python=platform.python_version(),
    )
