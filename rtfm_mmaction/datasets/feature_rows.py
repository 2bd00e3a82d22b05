"""Features of a long video, read when they are asked for.

Shapes: T snippets, N crops, C channels.
"""

from typing import Sequence

import numpy as np

from .feature_files import features_shape, open_features
from .feature_layouts import FeatureLayout
from .feature_streams import check_finite


class FeatureRows:
    """A video's feature files as an array of which slices can be taken.

    The files are mapped into memory for a slice only: what stays mapped after
    it was read counts as the process's memory.

    Args:
        files (Sequence[str]): One file, or one a crop.
        layout (FeatureLayout): Their layout.

    Attributes:
        shape (tuple[int, int, int]): T, N, C.

    Raises:
        ValueError: See :func:`open_features`.
    """

    def __init__(self, files: Sequence[str], layout: FeatureLayout) -> None:
        self._files = list(files)
        self._layout = layout
        self.shape = features_shape(open_features(self._files, layout))

    def __getitem__(self, rows: slice) -> np.ndarray:
        """Read some snippets.

        Args:
            rows (slice): Which ones of the T.

        Returns:
            np.ndarray: (n, N, C) float32.

        Raises:
            ValueError: If values are NaN or infinite, and as above.
        """
        views = open_features(self._files, self._layout)
        part = np.concatenate(
            [view[rows] for view in views],
            axis=1,
            dtype=np.float32,
            casting='same_kind',
        )
        check_finite(part, self._files[0])
        return part
