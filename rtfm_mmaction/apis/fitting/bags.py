"""Training videos with their features. Shapes: V videos, T snippets, N crops,
C channels.
"""

import hashlib
from typing import List, Optional, Sequence, Tuple

import numpy as np

from ...datasets.feature_record import FeatureRecord
from ...datasets.ground_truth import frame_labels
from ...datasets.weak_label_dataset import WeakLabelDataset
from ...evaluation.functional import snippet_counts

PIPELINE = [dict(type='LoadFeature'), dict(type='PackAnomalyInputs')]


class Bags:
    """Videos with a label each, and their features when they are asked for.

    Args:
        ann_file (str): Annotation file, see
            :mod:`rtfm_mmaction.datasets.annotations`.
        groups (Sequence[str]): V, the camera or scene of each video of the
            file, in its order.
        **dataset: Further arguments of :class:`WeakLabelDataset`, such as
            ``data_prefix`` and ``layout``.

    Attributes:
        names (list[str]): V names of videos.
        labels (np.ndarray): (V,) int, 1 abnormal.
        groups (list[str]): As given.
        lengths (np.ndarray): (V,) T of each.
        intervals (list): V lists of abnormal [start, end) in frames; None
            where they are not known.
        frames (list): V numbers of frames; None where they are not known.
        kinds (list[str]): V classes.
        channels (int): C.
        crops (int): N.
        snippet_len (int): Frames of a snippet.
        record (FeatureRecord): What the features were made with.

    Raises:
        ValueError: If groups are not as many as videos, and see
            :class:`WeakLabelDataset`.
    """

    def __init__(
        self, ann_file: str, groups: Sequence[str], **dataset
    ) -> None:
        self._data = WeakLabelDataset(
            ann_file=ann_file, pipeline=PIPELINE, **dataset
        )
        videos = [self._data.get_data_info(i) for i in range(len(self._data))]
        if len(groups) != len(videos):
            raise ValueError(
                f'groups: expected one for each of the {len(videos)} videos '
                f'of {ann_file}, found {len(groups)}'
            )
        self.names: List[str] = [video['video'] for video in videos]
        self.labels = np.array([video['label'] for video in videos])
        self.groups = list(groups)
        self.lengths = np.array([video['num_snippets'] for video in videos])
        self.kinds: List[str] = [video['class'] for video in videos]
        self.intervals: List[Optional[list]] = [
            video['abnormal_intervals'] for video in videos
        ]
        self.frames: List[Optional[int]] = [v['frames'] for v in videos]
        self.channels: int = videos[0]['num_channels']
        self.crops: int = videos[0]['num_crops']
        self.snippet_len: int = videos[0]['snippet_len']
        self.record: FeatureRecord = self._data.feature_record()

    @property
    def counts(self) -> Optional[List[Tuple[np.ndarray, np.ndarray]]]:
        """V pairs of (T,) abnormal and normal frames of each snippet; None
        where the intervals of an abnormal video are not known.
        """
        if any(
            label and known is None
            for label, known in zip(self.labels, self.intervals)
        ):
            return None
        return [
            snippet_counts(
                frame_labels(
                    known or [], frames, length, self.snippet_len, name
                ),
                self.snippet_len,
            )
            for known, frames, length, name in zip(
                self.intervals, self.frames, self.lengths, self.names
            )
        ]

    def digest(self) -> str:
        """Tell videos apart by all that is learned from: labels and features.

        Returns:
            str: SHA-256, in hexadecimal digits; of names, too, since these
            are in files of trainings.
        """
        found = hashlib.sha256()
        for index, name in enumerate(self.names):
            features = self[index]
            head = (name, int(self.labels[index]), features.shape)
            found.update(repr(head).encode())
            found.update(features.tobytes())
        return found.hexdigest()

    def __len__(self) -> int:
        return len(self.names)

    def __getitem__(self, index: int) -> np.ndarray:
        """Features of a video, (T, N, C) float32."""
        return self._data[index]['inputs'].numpy().swapaxes(0, 1)
