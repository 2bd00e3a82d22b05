"""What held-out scores say of a model.

Shapes: V videos, T snippets of each.
"""

from typing import Dict, List, NamedTuple, Optional, Sequence, Tuple

import numpy as np

from ...evaluation.functional import detection_metrics, video_level_metrics


class HeldOut(NamedTuple):
    """Videos, each with scores of a model that did not learn from it.

    Attributes:
        scores (list[np.ndarray]): V arrays (T,), of any scale that is one for
            all.
        labels (np.ndarray): (V,) of 0 and 1.
        groups (list[str]): V cameras or scenes.
        counts (list, optional): V pairs of (T,) abnormal and normal frames of
            each snippet; None where abnormal intervals are not known.
        is_video (np.ndarray, optional): (V,) bool, False of stretches of
            videos, which no figure of videos is of. Defaults to None: all
            are.
    """

    scores: List[np.ndarray]
    labels: np.ndarray
    groups: List[str]
    counts: Optional[List[Tuple[np.ndarray, np.ndarray]]] = None
    is_video: Optional[np.ndarray] = None

    @property
    def sides(self) -> np.ndarray:
        """(V,) labels of videos, and -1 of stretches."""
        if self.is_video is None:
            return self.labels
        return np.where(self.is_video, self.labels, -1)

    def take(self, videos: Sequence[int]) -> 'HeldOut':
        """Some of the videos.

        Args:
            videos (Sequence[int]): Their positions.
        """
        return HeldOut(
            [self.scores[index] for index in videos],
            self.labels[list(videos)],
            [self.groups[index] for index in videos],
            self.counts and [self.counts[index] for index in videos],
            None if self.is_video is None else self.is_video[list(videos)],
        )


class Judgement(NamedTuple):
    """Figures of held-out videos.

    Attributes:
        video_AUC (float): Of telling videos apart by their highest score.
        video_AP (float): As above.
        snippet_AUC (float): Of telling all snippets of abnormal videos from
            those of normal ones. Where the ordinary parts of both are alike,
            0.5 + share x (AUC - 0.5) with the share of abnormal snippets and
            the AUC that labels of snippets would give, so that it ranks
            models as these would (Menon et al., ICML 2015, corrupted labels).
        AUC (float, optional): Of frames, where intervals are known.
        AP (float, optional): As above.
    """

    video_AUC: float
    video_AP: float
    snippet_AUC: float
    AUC: Optional[float] = None
    AP: Optional[float] = None

    @property
    def merit(self) -> float:
        """What models are chosen by.

        The AUC of frames where it is known; else the mean of the two that
        weak labels give, of which one looks at peaks and one at all snippets.
        """
        if self.AUC is not None:
            return self.AUC
        return (self.video_AUC + self.snippet_AUC) / 2


def judge(held_out: HeldOut) -> Judgement:
    """Compute all figures.

    Args:
        held_out (HeldOut): Videos of both labels, and perhaps stretches.

    Returns:
        Judgement: Figures in [0, 1].
    """
    whole = held_out.take(np.flatnonzero(held_out.sides >= 0).tolist())
    figures = video_level_metrics(whole.scores, whole.labels.tolist())
    lengths = [len(scores) for scores in held_out.scores]
    pooled = np.concatenate(held_out.scores)
    of_abnormal = np.repeat(held_out.labels, lengths)
    snippet = detection_metrics(pooled, of_abnormal, 1 - of_abnormal)
    frames: Dict[str, float] = {}
    if held_out.counts is not None:
        abnormal, normal = map(np.concatenate, zip(*held_out.counts))
        frames = detection_metrics(pooled, abnormal, normal)
    return Judgement(
        figures['video_AUC'],
        figures['video_AP'],
        snippet['AUC'],
        frames.get('AUC'),
        frames.get('AP'),
    )


def mean_scores(
    scores: Sequence[Sequence[np.ndarray]],
) -> List[np.ndarray]:
    """Mean of several models' scores, video by video.

    Args:
        scores (Sequence): Of each model V arrays (T,), on one scale.

    Returns:
        list[np.ndarray]: V arrays (T,).

    Examples:
        >>> mean_scores([[np.zeros(2)], [np.ones(2)]])
        [array([0.5, 0.5])]
    """
    return [np.mean(video, 0) for video in zip(*scores)]
