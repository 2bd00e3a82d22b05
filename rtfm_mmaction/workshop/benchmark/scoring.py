"""From a video to its scores: how fast, and what takes the time.

Shapes: N crops, T snippets, L frames of a snippet, C channels.
"""

import tempfile
from pathlib import Path
from typing import Dict, Iterator

import numpy as np
import torch
from mmaction.registry import MODELS

from ...apis.streaming import FrameStream
from ...extraction.extractor import FeatureExtractor, build_extractor
from ...io.crops import cut_crops
from ...io.prefetch import prefetch
from ...io.video import Video
from ...models import AnomalyDetector
from ...models.long_video import score_in_chunks
from .decoding import write_video
from .extraction import extraction_config
from .timing import best_time

FPS = 25
# Seconds of a clip of 16 frames on a 2080 Ti, Sec. 4.10 of the RTFM paper.
PAPER = 0.76


def measure_scoring(snippets: int = 16, repeats: int = 3) -> Dict[str, float]:
    """Score a video of 360x240 pixels at 25 frames/s, at once and as it runs.

    Inception I3D in bf16, one crop, and a whole RTFM detector, with random
    weights, which take as long as others.

    Args:
        snippets (int): T. Defaults to 16.
        repeats (int): The fastest of them counts. Defaults to 3.

    Returns:
        dict[str, float]: Seconds of a clip of 16 frames and how many times
        faster than the paper's and than the video plays; the shares of
        decoding and cutting, backbone and detector in the work, of which the
        first is done beside the others; and the extra cost of streaming.
    """
    config = extraction_config('inception-i3d', 1)
    extractor = build_extractor(config, dtype='bf16', random=True)
    detector: AnomalyDetector = MODELS.build(
        dict(
            type='AnomalyDetector',
            in_channels=1024,
            neck=dict(type='MTN'),
            head=dict(type='RTFMHead'),
        )
    )
    detector.eval()
    with tempfile.TemporaryDirectory() as folder:
        video = write_video(
            Path(folder, 'video.mp4'), extractor.snippet_len * snippets
        )
        features = extractor.extract(video)
        clips = list(_clips(extractor, video))
        times = dict(
            whole=best_time(
                lambda: score_in_chunks(detector, extractor.extract(video)),
                repeats,
            ),
            streamed=best_time(
                lambda: _stream(FrameStream(extractor, detector), video),
                repeats,
            ),
            decode=best_time(
                lambda: sum(1 for _ in _clips(extractor, video)), repeats
            ),
            backbone=best_time(
                lambda: [extractor.network([clip]) for clip in clips], repeats
            ),
            detector=best_time(
                lambda: score_in_chunks(detector, features), repeats
            ),
        )
    clip = times['whole'] / snippets
    parts = ('decode', 'backbone', 'detector')
    work = sum(times[part] for part in parts)
    return {
        'scoring: s a clip of 16 frames': clip,
        "scoring: paper's 0.76 s / ours": PAPER / clip,
        'scoring: times real time': extractor.snippet_len / FPS / clip,
        **{f'scoring: share of {part}': times[part] / work for part in parts},
        'scoring: streaming / at once': times['streamed'] / times['whole'],
    }


def _clips(extractor: FeatureExtractor, video: Path) -> Iterator[np.ndarray]:
    """Decode, resize and cut; (L, H, W, 3) uint8 each."""
    for frames in Video(video).snippets(
        extractor.snippet_len, extractor.tail, extractor.size
    ):
        yield from cut_crops(frames, extractor.grid, extractor.crop_size)


@torch.no_grad()
def _stream(stream: FrameStream, video: Path) -> None:
    """Score as tools/stream.py does, decoding a snippet ahead."""
    for frame in prefetch(Video(video), stream.extractor.snippet_len):
        stream.push(frame)
    stream.flush()
