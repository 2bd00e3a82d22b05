"""Training bags in one memory-mapped file.

A full video at ten crops is tens of megabytes that training averages down to
32 rows again and again. A store is a folder with just those rows:

- ``segments-<key>.npy``: (V, N, S, C) float32 or float16, a row a video;
- ``index.json``: ``data`` (the name of that file), ``num_segments``,
  ``layouts`` (stream -> layout), and ``videos``: name -> ``row``,
  ``num_snippets`` (T of the source) and ``files``, stream -> list of
  [path below the stream's folder, bytes, modification time in ns] (null for
  both where the storage is not local); ``made_with``: ``settings`` and
  ``weights`` as in :mod:`~rtfm_mmaction.datasets.feature_record` (not in
  stores of before version 0.2); ``resampling`` where segments are no means,
  see :class:`~rtfm_mmaction.datasets.transforms.SegmentFeature`.

:mod:`~rtfm_mmaction.datasets.segment_packing` writes it;
:mod:`~rtfm_mmaction.datasets.joined_store` reads several as one.

Shapes: V videos, N crops, S segments, T snippets, C channels.
"""

import os
from dataclasses import asdict
from pathlib import Path
from typing import Any, Dict, List, Mapping, Optional, Sequence, Tuple, Union

import numpy as np

from ..io.arrays import load_array
from ..io.reading import read_json
from .feature_layouts import FeatureLayout, get_layout

INDEX = 'index.json'
# Path below the folder, bytes, modification time in ns.
Stat = Tuple[str, Optional[int], Optional[int]]


def read_row(data: str, row: int, crop: Optional[int] = None) -> np.ndarray:
    """Read one video's segments.

    The file is mapped for the moment of copying: pages of a map that stays
    open would count as the process's own, all of the store in the end.

    Args:
        data (str): ``segments-<key>.npy``.
        row (int): The video's row.
        crop (int, optional): The only crop to read, in [0, N). Defaults to
            None: all.

    Returns:
        np.ndarray: (S, N, C) float32; of one crop (S, 1, C).
    """
    crops = load_array(data)[row]
    if crop is not None:
        crops = crops[crop : crop + 1]
    return np.array(crops, np.float32).swapaxes(0, 1)


def source_stats(
    files: Mapping[str, Sequence[str]], roots: Mapping[str, str]
) -> Dict[str, List[Stat]]:
    """What tells whether a video's feature files have changed.

    Args:
        files (Mapping[str, Sequence[str]]): Stream -> paths.
        roots (Mapping[str, str]): Stream -> folder that they lie below.

    Returns:
        dict[str, list[tuple[str, int, int]]]: Stream -> path below the
        folder, bytes, modification time in ns; None for both where the file
        is not local.

    Raises:
        ValueError: If a local file cannot be looked at.
    """
    stats: Dict[str, List[Stat]] = {}
    for stream, paths in files.items():
        stats[stream] = []
        for path in paths:
            relative = path[len(roots[stream].rstrip('/')) :].lstrip('/')
            size = time = None
            if '://' not in path and os.path.isdir(roots[stream]):
                try:
                    found = os.stat(path)
                except OSError as error:
                    raise ValueError(
                        f'{path}: expected a feature file, found one that '
                        f'cannot be opened ({error.strerror})'
                    ) from error
                size, time = found.st_size, found.st_mtime_ns
            stats[stream].append((relative, size, time))
    return stats


def layouts_as_json(layouts: Mapping[str, FeatureLayout]) -> dict:
    """Stream -> fields of its layout."""
    return {stream: asdict(layout) for stream, layout in layouts.items()}


def _check_packed(video: str, packed: Any, videos: int) -> None:
    """What an index says of one video is what can be."""
    row, length = packed['row'], packed['num_snippets']
    if type(row) is not int or not 0 <= row < videos:
        raise ValueError(f'row {row!r} of video {video!r}')
    if type(length) is not int or length < 1:
        raise ValueError(f'num_snippets {length!r} of video {video!r}')
    for stream, files in packed['files'].items():
        if not all(len(stat) == 3 for stat in files):
            raise ValueError(f'files {stream!r} of video {video!r}')


class SegmentStore:
    """A finished store, for looking videos up.

    Args:
        path (str or Path): Its folder.

    Raises:
        FileNotFoundError: If there is no finished store.
        ValueError: If the index is damaged, or the data do not fit it.
    """

    def __init__(self, path: Union[str, Path]) -> None:
        path = Path(path)
        index = path / INDEX
        if not index.is_file():
            raise FileNotFoundError(
                f'{path}: expected a segment store, found no {INDEX}: '
                'rtfm pack writes it, and goes on where it was '
                'stopped'
            )
        try:
            content = read_json(index, 'the index of a segment store')
            self.data = str(path / content['data'])
            self.num_segments = int(content['num_segments'])
            self.layouts = {
                stream: get_layout(layout)
                for stream, layout in content['layouts'].items()
            }
            self.videos: Dict[str, dict] = content['videos']
            self.resampling = str(content.get('resampling', 'mean'))
            self.made_with = dict(content.get('made_with') or {})
            for video, packed in self.videos.items():
                _check_packed(video, packed, len(self.videos))
            shape = (
                len(self.videos),
                content['num_crops'],
                self.num_segments,
                content['num_channels'],
            )
        except (
            OSError,
            ValueError,
            LookupError,
            TypeError,
            AttributeError,
        ) as error:
            raise ValueError(
                f'{index}: expected the index of a segment store,'
                f' found something else ({error!r}); remove it '
                'and pack again'
            ) from error
        self.path = path
        try:
            segments = load_array(self.data)
        except Exception as error:  # a damaged header raises many kinds
            raise ValueError(
                f'{self.data}: expected the segments that {index} describes, '
                f'found a file that cannot be read ({error}); remove the '
                'store and pack again'
            ) from error
        if segments.shape != shape:
            raise ValueError(
                f'{self.data}: expected shape {shape} by {index},'
                f' found {segments.shape}; remove the store and pack '
                'again'
            )
        self.num_crops, self.num_channels = shape[1], shape[3]
        self.dtype = str(segments.dtype)

    @staticmethod
    def sources_exist(roots: Mapping[str, str]) -> bool:
        """Whether the folders of the feature files are (all) still here."""
        return all(
            '://' in root or os.path.isdir(root) for root in roots.values()
        )

    def entry(
        self,
        video: str,
        files: Mapping[str, Sequence[str]],
        layouts: Mapping[str, FeatureLayout],
        roots: Mapping[str, str],
    ) -> Tuple[dict, tuple]:
        """Look a video up, and whether its row is that of its files.

        Args:
            video (str): Its name.
            files (Mapping[str, Sequence[str]]): Stream -> its files; empty
                where they are not here, then nothing is compared.
            layouts (Mapping[str, FeatureLayout]): Stream -> layout.
            roots (Mapping[str, str]): Stream -> folder of the files.

        Returns:
            tuple[dict, tuple[int, int, int]]: ``store`` (file),
            ``store_row``, ``store_resampling`` and, where the files are not
            here, ``store_made_with`` for the data list; T, N, C.

        Raises:
            ValueError: If the store does not have the video, or was packed
                from other files.
        """
        if video not in self.videos:
            raise ValueError(
                f'{self.path}: expected video {video!r}, found '
                f'{len(self.videos)} others: pack the store again'
            )
        packed = self.videos[video]
        found = dict(
            store=self.data,
            store_row=packed['row'],
            store_resampling=self.resampling,
        )
        if files:
            self._compare(
                video, packed['files'], source_stats(files, roots), layouts
            )
        else:
            found['store_made_with'] = self.made_with
        return (
            found,
            (packed['num_snippets'], self.num_crops, self.num_channels),
        )

    def _compare(
        self,
        video: str,
        packed: Mapping[str, List[Stat]],
        present: Mapping[str, List[Stat]],
        layouts: Mapping[str, FeatureLayout],
    ) -> None:
        where = f'{self.path}: stale: video {video!r}'
        if list(packed) != list(present) or self.layouts != dict(layouts):
            raise ValueError(
                f'{where} was packed as {layouts_as_json(self.layouts)}, '
                f'expected {layouts_as_json(layouts)}: pack the store again'
            )
        for stream, old in packed.items():
            new = present[stream]
            if [tuple(item) for item in old] == [tuple(i) for i in new]:
                continue
            for before, after in zip(old, new):
                if tuple(before) != tuple(after):
                    raise ValueError(
                        f'{where} was packed from {before[0]} '
                        f'({before[1]} bytes, time {before[2]}), found '
                        f'{after[0]} ({after[1]} bytes, time {after[2]}): '
                        'pack the store again'
                    )
            raise ValueError(
                f'{where} was packed from {len(old)} files, found'
                f' {len(new)}: pack the store again'
            )
