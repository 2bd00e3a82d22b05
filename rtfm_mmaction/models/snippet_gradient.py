"""How what stands out of a snippet depends on the snippet's own features.

Shapes: N crops, T snippets of a video, C channels.
"""

from typing import Container, NamedTuple, Optional, Tuple

import numpy as np
import torch
from torch import Tensor

from .contracts import (
    MagnitudeHead,
    MILHead,
    piecewise_neck,
    predict_snippets,
)
from .detector import AnomalyDetector
from .long_video import Rows


class SnippetGradient(NamedTuple):
    """What a snippet owes to its features.

    Attributes:
        measure (str): What was differentiated, see :func:`measure_of`.
        gradients (np.ndarray): (N, C) float32, by the raw features of each
            crop, before they are standardised: of the crop's magnitude, or of
            the snippet's logit or score.
        crop_values (np.ndarray, optional): (N,) magnitudes of the crops; for
            want of them their scores in [0, 1], and None where the head gives
            none.
    """

    measure: str
    gradients: np.ndarray
    crop_values: Optional[np.ndarray]


def measure_of(head: MILHead, predicted: Container[str]) -> str:
    """Tell what of a snippet can be explained.

    For want of magnitudes it is the score, by its logit where there is one:
    the gradient of a score near 0 or 1 is lost in rounding.

    Args:
        head (MILHead): Of the detector.
        predicted (Container[str]): Keys of what it predicts.

    Returns:
        str: 'magnitude', 'logit' or 'score'.
    """
    if isinstance(head, MagnitudeHead) and 'magnitudes' in predicted:
        return 'magnitude'
    return 'logit' if 'logits' in predicted else 'score'


def snippet_gradient(
    detector: AnomalyDetector,
    features: Rows,
    memory: Optional[Tensor],
    index: int,
) -> SnippetGradient:
    """Differentiate what stands out of a snippet by its own features.

    The gradient is that of the whole video at once. Where the neck works in
    pieces, only the snippets within its reach are looked at, and of its sum
    over the video the snippet's own part counts, since it moves with the
    features, and the rest is constant.

    Args:
        detector (AnomalyDetector): In evaluation mode.
        features (Rows): (T, N, C) as extracted.
        memory (Tensor, optional): See ``video_memory``.
        index (int): The snippet, in [0, T).

    Returns:
        SnippetGradient: Gradients, of what, and its values.

    Raises:
        ValueError: If the head gives no gradients.
    """
    length = features.shape[0]
    neck = piecewise_neck(detector.neck, detector.head)
    reach = length if neck is None else neck.reach
    first = max(index - reach, 0)
    at = index - first
    rows = torch.from_numpy(
        np.array(features[first : index + reach + 1], np.float32)
    )
    piece = rows.to(detector.data_preprocessor.device)
    before, own, after = piece.split([at, 1, len(piece) - 1 - at])
    own = own.clone().requires_grad_()
    standardize = detector.data_preprocessor.standardize_features
    # cuDNN's recurrent networks differentiate in training alone.
    with torch.enable_grad(), torch.backends.cudnn.flags(enabled=False):
        sequences = standardize(torch.cat([before, own, after]))
        inputs = sequences.transpose(0, 1)[None]
        if neck is None or memory is None:
            context = detector.run_neck(inputs)
        else:
            part = (
                neck.summarize(standardize(own).transpose(0, 1)[None]) / length
            )
            context = neck(inputs, memory + part - part.detach())
        measure, value, crops = _what_stands_out(detector.head, context, at)
        if not value.requires_grad:
            raise ValueError(
                f'{type(detector.head).__name__}: expected a {measure} that '
                'can be differentiated, found one without a gradient'
            )
        (gradient,) = torch.autograd.grad(value, own)
    return SnippetGradient(
        measure,
        gradient[0].cpu().numpy(),
        None if crops is None else crops.detach().cpu().numpy(),
    )


def _what_stands_out(
    head: MILHead, context: Tensor, at: int
) -> Tuple[str, Tensor, Optional[Tensor]]:
    """Tell measure, what to differentiate, and the crops' values (N,)."""
    result = predict_snippets(head, context)
    measure = measure_of(head, result)
    if measure == 'magnitude' and isinstance(head, MagnitudeHead):
        magnitudes = head.crop_magnitudes(context)[0, :, at]
        # A crop's magnitude depends on that crop alone.
        return measure, magnitudes.sum(), magnitudes
    crops = result['crop_scores'][0, at] if 'crop_scores' in result else None
    return measure, result[f'{measure}s'][0, at], crops
