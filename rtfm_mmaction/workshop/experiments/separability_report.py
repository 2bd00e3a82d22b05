"""Theorem 3.1 of the RTFM paper beside a test run."""

import os
from typing import List, Sequence, Tuple, Union

import numpy as np

from ...evaluation.predicted_videos import frame_counts
from ...evaluation.predictions import read_predictions
from ..charts.separability_chart import Panel
from .separability import (
    EPSILON,
    check_assumption,
    describe,
    expected_separability,
    separability_curves,
    simulate_separability,
    split_populations,
)


def theory_panel(
    mu: int,
    length: int,
    abnormal: Sequence[float],
    normal: Sequence[float],
    epsilon: float = EPSILON,
    seed: int = 0,
) -> Panel:
    """Figure 1 of the paper: separability of videos with Gaussian magnitudes.

    Args:
        mu (int): Abnormal snippets of an abnormal video, 1 to T.
        length (int): T.
        abnormal (Sequence[float]): Mean and deviation of ||x+||.
        normal (Sequence[float]): Mean and deviation of ||x-||.
        epsilon (float): Of the closed form. Defaults to 0.4, as in the paper.
        seed (int): Of the simulation. Defaults to 0.

    Returns:
        Panel: Closed form and simulation for k = 1..T.

    Raises:
        ValueError: If mu is not within 1..T.
    """
    if not 1 <= mu <= length:
        raise ValueError(
            f'mu: found {mu}, expected 1 to {length}, the snippets of a video'
        )
    rng = np.random.default_rng(seed)
    # A norm is not below 0.
    drawn = [
        rng.normal(mean, deviation, 100000).clip(min=0)
        for mean, deviation in (abnormal, normal)
    ]
    k = np.arange(1, length + 1)
    curves = {
        'closed form': expected_separability(
            k, mu, drawn[0].mean(), drawn[1].mean(), epsilon
        ),
        'simulation': simulate_separability(
            *drawn, mu, length, length, rng
        ).mean(0),
    }
    return Panel(
        f'theory: T = {length}, ‖x⁺‖ {abnormal[0]:g} ± {abnormal[1]:g}, '
        f'‖x⁻‖ {normal[0]:g} ± {normal[1]:g}',
        mu,
        curves,
    )


def measured_panel(
    predictions: Union[str, os.PathLike],
    max_k: int = 32,
    num_selected: int = 3,
    epsilon: float = EPSILON,
    confidence: float = 0.95,
    seed: int = 0,
) -> Tuple[Panel, List[str]]:
    """The magnitudes of a test run: their curves, and what they say.

    Args:
        predictions (str or PathLike): File of predictions.
        max_k (int): Largest k of the curves; none is larger than the longest
            video. Defaults to 32.
        num_selected (int): Parameter ``k`` of the method. Defaults to 3.
        epsilon (float): Of the closed form. Defaults to 0.4.
        confidence (float): Of the interval. Defaults to 0.95.
        seed (int): Of simulation and bootstrap. Defaults to 0.

    Returns:
        tuple[Panel, list[str]]: Closed form, simulation and measurement; and
        sentences.

    Raises:
        FileNotFoundError: If there is no such file.
        ValueError: If it is bad, or magnitudes or one kind of snippet are
            missing.
    """
    metainfo, _, videos = read_predictions(predictions)
    for video in videos:
        if 'magnitudes' not in video:
            raise ValueError(
                f'{predictions}: {video["video"]}: expected magnitudes, found '
                'none; the head of this run gives scores alone'
            )
    try:
        populations = split_populations(
            [video['magnitudes'] for video in videos],
            [frame_counts(video, metainfo['snippet_len']) for video in videos],
            [video['label'] for video in videos],
        )
    except ValueError as error:
        raise ValueError(f'{predictions}: {error}') from error
    rng = np.random.default_rng(seed)
    longest = max(len(video['magnitudes']) for video in videos)
    curves = separability_curves(
        populations, min(max_k, longest), rng, epsilon
    )
    assumption = check_assumption(populations, rng, confidence)
    mu = np.median([len(part) for part in populations.abnormal if len(part)])
    panel = Panel(
        f'{metainfo.get("dataset", "test set")}: '
        f'{len(populations.abnormal)} + {len(populations.normal)} videos',
        mu,
        {
            'closed form': curves.closed,
            'simulation': curves.simulated,
            'measured': curves.measured,
        },
    )
    return panel, describe(assumption, populations, curves, num_selected)
