"""From a video to its features, by a backbone of the registry.

Shapes: B clips of a pass, L frames of a snippet, C channels, H and W rows and
columns of pixels.
"""

from typing import Any, Dict, Optional, Sequence

import torch
from mmaction.registry import MODELS

from ..models.weights import load_weights, random_weights
from .clip_extractor import ClipExtractor, check_clips, usual_batch_size
from .inference import InferenceNetwork


class FeatureExtractor(ClipExtractor):
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
        batch_size (int, optional): Largest B. Defaults to None, see
            :func:`usual_batch_size`.
        random (bool): Whether the backbone gets random weights in place of
            those of ``init_cfg``, for trying things out. Defaults to False.
        compiled (bool): See :class:`InferenceNetwork`. Defaults to False.

    Raises:
        FileNotFoundError: If the weights file is missing.
        ValueError: If a setting is out of its range or the weights do not fit.
    """

    def __init__(
        self,
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
        random: bool = False,
        compiled: bool = False,
    ) -> None:
        if batch_size is None:
            batch_size = usual_batch_size(device, dtype)
        # Before weights are looked for.
        check_clips(snippet_len, tail, interpolation, batch_size)
        if device.startswith('cuda') and not torch.cuda.is_available():
            raise ValueError(
                "device: expected 'cpu', as this machine or "
                f'its torch has no GPU, found {device!r}'
            )
        config = dict(model)
        init_cfg = config.pop('init_cfg', None)
        backbone = MODELS.build(config)
        weights_file, digest = (
            random_weights(backbone)
            if random
            else load_weights(backbone, init_cfg, weights_command)
        )
        network = InferenceNetwork(
            backbone, mean, std, device, dtype, compiled
        )
        super().__init__(
            network,
            config,
            weights_file,
            digest,
            resize,
            crops,
            snippet_len,
            tail,
            mean,
            std,
            interpolation,
            dtype,
            batch_size,
        )
        self.weights = {
            key: str(init_cfg[key])
            for key in ('checkpoint', 'prefix')
            if init_cfg and key in init_cfg and not random
        }


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
