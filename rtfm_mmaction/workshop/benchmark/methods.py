"""Speed and memory of all methods, beside RTFM's in the same run.

Shapes: B videos, N crops, T snippets, C channels.
"""

import json
import subprocess
import sys
from typing import Callable, Dict, Sequence

import numpy as np
import torch
from mmaction.registry import MODELS
from mmaction.structures import ActionDataSample
from mmengine.optim import build_optim_wrapper

from ...apis.fitting.methods import USUAL, fit_methods, read_method
from ...models import AnomalyDetector
from ...models.long_video import score_in_chunks
from .timing import best_time


def random_detector(method: str, channels: int) -> AnomalyDetector:
    """Build a detector with random weights, which take as long as others.

    Args:
        method (str): One of :func:`~.fit_methods`.
        channels (int): C.

    Returns:
        AnomalyDetector: Of the network's released widths.
    """
    torch.manual_seed(0)
    config = read_method(method).config.model
    config.in_channels = channels
    config.data_preprocessor = dict(standardize=False)
    detector: AnomalyDetector = MODELS.build(config)
    rows = getattr(detector.neck, 'dictionary', None)
    if rows is not None:
        detector.neck.set_dictionary(torch.rand_like(rows))
    return detector


def training_step(
    method: str, pairs: int, crops: int, segments: int, channels: int
) -> Callable:
    """Make a function that trains for one step, by the method's optimizer.

    Args:
        method (str): One of :func:`~.fit_methods`.
        pairs (int): Abnormal and normal videos of a batch, each.
        crops (int): N.
        segments (int): T.
        channels (int): C.
    """
    detector = random_detector(method, channels).train()
    optimizer = build_optim_wrapper(
        detector, read_method(method).config.optim_wrapper
    )
    labels = [1] * pairs + [0] * pairs
    batch = dict(
        inputs=[torch.rand(crops, segments, channels) for _ in labels],
        data_samples=[
            ActionDataSample().set_gt_label(label) for label in labels
        ],
    )
    return lambda: detector.train_step(batch, optimizer)


def measure_methods(
    channels: int = 2048,
    repeats: int = 3,
    pairs: int = 8,
    crops: int = 10,
    segments: int = 32,
    snippets: int = 1_000,
    lengths: Sequence[int] = (200, 2_000, 20_000),
) -> Dict[str, float]:
    """Measure a training step and scoring of each method, and its memory.

    Args:
        channels (int): C. Defaults to 2048.
        repeats (int): The fastest of them counts. Defaults to 3.
        pairs (int): Abnormal and normal videos of a step, each.
        crops (int): N of training; videos that are scored have one.
        segments (int): T of training.
        snippets (int): T of the video that is scored.
        lengths (Sequence[int]): T of videos of which memory is told,
            ascending, each method's in a process of its own.

    Returns:
        dict[str, float]: Of each method seconds of a step and of scoring, and
        how many times RTFM's they are; and of each T how much more resident
        memory, in GB, scoring takes at its highest than there was before.
    """
    figures: Dict[str, float] = {}
    video = np.random.default_rng(0).random(
        (snippets, 1, channels), np.float32
    )
    for method in fit_methods():
        step = training_step(method, pairs, crops, segments, channels)
        detector = random_detector(method, channels).eval()
        for what, run in (
            ('training step', step),
            (f'scoring T = {snippets}', _scoring(detector, video)),
        ):
            seconds = best_time(run, repeats)
            figures[f'{method} {what}, s'] = seconds
            if method != USUAL:
                figures[f'{method} / {USUAL} {what}'] = (
                    seconds / figures[f'{USUAL} {what}, s']
                )
        arguments = dict(
            method=method, lengths=list(lengths), channels=channels
        )
        result = subprocess.run(
            [
                sys.executable,
                '-m',
                f'{__package__}.watched_methods',
                json.dumps(arguments),
            ],
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        )
        memory = json.loads(result.stdout.splitlines()[-1])
        for length, gigabytes in zip(lengths, memory):
            figures[f'{method} scoring T = {length}, GB'] = gigabytes
    return figures


def _scoring(detector: AnomalyDetector, video: np.ndarray) -> Callable:
    return lambda: score_in_chunks(detector, video)
