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


@TRANSFORMS.register_module()
class SegmentFeature(BaseTransform):
    """Bring a video of any length to a fixed number of segments.

    Args:
        num_segments (int): Segments of a bag, T in training. Defaults to 32.
    """

    def __init__(self, num_segments: int = 32) -> None:
        if num_segments < 1:
            raise ValueError(
                'SegmentFeature: num_segments must be at least '
                f'1, got {num_segments}'
            )
        self.num_segments = num_segments

    def transform(self, results: dict) -> dict:
        """Replace ``feature`` (T, N, C) by its (S, N, C) segments.

        Raises:
            ValueError: If it comes from a store of another number of
                segments.
        """
        if (
            results.get('store') is not None
            and len(results['feature']) != self.num_segments
        ):
            raise ValueError(
                f'{results["store"]}: found {len(results["feature"])} segments'
                f' a video, expected num_segments={self.num_segments} as the '
                'pipeline says; pack the store again'
            )
        results['feature'] = segment_means(
            results['feature'], self.num_segments
        )
        return results
