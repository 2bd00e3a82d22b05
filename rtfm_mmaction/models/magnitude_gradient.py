"""How a snippet's magnitude depends on the snippet's own features.

Shapes: N crops, T snippets of a video, n of a piece, C channels, D channels of
the attention's keys and values.
"""

from typing import Tuple

import numpy as np
import torch
from torch import Tensor

from .detector import AnomalyDetector
from .long_video import Rows


def magnitude_gradient(
    detector: AnomalyDetector, features: Rows, memory: Tensor, index: int
) -> Tuple[np.ndarray, np.ndarray]:
    """Differentiate the magnitudes of a snippet by its own features.

    The gradient is that of the whole video at once: of the video only the
    snippets within the neck's reach are looked at, and of the attention's sum
    over the video the snippet's own part counts, since it moves with the
    features, and the rest is constant.

    Args:
        detector (AnomalyDetector): In evaluation mode.
        features (Rows): (T, N, C) as extracted.
        memory (Tensor): (N, D, D), see ``attention_memory``.
        index (int): The snippet, in [0, T).

    Returns:
        tuple[np.ndarray, np.ndarray]: (N, C) float32, for each crop the
        gradient of its magnitude by its raw features, before they are
        standardised; and the magnitudes (N,) >= 0.
    """
    length, reach = features.shape[0], detector.neck.reach
    first = max(index - reach, 0)
    rows = torch.from_numpy(
        np.array(features[first : index + reach + 1], np.float32)
    )
    piece = rows.to(detector.data_preprocessor.device)
    before, own, after = piece.split(
        [index - first, 1, len(piece) - 1 - (index - first)]
    )
    own = own.clone().requires_grad_()
    standardize = detector.data_preprocessor.standardize_features
    with torch.enable_grad():
        sequences = standardize(torch.cat([before, own, after]))
        part = (
            detector.neck.summarize(standardize(own).transpose(0, 1)[None])
            / length
        )
        context = detector.neck(
            sequences.transpose(0, 1)[None], memory + part - part.detach()
        )
        magnitudes = detector.head(context).magnitudes[0, :, index - first]
        # A crop's magnitude depends on that crop alone.
        (gradient,) = torch.autograd.grad(magnitudes.sum(), own)
    return gradient[0].cpu().numpy(), magnitudes.detach().cpu().numpy()
