"""Read features. Shapes: T snippets, N crops, C channels."""

from mmaction.registry import TRANSFORMS
from mmcv.transforms import BaseTransform

from ..feature_streams import read_streams
from ..segment_store import read_row
from ..weak_label_dataset import file_of


@TRANSFORMS.register_module()
class LoadFeature(BaseTransform):
    """Read the features of a video, or its segments from a store.

    Reads what ``WeakLabelDataset`` says of the files; adds ``feature``,
    (T, N, C) float32, and sets ``num_snippets`` to T. Where there is a
    ``crop``, as of ``PairedWeakLabelDataset`` with ``crops_as_samples``, that
    one is read alone.
    """

    def transform(self, results: dict) -> dict:
        """Read.

        Args:
            results (dict): Entry of ``WeakLabelDataset``, with or without
                ``crop``.

        Returns:
            dict: The same with ``feature``; from a store its S segments.

        Raises:
            ValueError: If a file is bad, holds NaN or infinite values, or
                has other crops or channels than the rest.
        """
        if results.get('store') is not None:
            results['feature'] = read_row(
                results['store'], results['store_row'], results.get('crop')
            )
            return results
        feature = read_streams(
            results['feature_files'],
            results['feature_layouts'],
            results['allow_pickle'],
            results['backend_args'],
            results.get('crop'),
        )
        expected = (results['num_crops'], results['num_channels'])
        if feature.shape[1:] != expected:
            raise ValueError(
                f'{file_of(results)}: found (crops, channels) = '
                f'{feature.shape[1:]}, expected {expected} as of the others'
            )
        results['feature'] = feature
        results['num_snippets'] = len(feature)
        return results
