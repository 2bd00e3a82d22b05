"""Read features. Shapes: T snippets, N crops, C channels."""
from pathlib import Path

import numpy as np
from mmaction.registry import TRANSFORMS
from mmcv.transforms import BaseTransform

from ..feature_layouts import get_layout, open_features


@TRANSFORMS.register_module()
class LoadFeature(BaseTransform):
    """Read the features of a video.

    Reads ``feature_files``, ``feature_layout``, ``allow_pickle``; adds
    ``feature``, (T, N, C) float32.
    """

    def transform(self, results: dict) -> dict:
        """Read.

        Args:
            results (dict): Entry of ``WeakLabelDataset``.

        Returns:
            dict: The same with ``feature``.

        Raises:
            ValueError: If a file is bad or holds NaN or infinite values.
        """
        files = [Path(name) for name in results['feature_files']]
        views = open_features(files, get_layout(results['feature_layout']),
                              results['allow_pickle'])
        feature = np.concatenate(
            views, axis=1, dtype=np.float32, casting='same_kind')
        finite = np.isfinite(feature)
        if not finite.all():
            snippet, crop, _ = np.argwhere(~finite)[0]
            raise ValueError(
                f'{results["feature_files"][0]}: expected finite values, found'
                f' {np.count_nonzero(~finite)} NaN or infinite ones, first in '
                f'snippet {snippet}, crop {crop}')
        results['feature'] = feature
        return results
