"""Writing a segment store.

Rows go into ``segments-<key>.npy.part``; a line of
``segments-<key>.progress`` says of each that it is there, with its checksum.
The key follows from what is packed and how. When all rows are there the file
takes its final name, and only then the index names it, so that a reader finds
the old store or the new one whole, whenever packing is stopped.

Shapes: V videos, N crops, S segments, T snippets, C channels.
"""

import hashlib
import json
import os
import zlib
from pathlib import Path
from typing import Callable, Dict, List, Tuple, Union

import numpy as np
from mmengine.dataset import Compose

from ..io.atomic import atomic_path, make_folder, naming
from .feature_record import gather_record
from .segment_store import INDEX, SegmentStore, layouts_as_json, source_stats
from .weak_label_dataset import WeakLabelDataset

DTYPES = ('float32', 'float16')


def pack_segments(
    dataset: WeakLabelDataset,
    out: Union[str, Path],
    num_segments: int = 32,
    dtype: str = 'float32',
    track: Callable = iter,
    resampling: str = 'mean',
) -> Tuple[int, int]:
    """Write the segments of all videos; go on where a run was stopped.

    Args:
        dataset (WeakLabelDataset): The training videos, from their files.
        out (str or Path): Folder of the store.
        num_segments (int): S. Defaults to 32.
        dtype (str): 'float32', or 'float16' for half the space. Defaults to
            'float32'.
        track (Callable): Wraps the list of rows to write, to show progress.
        resampling (str): How segments are made, see ``SegmentFeature``.
            Defaults to 'mean'.

    Returns:
        tuple[int, int]: Rows written, and rows that were there.

    Raises:
        OSError: If the disk is full; names the file.
        ValueError: If a file is bad or changes meanwhile, a value is too
            large for float16, or ``out`` is no folder.
    """
    if dtype not in DTYPES:
        raise ValueError(f'dtype must be one of {DTYPES}, found {dtype!r}')
    out = Path(out)
    if out.exists() and not out.is_dir():
        raise ValueError(
            f'{out}: expected the folder of a store, found a file'
        )
    entries = [dataset.get_data_info(i) for i in range(len(dataset))]
    index = _describe(dataset, entries, num_segments, dtype, resampling)
    if _is_packed(out, index):
        return 0, len(entries)
    make_folder(out)
    with naming(out / index['data']):
        part = _Part(out, index, dtype)
    pipeline = Compose(
        [
            dict(type='LoadFeature'),
            dict(
                type='SegmentFeature',
                num_segments=num_segments,
                resampling=resampling,
            ),
        ]
    )
    missing = [i for i in range(len(entries)) if i not in part.done]
    with naming(part.target), part:
        for row in track(missing):
            results = pipeline(dict(entries[row]))
            expected = index['videos'][entries[row]['video']]
            # Remote files tell T when they are read.
            expected['num_snippets'] = results['num_snippets']
            found = source_stats(results['feature_files'], dataset.data_prefix)
            if found != expected['files']:
                raise ValueError(
                    f'{entries[row]["video"]!r}: its feature files changed '
                    'while they were packed; start again when they are done'
                )
            part.write(row, _rounded(results, dtype), results['num_snippets'])
    for row, length in part.done.items():
        index['videos'][entries[row]['video']]['num_snippets'] = length
    with naming(part.target):
        part.finish()
    _write_index(out, index)
    return len(missing), len(entries) - len(missing)


def pack_nothing(out: Union[str, Path]) -> None:
    """Write the index of a shard that no video fell to.

    Args:
        out (str or Path): Folder of the store.

    Raises:
        OSError: If the disk is full; names the file.
    """
    _write_index(Path(out), dict(videos={}))


def _write_index(out: Path, index: dict) -> None:
    """Put the index in place; data files that it does not name go."""
    with atomic_path(out / INDEX) as temporary:
        temporary.write_text(
            json.dumps(index, ensure_ascii=False), encoding='utf-8'
        )
    for path in out.glob('segments-*'):
        if path.name != index.get('data'):
            path.unlink()


def _describe(
    dataset: WeakLabelDataset,
    entries: List[dict],
    num_segments: int,
    dtype: str,
    resampling: str,
) -> dict:
    """The index, with a key of what is packed and how."""
    videos: Dict[str, dict] = {}
    for row, entry in enumerate(entries):
        videos[entry['video']] = dict(
            row=row,
            num_snippets=None,
            files=source_stats(entry['feature_files'], dataset.data_prefix),
        )
    index = dict(
        num_segments=num_segments,
        num_crops=entries[0]['num_crops'],
        num_channels=entries[0]['num_channels'],
        layouts=layouts_as_json(entries[0]['feature_layouts']),
        videos=videos,
    )
    if resampling != 'mean':  # not said in older stores
        index['resampling'] = resampling
    text = json.dumps([index, dtype], sort_keys=True)
    key = hashlib.blake2b(text.encode(), digest_size=6).hexdigest()
    record = gather_record(entries)
    # Not in the key: older stores of the same rows stay.
    made_with = dict(settings=record.settings, weights=record.weights)
    return dict(data=f'segments-{key}.npy', **index, made_with=made_with)


def _is_packed(out: Path, index: dict) -> bool:
    """Whether a finished store of just this is there."""
    try:
        return Path(SegmentStore(out).data).name == index['data']
    except (OSError, ValueError):
        return False


def _rounded(results: dict, dtype: str) -> np.ndarray:
    """(N, S, C) of the store's type."""
    feature = results['feature'].swapaxes(0, 1)
    with np.errstate(over='ignore'):
        row = np.ascontiguousarray(feature, dtype)
    if not np.isfinite(row).all():
        raise ValueError(
            f'video {results["video"]!r}: expected features that fit into '
            f'{dtype}, found one of {np.abs(feature).max():g}; pack as '
            'float32'
        )
    return row


class _Part:
    """The unfinished data file and the record of its rows.

    Attributes:
        done (dict[int, int]): Row -> T of its video.
    """

    def __init__(self, out: Path, index: dict, dtype: str) -> None:
        self.target = out / index['data']
        self.path = self.target.with_suffix('.npy.part')
        self.record = self.target.with_suffix('.progress')
        self.shape = (
            index['num_crops'],
            index['num_segments'],
            index['num_channels'],
        )
        self.bytes = int(np.prod(self.shape)) * np.dtype(dtype).itemsize
        videos = len(index['videos'])
        # The rows are the file's end; before them is a header.
        if self._size() <= videos * self.bytes:
            self.record.unlink(missing_ok=True)
            # A file of holes. One that a full disk or a kill has left without
            # its rows is made anew.
            rows = np.lib.format.open_memmap(
                self.path, 'w+', np.dtype(dtype), (videos, *self.shape)
            )
            del rows
        self.begin = self._size() - videos * self.bytes
        self.done = self._valid_rows()

    def _size(self) -> int:
        return self.path.stat().st_size if self.path.exists() else 0

    def _valid_rows(self) -> Dict[int, int]:
        """Rows that the record names and whose bytes are as it says."""
        done: Dict[int, int] = {}
        if not self.record.exists():
            return done
        with open(self.path, 'rb') as data:
            for line in self.record.read_text().splitlines():
                try:
                    row, length, checksum = json.loads(line)
                except (ValueError, TypeError):
                    continue  # torn by a kill
                data.seek(self.begin + row * self.bytes)
                if zlib.crc32(data.read(self.bytes)) == checksum:
                    done[row] = length
        return done

    def __enter__(self) -> '_Part':
        # Plain writing: on a full disk it fails with an error, where a
        # memory map would kill the process.
        self.data = open(self.path, 'r+b')
        self.lines = open(self.record, 'a')
        self.lines.write('\n')  # a torn line must not swallow the next
        return self

    def __exit__(self, *error) -> None:
        self.data.close()
        self.lines.close()

    def write(self, row: int, segments: np.ndarray, length: int) -> None:
        """Write a row, then note it."""
        content = segments.tobytes()
        self.data.seek(self.begin + row * self.bytes)
        self.data.write(content)
        self.data.flush()
        self.lines.write(f'{json.dumps([row, length, zlib.crc32(content)])}\n')
        self.lines.flush()
        self.done[row] = length

    def finish(self) -> None:
        """Give the data file its final name, on the disk for good."""
        with open(self.path, 'rb') as data:
            os.fsync(data.fileno())
        os.replace(self.path, self.target)
        self.record.unlink()
