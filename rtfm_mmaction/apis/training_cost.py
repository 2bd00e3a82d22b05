"""What a training will cost on this machine, told before it starts.

Shapes: B pairs of a step, N crops, S segments of a bag, C channels.
"""

import time
from typing import Any, Dict, NamedTuple, Optional, Sequence, Tuple

import torch
from mmaction.registry import DATASETS, MODELS
from mmaction.structures import ActionDataSample
from mmengine.config import Config
from mmengine.registry import init_default_scope

from .devices import choose_device

# Pairs of the steps that are measured.
FEW, MANY = 2, 6


class TrainingCost(NamedTuple):
    """Steps of a training, and their time.

    Attributes:
        steps (int): In all.
        batch_size (int): B.
        pairs (int): Of a round, in which each video is met at least once.
        seconds_per_step (float): Measured, features in memory.
        device (str): Where.
    """

    steps: int
    batch_size: int
    pairs: int
    seconds_per_step: float
    device: str

    def __str__(self) -> str:
        rounds = self.steps * self.batch_size / self.pairs
        seconds = self.steps * self.seconds_per_step
        long = (
            f'{seconds / 3600:.1f} h'
            if seconds >= 3600
            else f'{seconds / 60:.1f} min'
        )
        return (
            f'training: {self.steps} steps of {self.batch_size} + '
            f'{self.batch_size} videos, {rounds:.0f} rounds of the '
            f'{self.pairs} pairs that meet each video; a step takes '
            f'{self.seconds_per_step:.2g} s here ({self.device}), about '
            f'{long} in all without validation'
        )


def measure_cost(config: Config) -> Optional[TrainingCost]:
    """Measure a step of a training on random features.

    Args:
        config (Config): Of a training on features, complete but for C.

    Returns:
        TrainingCost, optional: None where the config does not train on pairs
        of bags of equal length.
    """
    loader, loop = config.get('train_dataloader'), config.get('train_cfg')
    if not (loader and loop) or config.model.get('backbone'):
        return None
    init_default_scope(config.get('default_scope', 'mmaction'))
    dataset = DATASETS.build(loader.dataset)
    videos = getattr(dataset, 'dataset', None)
    segments = [
        step.get('num_segments', 32)
        for step in loader.dataset.get('dataset', {}).get('pipeline', [])
        if step['type'] == 'SegmentFeature'
    ]
    if videos is None or len(segments) != 1 or not loader.get('batch_size'):
        return None
    first = videos.get_data_info(0)
    alone = getattr(dataset, 'crops_as_samples', False)
    crops = 1 if alone else first['num_crops']
    pairs = len(dataset)
    steps = loop.get('max_iters')
    if steps is None:
        steps = loop.get('max_epochs', 0) * -(-pairs // loader.batch_size)
    device = choose_device(None)
    return TrainingCost(
        steps,
        loader.batch_size,
        pairs,
        _seconds_per_step(
            {**config.model, 'in_channels': first['num_channels']},
            (loader.batch_size, crops, segments[0]),
            device,
        ),
        device,
    )


def _seconds_per_step(
    model: Dict[str, Any], size: Tuple[int, int, int], device: str
) -> float:
    """Time of a step; ``size`` is B, N, S.

    Many pairs are told by few: a step is the optimizer's part, which is that
    of the weights, and one that grows with the pairs.
    """
    pairs, *shape = size
    step = _Step(MODELS.build(model).to(device).train(), shape, device)
    step.seconds(1)  # the first one allocates memory
    if pairs <= MANY:
        return step.seconds(pairs)
    few, many = step.seconds(FEW), step.seconds(MANY)
    each = max(many - few, 0.0) / (MANY - FEW)
    return many + (pairs - MANY) * each


class _Step:
    """A step of training on random bags."""

    def __init__(self, detector: Any, shape: Sequence[int], device: str):
        self.detector = detector
        self.shape = shape
        self.device = device
        self.optimizer = torch.optim.Adam(detector.parameters())

    def seconds(self, pairs: int) -> float:
        """Do it with so many pairs, and time it."""
        bags = torch.rand(
            2 * pairs,
            *self.shape,
            self.detector.in_channels,
            device=self.device,
        )
        samples = [
            ActionDataSample().set_gt_label(int(number < pairs))
            for number in range(2 * pairs)
        ]
        begin = time.perf_counter()
        self.optimizer.zero_grad()
        loss, _ = self.detector.parse_losses(self.detector.loss(bags, samples))
        loss.backward()
        self.optimizer.step()
        float(loss)  # waits for a GPU
        return time.perf_counter() - begin
