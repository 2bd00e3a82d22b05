"""Hand a bag to the model. Shapes: T snippets, N crops, C channels."""

import numpy as np
import torch
from mmaction.registry import TRANSFORMS
from mmaction.structures import ActionDataSample
from mmcv.transforms import BaseTransform

META_KEYS = (
    'video',
    'label',
    'class',
    'frames',
    'abnormal_intervals',
    'num_snippets',
    'snippet_len',
    'feature_files',
)


@TRANSFORMS.register_module()
class PackAnomalyInputs(BaseTransform):
    """Pack features and labels.

    mmaction2's own packing transforms make ``inputs`` a dict or drop the
    label. Ground truth stays in the meta information, as intervals; only the
    metric reads it.
    """

    def transform(self, results: dict) -> dict:
        """Pack.

        Args:
            results (dict): With ``feature`` (T, N, C) float32 and the keys of
                ``WeakLabelDataset``.

        Returns:
            dict: ``inputs`` (N, T, C) float32 tensor, ``data_samples`` an
            ``ActionDataSample`` with ``gt_label`` and the meta information.
        """
        sample = ActionDataSample()
        sample.set_gt_label(int(results['label']))
        sample.set_metainfo({key: results[key] for key in META_KEYS})
        feature = np.ascontiguousarray(results['feature'].swapaxes(0, 1))
        return dict(inputs=torch.from_numpy(feature), data_samples=sample)
