"""One video = one bag with one label.

Shapes: T snippets, N crops, C channels.
"""
from pathlib import Path
from typing import List

from mmaction.registry import DATASETS
from mmengine.dataset import BaseDataset

from .annotations import load_annotations
from .feature_layouts import (features_shape, find_feature_files, get_layout,
                              open_features)
from .ground_truth import frame_labels


@DATASETS.register_module()
class WeakLabelDataset(BaseDataset):
    """Videos with a label each, and their features.

    The annotation file is described in
    :mod:`rtfm_mmaction.datasets.annotations`. All files are looked up and
    their headers read when the data set is built, so that a missing or odd
    one is told before training starts, not hours after.

    Args:
        ann_file (str): JSON annotation file.
        data_prefix (dict): ``dict(features=FOLDER)``.
        layout (str): How the feature files are named and laid out; a key of
            ``rtfm_mmaction.datasets.feature_layouts.LAYOUTS``. Defaults to
            'packed', what ``tools/features/extract.py`` writes.
        snippet_len (int): Frames of a snippet. Defaults to 16.
        allow_pickle (bool): Whether to unpickle feature files that hold
            Python objects. Only for files whose maker you trust. Defaults to
            False.
        **kwargs: Of :class:`mmengine.dataset.BaseDataset`: ``pipeline``,
            ``data_root``, ``test_mode``, ``indices``, …

    Raises:
        FileNotFoundError: If features are missing.
        ValueError: If a file is bad, crop counts or channels differ between
            files, or (``test_mode``) the ground truth does not fit the
            features' length.
    """

    def __init__(self,
                 ann_file: str,
                 data_prefix: dict,
                 layout: str = 'packed',
                 snippet_len: int = 16,
                 allow_pickle: bool = False,
                 **kwargs) -> None:
        if set(data_prefix) != {'features'}:
            raise ValueError('WeakLabelDataset: data_prefix must have the key '
                             f"'features' alone, found {sorted(data_prefix)}")
        self.layout = get_layout(layout)
        self.layout_name = layout
        self.snippet_len = snippet_len
        self.allow_pickle = allow_pickle
        super().__init__(ann_file=ann_file, data_prefix=data_prefix, **kwargs)

    def load_data_list(self) -> List[dict]:
        """Read the annotations and find the features.

        Returns:
            list[dict]: The annotation's keys, and ``feature_files`` (list of
            str), ``feature_layout``, ``allow_pickle``, ``num_snippets`` (T),
            ``num_crops`` (N), ``num_channels`` (C), ``snippet_len``.
        """
        metainfo, videos = load_annotations(self.ann_file)
        for key, value in metainfo.items():
            self._metainfo.setdefault(key, value)
        folder = Path(self.data_prefix['features'])
        missing, data_list = [], []
        for video in videos:
            try:
                files = find_feature_files(folder, video['video'],
                                           video['class'], self.layout)
            except FileNotFoundError as error:
                missing.append(error)
                continue
            shape = features_shape(
                open_features(files, self.layout, self.allow_pickle))
            data_list.append(
                dict(
                    **video,
                    feature_files=[str(path) for path in files],
                    feature_layout=self.layout_name,
                    allow_pickle=self.allow_pickle,
                    num_snippets=shape[0],
                    num_crops=shape[1],
                    num_channels=shape[2],
                    snippet_len=self.snippet_len))
        if missing:
            raise FileNotFoundError(
                f'{self.ann_file}: {len(missing)} of {len(videos)} videos have'
                f' no features. First: {missing[0]} (layout '
                f'{self.layout_name!r})')
        self._check_shapes(data_list)
        if self.test_mode:
            for video in data_list:
                labels_of(video)
        return data_list

    @staticmethod
    def _check_shapes(data_list: List[dict]) -> None:
        first = data_list[0]
        for video in data_list:
            for key, what in (('num_crops', 'crops'), ('num_channels',
                                                       'channels')):
                if video[key] != first[key]:
                    raise ValueError(
                        f'{video["feature_files"][0]}: found {video[key]} '
                        f'{what}, expected {first[key]} as in '
                        f'{first["feature_files"][0]}')


def labels_of(video: dict):
    """Frame ground truth of one entry of the data list.

    Args:
        video (dict): With the keys of
            :meth:`WeakLabelDataset.load_data_list`.

    Returns:
        np.ndarray: (T x snippet_len,) uint8 of 0 and 1.
    """
    return frame_labels(
        [] if video['label'] == 0 else video['abnormal_intervals'],
        video['frames'],
        video['num_snippets'],
        snippet_len=video['snippet_len'],
        video=video['video'])
