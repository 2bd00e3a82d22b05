"""What each of many videos is in the mean, going on where a run was stopped.

A line of ``OUT.part`` says of each video that has been read what it was in
the mean, so that a run that comes after a kill reads the others alone.

Shapes: V videos, S segments, N crops, C channels.
"""

import base64
import json
import zlib
from pathlib import Path
from typing import Callable, Dict, List, Optional, Sequence, Tuple, Union

import numpy as np
from mmengine.dataset import Compose

from ..io.atomic import make_folder, naming
from .segment_store import layouts_as_json, source_stats
from .weak_label_dataset import WeakLabelDataset


def mean_features(
    dataset: WeakLabelDataset,
    entries: Sequence[dict],
    part: Union[str, Path],
    track: Callable = iter,
) -> Tuple[np.ndarray, int]:
    """Average the features of videos over segments and crops.

    Args:
        dataset (WeakLabelDataset): Whose pipeline loads the features and
            brings them to segments, where it does so.
        entries (Sequence[dict]): V of its data list, at least one.
        part (str or Path): File of what is done; kept.
        track (Callable): Wraps the list of videos to read, to show progress.

    Returns:
        tuple[np.ndarray, int]: (V, C) float64, and how many videos were read;
        the others stood in ``part``.

    Raises:
        OSError: If the disk is full; names the file.
        ValueError: If a feature file is bad.
    """
    part = Path(part)
    pipeline = Compose(
        [
            step
            for step in dataset.pipeline.transforms
            if type(step).__name__ in ('LoadFeature', 'SegmentFeature')
        ]
    )
    settings = [
        (type(step).__name__, vars(step)) for step in pipeline.transforms
    ]
    keys = [_key(entry, dataset, settings) for entry in entries]
    channels = entries[0]['num_channels']
    rows = _read(part, channels)
    missing = [index for index, key in enumerate(keys) if key not in rows]
    make_folder(part.parent)
    with naming(part), open(part, 'a', encoding='ascii') as lines:
        lines.write('\n')  # a torn line must not swallow the next
        for index in track(missing):
            feature = pipeline(dict(entries[index]))['feature']
            row = feature.mean((0, 1), dtype=np.float64)
            rows[keys[index]] = row
            lines.write(f'{_line(keys[index], row)}\n')
            lines.flush()
    return np.stack([rows[key] for key in keys]), len(missing)


def _key(entry: dict, dataset: WeakLabelDataset, settings: list) -> str:
    """What a video's mean follows from."""
    files: Optional[dict] = None
    if entry.get('store') is None:
        files = source_stats(entry['feature_files'], dataset.data_prefix)
    return json.dumps(
        [
            entry['video'],
            files,
            layouts_as_json(entry['feature_layouts']),
            entry.get('store'),
            settings,
        ]
    )


def _line(key: str, row: np.ndarray) -> str:
    content = row.tobytes()
    text = base64.b64encode(content).decode('ascii')
    return json.dumps([key, text, zlib.crc32(content)])


def _read(part: Path, channels: int) -> Dict[str, np.ndarray]:
    """The means that stand in a file, whole ones of C numbers alone."""
    rows: Dict[str, np.ndarray] = {}
    if not part.is_file():
        return rows
    lines: List[str] = part.read_text('ascii', errors='replace').splitlines()
    for line in lines:
        try:
            key, text, checksum = json.loads(line)
            content = base64.b64decode(text, validate=True)
        except (ValueError, TypeError):
            continue  # torn by a kill
        row = np.frombuffer(content, np.uint8)
        if len(row) == 8 * channels and zlib.crc32(content) == checksum:
            rows[key] = np.frombuffer(content, np.float64)
    return rows
