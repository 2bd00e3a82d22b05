"""Scoring videos piece by piece, as if they were scored whole.

An output of the neck depends on its neighbours within the convolutions' reach
and, by the attention, on all of the video: on the sum phi^T g over it, of
fixed size. With that sum and neighbours at both ends, a piece scores as it
does within the whole video.

Shapes: N crops, T snippets of a video, n of a piece, C channels, D channels of
the attention's keys and values.
"""

from typing import Dict, Iterator, Protocol, Tuple

import numpy as np
import torch
from torch import Tensor

from .detector import AnomalyDetector

# Snippets of a piece: larger ones are hardly faster and take more memory.
CHUNK = 1024


class Rows(Protocol):
    """A video's features: an array, or what reads a slice when asked."""

    shape: Tuple[int, int, int]  # (T, N, C)

    def __getitem__(self, rows: slice) -> np.ndarray:
        """Snippets of a slice, (n, N, C)."""


def score_piece(
    detector: AnomalyDetector, features: Tensor, memory: Tensor, wanted: slice
) -> Dict[str, Tensor]:
    """Score a piece of a video.

    Args:
        detector (AnomalyDetector): In evaluation mode.
        features (Tensor): (N, n, C), standardised where the detector does so:
            the snippets that are wanted and, as far as the video reaches,
            ``detector.neck.reach`` more to either side.
        memory (Tensor): (N, D, D), the sum of ``detector.neck.summarize``
            over the whole video, divided by its T.
        wanted (slice): The snippets of ``features`` to score.

    Returns:
        dict[str, Tensor]: As ``RTFMHead.predict``, without the first axis.
    """
    context = detector.neck(features[None], memory)
    result = detector.head.predict(context[:, :, wanted])
    return {key: value[0] for key, value in result.items()}


@torch.no_grad()
def attention_memory(
    detector: AnomalyDetector, features: Rows, chunk: int = CHUNK
) -> Tensor:
    """Sum up a video of any length for its attention, piece by piece.

    Args:
        detector (AnomalyDetector): In evaluation mode.
        features (Rows): (T, N, C) as extracted.
        chunk (int): Snippets of a piece. Defaults to :data:`CHUNK`.

    Returns:
        Tensor: (N, D, D), the ``memory`` argument of the neck.
    """
    length = features.shape[0]
    # In float64, since a day's sum would lose digits.
    total = sum(
        detector.neck.summarize(
            to_sequences(
                detector, features[start : min(start + chunk, length)]
            )[None]
        ).double()
        for start in range(0, length, chunk)
    )
    return (total / length).float()


@torch.no_grad()
def score_in_chunks(
    detector: AnomalyDetector, features: Rows, chunk: int = CHUNK
) -> Dict[str, np.ndarray]:
    """Score a video of any length in memory of fixed size, in time ~ T.

    The features are read twice: first for the attention's sum, then for the
    scores, which are those of the whole video at once in float32.

    Args:
        detector (AnomalyDetector): Taken into evaluation mode.
        features (Rows): (T, N, C) as extracted: an array, mapped into memory
            or not, or a ``FeatureRows``.
        chunk (int): Snippets of a piece. Defaults to :data:`CHUNK`.

    Returns:
        dict[str, np.ndarray]: ``scores`` (T,) in [0, 1], ``magnitudes`` (T,),
        ``crop_scores`` (T, N), float32.

    Raises:
        ValueError: If there are no snippets, C is not that of the detector or
            ``chunk`` is below 1.
    """
    length, crops, channels = features.shape
    if channels != detector.in_channels:
        raise ValueError(
            f'found features of C = {channels}, but the model '
            f'has in_channels = {detector.in_channels}'
        )
    if min(length, chunk) < 1:
        raise ValueError(
            'expected at least one snippet and chunks of at '
            f'least one, found T = {length}, chunk = {chunk}'
        )
    detector.eval()

    def pieces() -> Iterator[Tuple[slice, Tensor, slice]]:
        halo = detector.neck.reach
        for start in range(0, length, chunk):
            stop = min(start + chunk, length)
            first = max(start - halo, 0)
            rows = features[first : min(stop + halo, length)]
            yield (
                slice(start, stop),
                to_sequences(detector, rows),
                slice(start - first, stop - first),
            )

    memory = attention_memory(detector, features, chunk)
    # Made at once: small tensors that are kept between large ones that are
    # not would make the process grow.
    scores = dict(
        scores=np.empty(length, np.float32),
        magnitudes=np.empty(length, np.float32),
        crop_scores=np.empty((length, crops), np.float32),
    )
    for rows, piece, wanted in pieces():
        result = score_piece(detector, piece, memory, wanted)
        for key, values in scores.items():
            values[rows] = result[key].cpu().numpy()
    return scores


def to_sequences(detector: AnomalyDetector, rows: np.ndarray) -> Tensor:
    """Features (n, N, C) as the neck takes them: (N, n, C), standardised."""
    device = detector.data_preprocessor.device
    features = torch.from_numpy(np.array(rows, np.float32, order='C'))
    features = detector.data_preprocessor.standardize_features(
        features.to(device)
    )
    return features.transpose(0, 1)
