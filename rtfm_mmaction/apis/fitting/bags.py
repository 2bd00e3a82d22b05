"""Training videos with their features.

Shapes: V bags, T snippets of a bag, W of its video, N crops, C channels.
"""

import hashlib
from typing import List, Optional, Sequence, Tuple

import numpy as np

from ...datasets.feature_record import FeatureRecord
from ...datasets.ground_truth import frame_labels
from ...datasets.weak_label_dataset import WeakLabelDataset
from ...evaluation.functional import snippet_counts
from ...io.arrays import load_array
from .parts import Part

PIPELINE = [dict(type='LoadFeature'), dict(type='PackAnomalyInputs')]


class Bags:
    """Videos with a label each, and their features when they are asked for.

    Args:
        ann_file (str): Annotation file, see
            :mod:`rtfm_mmaction.datasets.annotations`.
        groups (Sequence[str]): V, the camera or scene of each video of the
            file, in its order.
        parts (Sequence[Part], optional): V, what each has of which video.
            Defaults to None: all of its own.
        **dataset: Further arguments of :class:`WeakLabelDataset`, such as
            ``data_prefix`` and ``layout``.

    Attributes:
        names (list[str]): V names, by which files have their features.
        videos (list[str]): V names of videos, for people.
        is_video (np.ndarray): (V,) bool, False of a stretch of a video.
        is_judged (np.ndarray): (V,) bool, whether figures are of its
            snippets.
        labels (np.ndarray): (V,) int, 1 abnormal.
        groups (list[str]): As given.
        lengths (np.ndarray): (V,) T of each.
        intervals (list): V lists of abnormal [start, end) in frames, of the
            whole video; None where they are not known.
        frames (list): V numbers of frames, of the whole video; None where
            they are not known.
        kinds (list[str]): V classes.
        channels (int): C.
        crops (int): N.
        snippet_len (int): Frames of a snippet.
        record (FeatureRecord): What the features were made with.

    Raises:
        ValueError: If groups or parts are not as many as videos, and see
            :class:`WeakLabelDataset`.
    """

    def __init__(
        self,
        ann_file: str,
        groups: Sequence[str],
        parts: Optional[Sequence[Part]] = None,
        **dataset,
    ) -> None:
        self._data = WeakLabelDataset(
            ann_file=ann_file, pipeline=PIPELINE, **dataset
        )
        videos = [self._data.get_data_info(i) for i in range(len(self._data))]
        for name, given in (('groups', groups), ('parts', parts)):
            if given is not None and len(given) != len(videos):
                raise ValueError(
                    f'{name}: expected one for each of the {len(videos)} '
                    f'videos of {ann_file}, found {len(given)}'
                )
        self.names: List[str] = [video['video'] for video in videos]
        self._parts = parts or [Part(name, True) for name in self.names]
        self.videos: List[str] = [part.video for part in self._parts]
        self.is_video = np.array([part.is_video for part in self._parts])
        self.is_judged = np.array([part.is_judged for part in self._parts])
        self.labels = np.array([video['label'] for video in videos])
        self.groups = list(groups)
        self.lengths = np.array([video['num_snippets'] for video in videos])
        self.kinds: List[str] = [video['class'] for video in videos]
        self.intervals: List[Optional[list]] = [
            video['abnormal_intervals'] for video in videos
        ]
        self.frames: List[Optional[int]] = [v['frames'] for v in videos]
        for index, part in enumerate(self._parts):
            if part.whole is not None:
                self.intervals[index] = part.intervals
                self.frames[index] = part.frames
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
            self.labels[index] and self.intervals[index] is None
            for index in self.judged
        ):
            return None
        return [self._counts(index) for index in range(len(self))]

    def _counts(self, index: int) -> Tuple[np.ndarray, np.ndarray]:
        labels = frame_labels(
            self.intervals[index] or [],
            self.frames[index],
            self.whole_length(index),
            self.snippet_len,
            self.names[index],
        )
        abnormal, normal = snippet_counts(labels, self.snippet_len)
        return abnormal[self.taken(index)], normal[self.taken(index)]

    @property
    def judged(self) -> List[int]:
        """Positions of bags that figures are of."""
        return np.flatnonzero(self.is_judged).tolist()

    @property
    def counted(self) -> List[int]:
        """Positions of those in which events are counted: whole videos, and
        stretches in which nothing is.
        """
        return [
            index
            for index in self.judged
            if self.is_video[index] or not self.labels[index]
        ]

    def whole(self, index: int) -> np.ndarray:
        """Features of the video that a bag is of.

        Args:
            index (int): Of the bag.

        Returns:
            np.ndarray: (W, N, C) float32.
        """
        path = self._parts[index].whole
        if path is None:
            return self[index]
        return np.array(load_array(path), np.float32)

    def whole_length(self, index: int) -> int:
        """Tell W of the video that a bag is of; few have to be read for it.

        Args:
            index (int): Of the bag.
        """
        path = self._parts[index].whole
        return (
            int(self.lengths[index]) if path is None else len(load_array(path))
        )

    def taken(self, index: int) -> np.ndarray:
        """Snippets of its video that a bag has.

        Args:
            index (int): Of the bag.

        Returns:
            np.ndarray: (T,) int, of 0 to W - 1.
        """
        snippets = self._parts[index].snippets
        return np.arange(self.lengths[index]) if snippets is None else snippets

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
