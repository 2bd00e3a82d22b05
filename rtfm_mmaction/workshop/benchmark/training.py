"""Speed of a training step beside its bare matrix products.

Shapes: B videos, N crops, T snippets, C channels.
"""

import tempfile
from typing import Callable, Dict, List, Tuple

import torch
from mmaction.registry import MODELS
from mmengine.dataset import pseudo_collate
from mmengine.optim import build_optim_wrapper
from torch.utils.data import DataLoader

from ...datasets.samplers import PairedInfiniteSampler
from .data import paired_dataset, random_videos
from .timing import best_time


def products_of_a_step(channels: int) -> List[Tuple[int, int, bool]]:
    """Matrix products of one training step of RTFM, per snippet.

    Args:
        channels (int): C.

    Returns:
        list[tuple[int, int, bool]]: Inputs, outputs (taps side by side), and
        whether the gradient of the input is needed: the features have none.
    """
    c = channels
    return [
        (c, 3 * c // 4, False),
        (c, 3 * c // 4, False),
        (c, 3 * c // 4, False),  # three branches of three taps
        (c, c // 4, False),  # attention: reduction
        (c // 4, c // 8, True),
        (c // 4, c // 8, True),
        (c // 4, c // 8, True),
        (c // 8, c // 4, True),  # theta, phi, g and the way back
        (c, 3 * c, True),  # fusion, three taps
        (c, 512, True),
        (512, 128, True),
        (128, 1, True),  # classifier
    ]


def bare_products(rows: int, channels: int, dtype: torch.dtype) -> Callable:
    """Make a function that computes a step's products and nothing else."""
    operands = []
    for inputs, outputs, grad in products_of_a_step(channels):
        operands.append(
            (
                torch.randn(rows, inputs).to(dtype),
                torch.randn(inputs, outputs).to(dtype),
                torch.randn(rows, outputs).to(dtype),
                grad,
            )
        )

    def run() -> None:
        for x, weight, gradient, grad in operands:
            x @ weight
            x.T @ gradient
            if grad:
                gradient @ weight.T

    return run


def training_step(batch: dict, channels: int, autocast: bool) -> Callable:
    """Make a function that trains a new model for one step on a batch."""
    model = MODELS.build(
        dict(
            type='AnomalyDetector',
            in_channels=channels,
            autocast=autocast,
            neck=dict(type='MTN'),
            head=dict(type='RTFMHead'),
        )
    ).train()
    optimizer = build_optim_wrapper(
        model,
        dict(
            type='OptimWrapper',
            optimizer=dict(
                type='Adam', lr=1e-3, weight_decay=5e-3, fused=True
            ),
        ),
    )
    return lambda: model.train_step(batch, optimizer)


def measure_training(
    pairs: int = 8,
    crops: int = 10,
    snippets: int = 32,
    channels: int = 2048,
    repeats: int = 3,
) -> Dict[str, float]:
    """Measure a training step and its loader against bare products.

    Args:
        pairs (int): Abnormal and normal videos of a batch, each.
        crops (int): N.
        snippets (int): T.
        channels (int): C.
        repeats (int): Of each measurement; the fastest counts.

    Returns:
        dict[str, float]: Seconds, and the ratios of them.
    """
    rows = 2 * pairs * crops * snippets
    figures = {}
    with tempfile.TemporaryDirectory() as folder:
        random_videos(folder, 2 * pairs, (snippets, crops, channels))
        dataset = paired_dataset(folder, snippets, pack=True)
        loader = iter(
            DataLoader(
                dataset,
                batch_size=pairs,
                sampler=PairedInfiniteSampler(dataset, seed=0),
                collate_fn=pseudo_collate,
            )
        )
        figures['batch from the store, s'] = best_time(
            lambda: next(loader), repeats
        )
        batch = next(loader)
    for name, autocast, dtype in (
        ('fp32', False, torch.float32),
        ('bf16', True, torch.bfloat16),
    ):
        figures[f'{name} products, s'] = best_time(
            bare_products(rows, channels, dtype), repeats
        )
        figures[f'{name} training step, s'] = best_time(
            training_step(batch, channels, autocast), repeats
        )
    step = figures['fp32 training step, s']
    figures['fp32 products / step'] = figures['fp32 products, s'] / step
    figures['fp32 step / bf16 step'] = step / figures['bf16 training step, s']
    figures['batch / fp32 step'] = figures['batch from the store, s'] / step
    figures['batch / bf16 step'] = (
        figures['batch from the store, s'] / figures['bf16 training step, s']
    )
    return figures
