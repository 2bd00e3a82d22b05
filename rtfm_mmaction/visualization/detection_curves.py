"""ROC and precision-recall curve of a test run.

Shapes: S snippets of all videos pooled, V videos.
"""

from typing import Any, Dict, List, Optional, Tuple

import numpy as np
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from sklearn.metrics import PrecisionRecallDisplay, RocCurveDisplay

from ..datasets.ground_truth import frame_labels
from ..evaluation.functional import snippet_counts
from .style import GREY, SCORE, STYLE

CURVE = dict(color=SCORE, linewidth=1.8)
CHANCE = dict(color=GREY, linestyle=':')


def pool_snippets(
    videos: List[Dict[str, Any]], snippet_len: int
) -> Tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Pool the snippets of all videos.

    The frames of a snippet share its score, so the curves of all frames are
    those of the snippets weighted by their frames, at a small part of the
    cost.

    Args:
        videos (list[dict]): Of a file of predictions.
        snippet_len (int): Frames of a snippet.

    Returns:
        tuple[np.ndarray, np.ndarray, np.ndarray]: Labels (2S,) 1 and 0,
        scores (2S,) and weights (2S,), the frames of that label and score.
    """
    counts = [
        snippet_counts(
            frame_labels(
                video['abnormal_intervals'],
                video['frames'],
                len(video['scores']),
                snippet_len=snippet_len,
                video=video['video'],
            ),
            snippet_len,
        )
        for video in videos
    ]
    scores = np.concatenate([video['scores'] for video in videos])
    abnormal, normal = (np.concatenate(part) for part in zip(*counts))
    return (
        np.repeat([1, 0], len(scores)),
        np.tile(scores, 2),
        np.concatenate([abnormal, normal]),
    )


def pool_videos(
    videos: List[Dict[str, Any]],
) -> Tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Pool whole videos, where labels of these are all that is known.

    Args:
        videos (list[dict]): Of a file of predictions.

    Returns:
        tuple[np.ndarray, np.ndarray, np.ndarray]: Labels (V,) 1 and 0,
        highest scores (V,) and weights (V,), all 1.
    """
    return (
        np.array([video['label'] for video in videos]),
        np.array([video['scores'].max() for video in videos]),
        np.ones(len(videos)),
    )


def why_no_curves(
    labels: np.ndarray, weights: np.ndarray, what: str = 'frame'
) -> Optional[str]:
    """Say why the curves of what was pooled are not defined.

    Args:
        labels (np.ndarray): (2S,) 1 and 0.
        weights (np.ndarray): (2S,) frames.
        what (str): What has a label, 'frame' or 'video'. Defaults to 'frame'.

    Returns:
        str, optional: The reason; None if the curves can be drawn.
    """
    if not weights[labels == 1].any():
        return f'no {what} is abnormal'
    if not weights[labels == 0].any():
        return f'no {what} is normal'
    return None


def draw_roc(
    axes: Axes, labels: np.ndarray, scores: np.ndarray, weights: np.ndarray
) -> None:
    """Draw a receiver operating characteristic, its area in the legend.

    Args:
        axes (Axes): Where to draw.
        labels (np.ndarray): (2S,) 1 and 0.
        scores (np.ndarray): (2S,).
        weights (np.ndarray): (2S,) frames.
    """
    display = RocCurveDisplay.from_predictions(
        labels,
        scores,
        sample_weight=weights,
        drop_intermediate=False,
        ax=axes,
        plot_chance_level=True,
        chance_level_kw=dict(CHANCE, label='chance'),
    )
    display.line_.set(**CURVE, label=f'AUC = {display.roc_auc:.4f}')
    axes.set_title('ROC')
    axes.set_xlabel('false positive rate')
    axes.set_ylabel('true positive rate')
    _frame(axes, 'lower right')


def draw_precision_recall(
    axes: Axes, labels: np.ndarray, scores: np.ndarray, weights: np.ndarray
) -> None:
    """Draw precision over recall, the average precision in the legend.

    Args:
        axes (Axes): Where to draw.
        labels (np.ndarray): (2S,) 1 and 0.
        scores (np.ndarray): (2S,).
        weights (np.ndarray): (2S,) frames.
    """
    share = weights[labels == 1].sum() / weights.sum()
    # Steps, as the average precision adds them up: no interpolation.
    display = PrecisionRecallDisplay.from_predictions(
        labels,
        scores,
        sample_weight=weights,
        ax=axes,
    )
    display.line_.set(**CURVE, label=f'AP = {display.average_precision:.4f}')
    # The display's own chance level would count the weights for nothing.
    axes.axhline(share, **CHANCE, label=f'chance = {share:.4f}')
    axes.set_title('precision and recall')
    axes.set_xlabel('recall')
    axes.set_ylabel('precision')
    _frame(axes, 'best')


def _frame(axes: Axes, legend: str) -> None:
    axes.set_ylim(-0.01, 1.03)
    axes.legend(loc=legend, frameon=False)


def curves_figure(
    labels: np.ndarray,
    scores: np.ndarray,
    weights: np.ndarray,
    what: str = 'frame',
) -> Figure:
    """Make the picture of both curves.

    Args:
        labels (np.ndarray): (2S,) 1 and 0.
        scores (np.ndarray): (2S,).
        weights (np.ndarray): (2S,) frames.
        what (str): What has a label, 'frame' or 'video'; said above the
            curves where it is 'video'. Defaults to 'frame'.

    Returns:
        Figure: 9 x 4.6 inches.
    """
    with rc_context(STYLE):
        figure = Figure(figsize=(9, 4.6), layout='constrained')
        roc, precision_recall = figure.subplots(1, 2)
        draw_roc(roc, labels, scores, weights)
        draw_precision_recall(precision_recall, labels, scores, weights)
        if what == 'video':
            figure.suptitle('whole videos by their highest score')
    return figure
