"""How long a fold trains, by the data.

Shapes: V videos, T snippets of each, S segments of a bag.
"""

from typing import NamedTuple

import numpy as np
from mmengine.config import Config

# Pairs of a step: as many as the release has, and no fewer than four, or the
# norms over a batch see too little.
MOST_PAIRS, FEWEST_PAIRS = 32, 4
# A step sees a quarter of the videos, so that steps differ.
PARTS = 4
# Each video is met so often, and small sets take so many steps all the same.
ROUNDS, FEWEST_STEPS = 30, 150
MOST_SEGMENTS = 32


class Schedule(NamedTuple):
    """Steps of a training and the form of its bags.

    Attributes:
        steps (int): Of the optimizer.
        batch_size (int): Pairs of a step.
        num_segments (int): S.
    """

    steps: int
    batch_size: int
    num_segments: int

    def overrides(self, config: Config, crops: int) -> dict:
        """Keys of a config that say so.

        Args:
            config (Config): Of the training. Where it says how many snippets
                are selected, no more than S are.
            crops (int): Of a video; where each is a sample of its own, a step
                has as many times the pairs.
        """
        data = config.train_dataloader.dataset
        pairs = self.batch_size
        pairs *= crops if data.get('crops_as_samples') else 1
        keys = {
            'train_cfg.max_iters': self.steps,
            'train_dataloader.batch_size': pairs,
            'train_dataloader.dataset.dataset.pipeline.1.num_segments': (
                self.num_segments
            ),
        }
        if 'num_selected' in config.model.head:
            keys['model.head.num_selected'] = min(
                config.model.head.num_selected, self.num_segments
            )
        return keys


def choose_schedule(labels: np.ndarray, lengths: np.ndarray) -> Schedule:
    """Choose a schedule for a fold's training videos.

    Args:
        labels (np.ndarray): (V,) of 0 and 1, both present.
        lengths (np.ndarray): (V,) T of each.

    Returns:
        Schedule: Bags have as many segments as half of the videos have
        snippets, at most 32: more would hold each snippet several times.

    Examples:
        >>> choose_schedule(np.repeat([0, 1], 20), np.full(40, 31))
        Schedule(steps=150, batch_size=5, num_segments=31)
    """
    pairs = int(max((labels == 1).sum(), (labels == 0).sum()))
    batch_size = int(np.clip(pairs // PARTS, FEWEST_PAIRS, MOST_PAIRS))
    segments = int(np.clip(np.median(lengths), 1, MOST_SEGMENTS))
    return Schedule(
        max(FEWEST_STEPS, -(-ROUNDS * pairs // batch_size)),
        batch_size,
        segments,
    )
