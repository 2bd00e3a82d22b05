"""Bags of a fixed number of segments.

Shapes: T snippets, S segments, N crops, C channels.
"""

import numpy as np
from mmaction.registry import TRANSFORMS
from mmcv.transforms import BaseTransform


def segment_bounds(length: int, num_segments: int) -> np.ndarray:
    """First snippet of each segment, and the end.

    Args:
        length (int): T >= 1.
        num_segments (int): S >= 1.

    Returns:
        np.ndarray: (S + 1,) int64, linspace(0, T, S + 1) cut to integers.
    """
    return np.linspace(0, length, num_segments + 1).astype(np.int64)


def segment_means(feature: np.ndarray, num_segments: int) -> np.ndarray:
    """Average the snippets of each segment.

    Segment i is the mean of the rows r[i] … r[i + 1] - 1, or row r[i] where
    the two bounds are equal (T < S), as in Sultani et al. and RTFM.

    Args:
        feature (np.ndarray): (T, N, C) float32.
        num_segments (int): S >= 1.

    Returns:
        np.ndarray: (S, N, C) float32.
    """
    if len(feature) == num_segments:
        return feature
    bounds = segment_bounds(len(feature), num_segments)
    counts = np.maximum(np.diff(bounds), 1).astype(feature.dtype)
    # reduceat does just that: the sum up to the next bound, or the one row.
    sums = np.add.reduceat(feature, bounds[:-1], axis=0)
    return sums / counts[:, None, None]


def interpolate_snippets(feature: np.ndarray, num_segments: int) -> np.ndarray:
    """Read the video at evenly spaced moments, between two snippets each.

    Segment j is read at x = (j + 1/2) T / S - 1/2, kept within [0, T - 1], by
    linear interpolation of the two snippets around it: OpenCV's INTER_LINEAR
    over an image whose width is T, as the released program of S3R
    (https://github.com/louisYen/S3R) resamples. Where T > S nothing is
    averaged, so that most snippets of a long video are not seen.

    Args:
        feature (np.ndarray): (T, N, C) float32, T >= 1.
        num_segments (int): S >= 1.

    Returns:
        np.ndarray: (S, N, C) float32.

    Examples:
        >>> feature = np.float32([0, 10, 20, 30]).reshape(4, 1, 1)
        >>> interpolate_snippets(feature, 2).ravel().tolist()  # x = 0.5, 2.5
        [5.0, 25.0]
    """
    length = len(feature)
    if length == num_segments:
        return feature
    moments = (np.arange(num_segments) + 0.5) * length / num_segments - 0.5
    moments = moments.clip(0, length - 1)
    before = moments.astype(np.int64)
    behind = np.minimum(before + 1, length - 1)
    share = (moments - before).astype(feature.dtype)[:, None, None]
    return feature[before] * (1 - share) + feature[behind] * share


# Ways to bring a video to S segments.
RESAMPLINGS = dict(mean=segment_means, linear=interpolate_snippets)


@TRANSFORMS.register_module()
class SegmentFeature(BaseTransform):
    """Bring a video of any length to a fixed number of segments.

    Args:
        num_segments (int): Segments of a bag, T in training. Defaults to 32.
        resampling (str): 'mean' averages the snippets of a segment (see
            :func:`segment_means`), 'linear' reads between two of them (see
            :func:`interpolate_snippets`). Defaults to 'mean'.
    """

    def __init__(
        self, num_segments: int = 32, resampling: str = 'mean'
    ) -> None:
        if num_segments < 1:
            raise ValueError(
                'SegmentFeature: num_segments must be at least '
                f'1, got {num_segments}'
            )
        if resampling not in RESAMPLINGS:
            raise ValueError(
                'SegmentFeature: resampling must be one of '
                f'{tuple(RESAMPLINGS)}, found {resampling!r}'
            )
        self.num_segments = num_segments
        self.resampling = resampling

    def transform(self, results: dict) -> dict:
        """Replace ``feature`` (T, N, C) by its (S, N, C) segments.

        Raises:
            ValueError: If it comes from a store of another number of
                segments, or of segments that were made in another way.
        """
        if results.get('store') is not None:
            packed = results.get('store_resampling', 'mean')
            if len(results['feature']) != self.num_segments:
                raise ValueError(
                    f'{results["store"]}: found {len(results["feature"])} '
                    'segments a video, expected num_segments='
                    f'{self.num_segments} as the pipeline says; pack the '
                    'store again'
                )
            if packed != self.resampling:
                raise ValueError(
                    f'{results["store"]}: found segments of resampling='
                    f'{packed!r}, expected {self.resampling!r} as the '
                    'pipeline says; pack the store again'
                )
            return results
        resample = RESAMPLINGS[self.resampling]
        results['feature'] = resample(results['feature'], self.num_segments)
        return results
