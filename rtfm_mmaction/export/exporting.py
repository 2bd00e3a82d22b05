"""Export, and proof that the file says what the model says.

Shapes: T snippets of a video, N crops, B clips.
"""

from pathlib import Path
from typing import Dict, List, Optional, Sequence, Tuple, Union

import numpy as np
import torch

from ..extraction.extractor import FeatureExtractor
from ..io.atomic import atomic_path
from ..models import AnomalyDetector
from ..models.contracts import piecewise_neck
from ..models.long_video import score_in_chunks, score_piece, to_sequences
from .graphs import BackboneGraph, DetectorGraph, Graph
from .writers import OPENERS, TAKES_MORE, WRITERS, Run

TOLERANCE = 1e-4
# (T, N): one snippet, shorter and longer than the convolutions reach, either
# order of the attention in the model, one crop and many.
VIDEOS = ((1, 1), (2, 10), (9, 5), (64, 1), (65, 3), (500, 2))
PASSES = ((1,), (3,))


def export_detector(
    detector: AnomalyDetector, path: Union[str, Path]
) -> float:
    """Write a detector and compare the file with it.

    Args:
        detector (AnomalyDetector): On features; taken into evaluation mode.
        path (str or Path): File to write, ``.onnx`` or ``.pt2``; (T, N, C)
            float32 -> scores (T,), and what the head gives of magnitudes
            (T,), scores of crops (T, N) and logits (T,). An ONNX file takes
            pieces of a video, too, see :class:`.DetectorGraph`.

    Returns:
        float: The largest difference found, see :func:`difference`.

    Raises:
        RuntimeError: If a package is missing.
        ValueError: If the suffix is another one, the detector cannot be
            exported, or the file differs by more than :data:`TOLERANCE`;
            nothing is written then.
    """
    graph = DetectorGraph(detector)

    @torch.no_grad()
    def expected(
        features: np.ndarray,
        memory: Optional[np.ndarray] = None,
        own: Optional[np.ndarray] = None,
    ) -> List[np.ndarray]:
        if memory is None:
            scores = score_in_chunks(detector, features)
            return [scores[name] for name in graph.output_names]
        rows = to_sequences(detector, features)
        neck = piecewise_neck(detector.neck, detector.head)
        known = torch.from_numpy(memory).to(rows.device)
        piece = score_piece(detector, rows, known, slice(None))
        values = [piece[name] for name in graph.output_names]
        return [
            value.cpu().numpy()
            for value in (*values, neck.summarize(rows[None]))
        ]

    return _export(graph, expected, VIDEOS, Path(path))


def export_backbone(
    extractor: FeatureExtractor, path: Union[str, Path]
) -> float:
    """Write an extractor's network and compare the file with it.

    Args:
        extractor (FeatureExtractor): In float32.
        path (str or Path): File to write, ``.onnx`` or ``.pt2``; (B, L, H, W,
            3) uint8 -> (B, C) float32.

    Returns:
        float: As :func:`export_detector`.

    Raises:
        RuntimeError: As above.
        ValueError: As above.
    """

    def expected(clips: np.ndarray) -> List[np.ndarray]:
        return [extractor.network(list(clips))]

    return _export(BackboneGraph(extractor), expected, PASSES, Path(path))


def difference(
    found: np.ndarray, expected: np.ndarray, least_scale: float
) -> float:
    """The largest difference, in units of the largest value expected.

    Args:
        found (np.ndarray): Of any shape.
        expected (np.ndarray): Of the same.
        least_scale (float): The unit is not taken smaller than this.

    Returns:
        float: From 0 on; infinite where shapes or types differ.
    """
    if (found.shape, found.dtype) != (expected.shape, expected.dtype):
        return float('inf')
    scale = max(float(np.abs(expected).max()), least_scale)
    largest = float(np.abs(found - expected).max())
    return largest / scale if scale else largest


def _export(
    graph: Graph, expected: Run, sizes: Sequence[Tuple[int, ...]], path: Path
) -> float:
    if path.suffix not in WRITERS:
        raise ValueError(
            f'{path}: expected a name that ends in {" or ".join(WRITERS)}'
        )
    with atomic_path(path) as temporary:
        WRITERS[path.suffix](graph, temporary)
        largest = _compare(
            graph,
            OPENERS[path.suffix](temporary),
            expected,
            sizes,
            path.suffix in TAKES_MORE,
        )
        if not largest <= TOLERANCE:
            raise ValueError(
                f'{path}: expected what the model says within {TOLERANCE:g}, '
                f'found a difference of {largest:.3g}; not written'
            )
    return largest


def _compare(
    graph: Graph,
    found: Run,
    expected: Run,
    sizes: Sequence[Tuple[int, ...]],
    with_more: bool,
) -> float:
    """The largest difference over random inputs of several sizes, without
    further ones and, where they can be given, with them.
    """
    differences = []
    for seed, size in enumerate(sizes):
        inputs = graph.example(*size, seed=seed).numpy()
        cases: List[Dict[str, np.ndarray]] = [{}]
        if with_more and graph.defaults:
            more = graph.more_inputs(*size, seed=seed)
            cases.append({name: more[name].numpy() for name in more})
        for case in cases:
            # What comes with further inputs alone is found in any case.
            differences += [
                difference(*pair, graph.least_scale)
                for pair in zip(
                    found(inputs, **case), expected(inputs, **case)
                )
            ]
    # NaN is not lost, as it would be in Python's max.
    return float(np.max(differences))
