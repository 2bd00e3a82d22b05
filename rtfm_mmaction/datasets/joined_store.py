"""Segment stores of shards, read as one.

A folder with a whole store for each shard, made on any machines and copied
together or not: nothing of them is written again::

    store/shard-1-of-2/index.json, segments-<key>.npy
    store/shard-2-of-2/index.json, segments-<key>.npy
"""

import re
from pathlib import Path
from typing import Dict, List, Mapping, Sequence, Tuple, Union

from ..io.reading import read_json
from ..io.shards import Shard
from .feature_layouts import FeatureLayout
from .segment_store import INDEX, SegmentStore, layouts_as_json

_NAME = re.compile(r'shard-([1-9][0-9]*)-of-([1-9][0-9]*)')


def shard_folder(out: Union[str, Path], shard: Shard) -> Path:
    """Where the store of a shard is.

    Args:
        out (str or Path): Folder of all of them.
        shard (Shard): Which one.

    Examples:
        >>> shard_folder('store', Shard(2, 8)).name
        'shard-2-of-8'
    """
    return Path(out, f'shard-{shard.stem}')


def shards_in(path: Union[str, Path]) -> List[Shard]:
    """Look which shards a folder has stores of, finished or not.

    Args:
        path (str or Path): Folder of a store; it need not be there.

    Returns:
        list[Shard]: In the order of their numbers.
    """
    path = Path(path)
    found = (
        _NAME.fullmatch(folder.name)
        for folder in (path.iterdir() if path.is_dir() else ())
    )
    return sorted(Shard(int(name[1]), int(name[2])) for name in found if name)


def open_store(path: Union[str, Path]) -> Union[SegmentStore, 'JoinedStore']:
    """Open a finished store, in one piece or in shards.

    Args:
        path (str or Path): Its folder.

    Raises:
        FileNotFoundError: See :class:`SegmentStore` and :class:`JoinedStore`.
        ValueError: As above, and if it is both.
    """
    if not shards_in(path):
        return SegmentStore(path)
    if Path(path, INDEX).is_file():
        raise ValueError(
            f'{path}: expected a segment store in one piece or in shards, '
            f'found both: remove {INDEX} and segments-*.npy, or the folders '
            'shard-*'
        )
    return JoinedStore(path)


class JoinedStore:
    """Finished stores of all shards of a list, for looking videos up.

    Args:
        path (str or Path): Folder of the shards' folders.

    Attributes:
        layouts (dict[str, FeatureLayout]): Stream -> layout.

    Raises:
        FileNotFoundError: If a shard is missing or not finished.
        ValueError: If one is damaged, a video is in two, or they differ in
            segments, crops, channels, type or layouts.
    """

    def __init__(self, path: Union[str, Path]) -> None:
        self.path = Path(path)
        self._stores: Dict[str, SegmentStore] = {}
        first = None
        for folder in _whole_row(self.path):
            if _is_empty(folder):
                continue
            store = SegmentStore(folder)
            if first is None:
                first = store
            _compare(first, store)
            for video in store.videos:
                if video in self._stores:
                    raise ValueError(
                        f'{self.path}: expected each video in one shard, '
                        f'found {video!r} in {self._stores[video].path.name} '
                        f'and {folder.name}: remove the older one and pack '
                        'it again, all shards by the same --lengths'
                    )
                self._stores[video] = store
        if first is None:
            raise ValueError(
                f'{self.path}: expected shards with videos, found none; '
                'remove the store and pack again'
            )
        self.layouts = first.layouts

    sources_exist = staticmethod(SegmentStore.sources_exist)

    def entry(
        self,
        video: str,
        files: Mapping[str, Sequence[str]],
        layouts: Mapping[str, FeatureLayout],
        roots: Mapping[str, str],
    ) -> Tuple[dict, tuple]:
        """Look a video up, see :meth:`SegmentStore.entry`.

        Args:
            video (str): As there.
            files (Mapping[str, Sequence[str]]): As there.
            layouts (Mapping[str, FeatureLayout]): As there.
            roots (Mapping[str, str]): As there.

        Returns:
            tuple[dict, tuple[int, int, int]]: As there.

        Raises:
            ValueError: As there.
        """
        if video not in self._stores:
            raise ValueError(
                f'{self.path}: expected video {video!r}, found '
                f'{len(self._stores)} others: pack the shards again'
            )
        return self._stores[video].entry(video, files, layouts, roots)


def _whole_row(path: Path) -> List[Path]:
    """Folders of all shards, in their order."""
    shards = shards_in(path)
    counts = sorted({shard.count for shard in shards})
    if len(counts) > 1:
        raise ValueError(
            f'{path}: expected the shards of one row, found some of '
            f'{" and some of ".join(map(str, counts))}: remove those that '
            'are not wanted'
        )
    (count,) = counts
    row = [Shard(number, count) for number in range(1, count + 1)]
    missing = [
        shard
        for shard in row
        if not (shard_folder(path, shard) / INDEX).is_file()
    ]
    if missing:
        raise FileNotFoundError(
            f'{path}: expected {count} finished shards, found '
            f'{count - len(missing)}; missing: '
            f'{", ".join(map(str, missing))}: rtfm pack --shard '
            f'{missing[0]} makes that one, and goes on where it was stopped'
        )
    return [shard_folder(path, shard) for shard in row]


def _is_empty(folder: Path) -> bool:
    """Whether no video fell to a shard, of which there is no data file."""
    try:
        content = read_json(folder / INDEX, 'the index of a segment store')
    except (OSError, ValueError):
        return False  # SegmentStore tells it
    return isinstance(content, dict) and content.get('videos') == {}


def _compare(first: SegmentStore, store: SegmentStore) -> None:
    """Refuse a shard that was packed in another way than the first."""
    for what, expected, found in (
        ('segments', first.num_segments, store.num_segments),
        ('crops', first.num_crops, store.num_crops),
        ('channels', first.num_channels, store.num_channels),
        ('type', first.dtype, store.dtype),
        ('resampling', first.resampling, store.resampling),
        (
            'layouts',
            layouts_as_json(first.layouts),
            layouts_as_json(store.layouts),
        ),
    ):
        if found != expected:
            raise ValueError(
                f'{store.path}: expected {what} {expected} as in '
                f'{first.path.name}, found {found}: pack the shards in one '
                'way'
            )
