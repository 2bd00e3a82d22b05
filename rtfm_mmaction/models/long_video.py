"""Score videos of any length, piece by piece where neck and head can.

A part that cannot, see :mod:`.contracts`, is given the whole video, in memory
~ T.

Shapes: N crops, T snippets of a video, n of a piece, C channels.
"""

from typing import Dict, Iterator, Optional, Protocol, Tuple

import numpy as np
import torch
from torch import Tensor

from .contracts import PiecewiseNeck, piecewise_neck, predict_snippets
from .detector import AnomalyDetector

# Snippets of a piece at the most: more are hardly faster and take more memory.
CHUNK = 1024
# Numbers that a piece may hold at the highest: 0.5 GB in float32.
BUDGET = 2**27


class Rows(Protocol):
    """A video's features: an array, or what reads a slice when asked."""

    shape: Tuple[int, int, int]  # (T, N, C)

    def __getitem__(self, rows: slice) -> np.ndarray:
        """Snippets of a slice, (n, N, C)."""


def piece_length(neck: PiecewiseNeck, crops: int) -> int:
    """Choose how many snippets are scored at once.

    Args:
        neck (PiecewiseNeck): Of the detector.
        crops (int): N.

    Returns:
        int: :data:`CHUNK`; fewer where they, and the snippets within reach
        around them, would hold more than :data:`BUDGET` numbers, but not
        fewer than the reach, or most of the work would be that around them.
    """
    affordable = BUDGET // max(neck.numbers_per_snippet * crops, 1)
    return max(min(CHUNK, affordable - 2 * neck.reach), neck.reach, 1)


def score_piece(
    detector: AnomalyDetector,
    features: Tensor,
    memory: Optional[Tensor],
    wanted: slice,
) -> Dict[str, Tensor]:
    """Score a piece of a video.

    Args:
        detector (AnomalyDetector): In evaluation mode.
        features (Tensor): (N, n, C), standardised where the detector does so:
            the snippets that are wanted and, as far as the video reaches, the
            neck's ``reach`` more to either side; the whole video where there
            is no memory.
        memory (Tensor, optional): See :func:`video_memory`.
        wanted (slice): The snippets of ``features`` to score.

    Returns:
        dict[str, Tensor]: As ``predict_snippets`` gives them, without the
        first axis.
    """
    if memory is None:
        context = detector.run_neck(features[None])
    else:
        context = detector.neck(features[None], memory)
    result = predict_snippets(detector.head, context[:, :, wanted])
    return {key: value[0] for key, value in result.items()}


@torch.no_grad()
def video_memory(
    detector: AnomalyDetector, features: Rows, chunk: Optional[int] = None
) -> Optional[Tensor]:
    """Sum up what the neck has to know of a whole video, piece by piece.

    Args:
        detector (AnomalyDetector): In evaluation mode.
        features (Rows): (T, N, C) as extracted.
        chunk (int, optional): Snippets of a piece. Defaults to None, see
            :func:`piece_length`.

    Returns:
        Tensor or None: The ``memory`` argument of the neck; None where it, or
        the head, does not work in pieces.
    """
    neck = piecewise_neck(detector.neck, detector.head)
    if neck is None:
        return None
    length, crops = features.shape[:2]
    chunk = piece_length(neck, crops) if chunk is None else chunk
    # In float64, since a day's sum would lose digits.
    total: Optional[Tensor] = None
    for start in range(0, length, chunk):
        rows = features[start : min(start + chunk, length)]
        part = neck.summarize(to_sequences(detector, rows)[None]).double()
        if not part.numel():
            return part.float()
        total = part if total is None else total + part
    assert total is not None, 'a video has snippets'
    return (total / length).float()


@torch.no_grad()
def score_in_chunks(
    detector: AnomalyDetector, features: Rows, chunk: Optional[int] = None
) -> Dict[str, np.ndarray]:
    """Score a video of any length in memory of fixed size, in time ~ T.

    The features are read twice where the neck has to know something of the
    whole video: first for that sum, then for the scores, which are those of
    the whole video at once in float32. Where neck or head does not work in
    pieces, the video is scored at once, in memory ~ T.

    Args:
        detector (AnomalyDetector): Taken into evaluation mode.
        features (Rows): (T, N, C) as extracted: an array, mapped into memory
            or not, or a ``FeatureRows``.
        chunk (int, optional): Snippets of a piece. Defaults to None, see
            :func:`piece_length`.

    Returns:
        dict[str, np.ndarray]: ``scores`` (T,) in [0, 1], and what the head
        gives of ``magnitudes`` (T,), ``crop_scores`` (T, N), ``logits`` (T,);
        float32.

    Raises:
        ValueError: If there are no snippets, C is not that of the detector,
            ``chunk`` is below 1, or the head says something else.
    """
    length, crops, channels = features.shape
    if channels != detector.in_channels:
        raise ValueError(
            f'found features of C = {channels}, but the model '
            f'has in_channels = {detector.in_channels}'
        )
    neck = piecewise_neck(detector.neck, detector.head)
    reach = 0 if neck is None else neck.reach
    if chunk is None:
        chunk = CHUNK if neck is None else piece_length(neck, crops)
    if min(length, chunk) < 1:
        raise ValueError(
            'expected at least one snippet and chunks of at '
            f'least one, found T = {length}, chunk = {chunk}'
        )
    if neck is None:
        chunk = length
    detector.eval()

    def pieces() -> Iterator[Tuple[slice, Tensor, slice]]:
        for start in range(0, length, chunk):
            stop = min(start + chunk, length)
            first = max(start - reach, 0)
            rows = features[first : min(stop + reach, length)]
            yield (
                slice(start, stop),
                to_sequences(detector, rows),
                slice(start - first, stop - first),
            )

    memory = video_memory(detector, features, chunk)
    scores: Dict[str, np.ndarray] = {}
    for rows, piece, wanted in pieces():
        for key, values in score_piece(
            detector, piece, memory, wanted
        ).items():
            if key not in scores:
                # At once: small tensors that are kept between large ones that
                # are not would make the process grow.
                shape = (length, *values.shape[1:])
                scores[key] = np.empty(shape, np.float32)
            scores[key][rows] = values.cpu().numpy()
    return scores


def to_sequences(detector: AnomalyDetector, rows: np.ndarray) -> Tensor:
    """Features (n, N, C) as the neck takes them: (N, n, C), standardised."""
    device = detector.data_preprocessor.device
    features = torch.from_numpy(np.array(rows, np.float32, order='C'))
    features = detector.data_preprocessor.standardize_features(
        features.to(device)
    )
    return features.transpose(0, 1)
