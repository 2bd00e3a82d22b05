"""Speed of extraction beside a plain loop and mmaction2's own tool.

Shapes: B clips of a pass, N crops, T snippets, L frames of a snippet,
C channels, H and W rows and columns of pixels.
"""

import tempfile
import time
from pathlib import Path
from typing import Dict, Optional, Sequence

import cv2
import numpy as np
import torch
from mmengine.config import Config
from torch import nn

from ...compat import own_config
from ...extraction.extractor import FeatureExtractor, build_extractor
from ...extraction.passes import read_ahead, run_in_passes
from ...io.capture import Capture
from ...io.crops import cut_crops
from .decoding import write_video
from .mmaction_extraction import seconds_of_mmaction
from .products import TYPES, flops_of, product_speed

CROPS = {
    1: dict(resize=(224, 224), crops=dict(layout='whole', size=224)),
    10: dict(resize=(340, 256), crops=dict(layout='ten', size=224)),
}
# Configs of backbones; the first one's is mmaction2's own.
NETWORKS = {
    'i3d-r50': 'i3d-r50_kinetics400.py',
    'inception-i3d': 'inception-i3d_kinetics400.py',
}


def extraction_config(
    network: str, crops: int, weights: Optional[str] = None
) -> dict:
    """Config of an extractor.

    Args:
        network (str): A key of :data:`NETWORKS`.
        crops (int): N, 1 or 10.
        weights (str, optional): Checkpoint of the backbone. Defaults to None.
    """
    config = Config.fromfile(
        own_config(f'rtfm/_base_/features/{NETWORKS[network]}')
    ).to_dict()
    config['extractor'].update(CROPS[crops])
    config['model']['init_cfg']['checkpoint'] = weights
    return config


def measure_extraction(
    network: str = 'i3d-r50',
    weights: Optional[str] = None,
    snippets: int = 16,
    crops: Sequence[int] = tuple(CROPS),
) -> Dict[str, float]:
    """Time the extraction of one video of 360x240 pixels, all ways.

    Args:
        network (str): A key of :data:`NETWORKS`. Defaults to 'i3d-r50'.
        weights (str, optional): Checkpoint of the backbone. Defaults to
            None: random weights, whose times are the same.
        snippets (int): T. Defaults to 16.
        crops (Sequence[int]): N, of the keys of :data:`CROPS`, one after the
            other. Defaults to all of them.

    Returns:
        dict[str, float]: For each N seconds of a snippet,
        without the start of the programs, and their ratios; how far the
        features are from those of the plain loop, relative l2; the share
        that reading and preparing pixels would have of the time if the
        network waited for it; and the network's operations a second of
        extraction beside those of bare products of the same type, each
        measured right before.
    """
    figures: Dict[str, float] = {}
    with tempfile.TemporaryDirectory() as folder:
        video = write_video(Path(folder, 'video.mp4'), 16 * snippets)
        for count in crops:
            config = extraction_config(network, count, weights)
            plain = build_extractor(config, random=weights is None)
            seconds, expected = _timed(plain_loop, plain, video)
            name = f'{network}, {count} crop' + 's' * (count > 1)
            theirs = seconds_of_mmaction(
                video, config, plain.network.network, count
            )
            times = {
                'plain loop': seconds / snippets,
                'mmaction2': theirs / snippets,
            }
            for dtype in TYPES:
                speed = product_speed(dtype)
                ours = build_extractor(
                    config, dtype=dtype, random=weights is None
                )
                ours.extract(video)  # prepares the network
                seconds, found = _timed(ours.extract, video)
                times[dtype] = seconds / snippets
                error = np.linalg.norm(found - expected)
                figures[f'{name}: {dtype} features off the plain loop'] = (
                    float(error / np.linalg.norm(expected))
                )
                figures[f'{name}: pixels / all of {dtype}'] = (
                    _timed(_pixels_alone, ours, video)[0] / seconds
                )
                flops = _flops_of_clip(ours)
                figures[f'{network}: GFLOP of a clip'] = flops / 1e9
                figures[f'{name}: {dtype} product, GFLOP/s'] = speed / 1e9
                figures[f'{name}: {dtype} FLOP/s / those of the product'] = (
                    flops * len(ours.grid) / times[dtype] / speed
                )
            for who, value in times.items():
                figures[f'{name}: {who}, s a snippet'] = value
            for dtype in TYPES:
                for who in ('plain loop', 'mmaction2'):
                    figures[f'{name}: {who} / {dtype}'] = (
                        times[who] / times[dtype]
                    )
    return figures


@torch.inference_mode()
def plain_loop(extractor: FeatureExtractor, video: Path) -> np.ndarray:
    """What a research script does: a clip at a time, float32, as it comes.

    Args:
        extractor (FeatureExtractor): Its backbone and its settings are used.
        video (Path): Video file.

    Returns:
        np.ndarray: (T, N, C), float32.
    """
    network = extractor.network
    model = network.network.to(memory_format=torch.contiguous_format)
    capture = Capture(video)
    features = []
    while True:
        frames = [
            frame
            for frame in (capture.read() for _ in range(extractor.snippet_len))
            if frame is not None
        ]
        if len(frames) < extractor.snippet_len:
            return np.stack(features)
        snippet = np.stack(
            [cv2.resize(frame[:, :, ::-1], extractor.size) for frame in frames]
        )
        rows = []
        for clip in cut_crops(snippet, extractor.grid, extractor.crop_size):
            inputs = torch.from_numpy(np.ascontiguousarray(clip)).float()
            inputs = (inputs - network.mean) / network.std
            inputs = inputs.permute(3, 0, 1, 2)[None].contiguous()
            rows.append(model(inputs).mean((2, 3, 4))[0].numpy())
        features.append(np.stack(rows))


def _flops_of_clip(extractor: FeatureExtractor) -> int:
    """Operations of one clip."""
    size = extractor.crop_size
    clip = np.zeros((extractor.snippet_len, size, size, 3), np.uint8)
    return flops_of(extractor.network, [clip])


def _pixels_alone(extractor: FeatureExtractor, video: Path) -> None:
    """Do all that an extraction does, but for the network."""
    network, extractor.network.network = (
        extractor.network.network,
        _FirstPixel(),
    )
    try:
        parts = read_ahead(
            [video],
            lambda opened: opened.snippets(
                extractor.snippet_len, extractor.tail, extractor.size
            ),
        )
        for _ in run_in_passes(
            parts,
            lambda frames: cut_crops(
                frames, extractor.grid, extractor.crop_size
            ),
            extractor.network,
            extractor.batch_size,
        ):
            pass
    finally:
        extractor.network.network = network


class _FirstPixel(nn.Module):
    """No network at all."""

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        return inputs[:, :, 0, 0, 0]


def _timed(function, *args):
    begin = time.perf_counter()
    result = function(*args)
    return time.perf_counter() - begin, result
