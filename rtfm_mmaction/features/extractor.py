"""From a video to its features.

Shapes: B clips of a pass, N crops, T snippets, L frames of a snippet,
C channels, H and W rows and columns of pixels.
"""
import platform
from itertools import islice
from typing import Any, Callable, Dict, Iterator, Optional, Sequence

import numpy as np
import torch
from mmaction.registry import MODELS
from torch import Tensor

from rtfm_mmaction.version import __version__

from .crops import crop_grid, cut_crops
from .video import INTERPOLATIONS, Video, count_snippets
from .weights import load_weights, random_weights

DTYPES = ('fp32', 'bf16')


class FeatureExtractor:
    """A backbone with all that stands between it and a video file.

    Frames are resized, crops cut and turned to numbers, and the backbone's
    output is averaged over time and place. A clip is one crop of one snippet.

    Args:
        model (dict): Config of the backbone, any of the registry MODELS that
            maps (B, 3, L, H, W) to (B, C, ...), with weights in ``init_cfg``
            (see :func:`load_weights`).
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
        batch_size (int, optional): Largest B. Defaults to None: 2 on a CPU,
            where more is slower (its caches), 16 on a GPU.
        random (bool): Whether the backbone gets random weights in place of
            those of ``init_cfg``, for trying things out. Defaults to False.

    Raises:
        FileNotFoundError: If the weights file is missing.
        ValueError: If a setting is out of its range or the weights do not fit.
    """

    def __init__(self,
                 model: Dict[str, Any],
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
                 random: bool = False) -> None:
        if dtype not in DTYPES:
            raise ValueError(f'dtype: expected one of {DTYPES}, '
                             f'found {dtype!r}')
        if interpolation not in INTERPOLATIONS:
            raise ValueError('interpolation: expected one of '
                             f'{tuple(INTERPOLATIONS)}, '
                             f'found {interpolation!r}')
        if batch_size is None:
            batch_size = 2 if device == 'cpu' else 16
        if min(batch_size, snippet_len) < 1:
            raise ValueError('batch_size, snippet_len: expected 1 or more, '
                             f'found {batch_size}, {snippet_len}')
        if device.startswith('cuda') and not torch.cuda.is_available():
            raise ValueError(f"device: expected 'cpu', as this machine or its "
                             f'torch has no GPU, found {device!r}')
        count_snippets(0, snippet_len, tail)
        self.size = tuple(resize)
        self.crop_size = crops['size']
        self.grid = crop_grid(crops['layout'], crops['size'], *self.size)
        self.snippet_len = snippet_len
        self.tail = tail
        self.interpolation = interpolation
        self.device = torch.device(device)
        self.dtype = dtype
        self.batch_size = batch_size
        self.mean = torch.tensor(mean, dtype=torch.float32, device=device)
        self.std = torch.tensor(std, dtype=torch.float32, device=device)

        model = dict(model)
        init_cfg = model.pop('init_cfg', None)
        self.model = MODELS.build(model)
        self.weights_file, digest = (
            random_weights(self.model) if random else load_weights(
                self.model, init_cfg, weights_command))
        self.model.to(self.device, memory_format=_memory_format(self.model))
        self.model.eval()
        self.settings = dict(
            backbone=model,
            weights_sha256=digest,
            snippet_len=snippet_len,
            tail=tail,
            resize=list(resize),
            interpolation=interpolation,
            crops=dict(crops),
            mean=list(mean),
            std=list(std),
            dtype=dtype)

    def count_clips(self, video: Video) -> int:
        """T * N, the clips that a video promises."""
        return len(self.grid) * count_snippets(
            video.declared, self.snippet_len, self.tail)

    def extract(self,
                video: Video,
                advance: Callable[[int], None] = int) -> np.ndarray:
        """Features of a video. At most B clips and a snippet are in memory.

        Args:
            video (Video): Opened, not read yet.
            advance (Callable): Called with the number of clips that are done
                since the last call. Defaults to int, which does nothing.

        Returns:
            np.ndarray: (T, N, C), float32.

        Raises:
            VideoError: If the video is too short or damaged.
        """
        clips = self._clips(video)
        # One block that grows: small arrays that stay, laid between large
        # ones that go, would fragment the heap, by 0.4 MB a batch.
        data = bytearray()
        while batch := list(islice(clips, self.batch_size)):
            data += self._forward(np.stack(batch)).tobytes()
            advance(len(batch))
        snippets = count_snippets(video.frames, self.snippet_len, self.tail)
        return np.frombuffer(data, np.float32).reshape(snippets,
                                                       len(self.grid), -1)

    def _clips(self, video: Video) -> Iterator[np.ndarray]:
        """All clips, (L, H, W, 3) each; the crops of a snippet together."""
        for snippet in video.snippets(self.snippet_len, self.tail, self.size,
                                      self.interpolation):
            yield from cut_crops(snippet, self.grid, self.crop_size)

    @torch.inference_mode()
    def _forward(self, clips: np.ndarray) -> np.ndarray:
        """(B, L, H, W, 3) of 0 to 255 -> (B, C)."""
        inputs = torch.from_numpy(clips).to(self.device)
        inputs = (inputs.float() - self.mean) / self.std
        # With the channels last in memory, this is channels_last_3d as it is.
        inputs = inputs.permute(0, 4, 1, 2, 3)
        half = self.dtype == 'bf16'
        with torch.autocast(self.device.type, torch.bfloat16, enabled=half):
            outputs = self.model(inputs)
        if not isinstance(outputs, Tensor) or outputs.ndim < 2:
            raise ValueError(
                f'{type(self.model).__name__}: expected an output of '
                f'(B, C, ...), found {type(outputs).__name__}')
        outputs = outputs.float()
        if outputs.ndim > 2:
            outputs = outputs.flatten(2).mean(2)
        return outputs.cpu().numpy()

    def record(self, video: Video) -> Dict[str, Any]:
        """The side-car of features, but for their shape; the video is read."""
        return dict(
            video=dict(
                file=video.path.name,
                bytes=video.path.stat().st_size,
                frames=video.frames,
                fps=video.fps),
            settings=self.settings,
            weights_file=self.weights_file,
            versions=versions())


def _memory_format(model: torch.nn.Module) -> torch.memory_format:
    """Channels last, in images or in volumes, as the convolutions are."""
    ranks = {parameter.ndim for parameter in model.parameters()} & {4, 5}
    if ranks == {5}:
        return torch.channels_last_3d
    # torch cannot convert a network that has both.
    return torch.channels_last if ranks == {4} else torch.preserve_format


def build_extractor(config: Dict[str, Any],
                    device: str = 'cpu',
                    dtype: str = 'fp32',
                    batch_size: Optional[int] = None,
                    random: bool = False) -> FeatureExtractor:
    """Make the extractor that a config describes.

    Args:
        config (dict): ``model`` and ``extractor``, the arguments of
            :class:`FeatureExtractor`, as in ``configs/features``.
        device (str): See :class:`FeatureExtractor`. Defaults to 'cpu'.
        dtype (str): As above. Defaults to 'fp32'.
        batch_size (int, optional): As above. Defaults to None.
        random (bool): As above. Defaults to False.

    Raises:
        FileNotFoundError: See :class:`FeatureExtractor`.
        ValueError: If a key is missing or unknown; and as above.
    """
    for key in ('model', 'extractor'):
        if key not in config:
            raise ValueError(f'config: expected the key {key}, found '
                             f'{sorted(config)}; see configs/features')
    try:
        return FeatureExtractor(
            config['model'],
            **config['extractor'],
            device=device,
            dtype=dtype,
            batch_size=batch_size,
            random=random)
    except (TypeError, KeyError) as error:
        raise ValueError(f'config: model and extractor do not describe an '
                         f'extractor: {error}') from error


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
        python=platform.python_version())
