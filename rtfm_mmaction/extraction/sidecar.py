"""The JSON beside each features file: what was done to what.

It is written after the features, so that features without it are known to be
unfinished::

    {"video": {"file": "Test001.mp4", "bytes": 1257769, "frames": 180,
               "fps": 10.0},
     "features": {"shape": [11, 5, 1024], "snippets": 11},
     "settings": {...},      # whatever changes the numbers
     "weights_file": "inception_i3d_kinetics400.pth",
     "versions": {"torch": "2.13.0", ...}}
"""

import json
from pathlib import Path
from typing import Any, BinaryIO, Callable, Dict, Iterable, Tuple, Union

import numpy as np

from ..io.atomic import atomic_path


def write_features(
    path: Union[str, Path],
    rows: Iterable[np.ndarray],
    record: Callable[[], Dict[str, Any]],
) -> None:
    """Write features and their side-car, each whole or not at all.

    The features go to the disk as they come, so that those of a long video
    need no memory.

    Args:
        path (str or Path): ``DIR/<video>.npy``.
        rows (Iterable[np.ndarray]): T times (N, C), float32, at least once.
        record (Callable): What gives the side-car but for the key
            ``features``, once the rows are through.
    """
    path = Path(path)
    sidecar = path.with_name(f'{path.stem}.json')
    with atomic_path(path) as temporary:
        shape = _append_rows(temporary, rows)
        # An old side-car must not stand beside new features.
        sidecar.unlink(missing_ok=True)
    content = dict(
        record(), features=dict(shape=list(shape), snippets=shape[0])
    )
    with atomic_path(sidecar) as temporary:
        temporary.write_text(
            json.dumps(content, indent=1, ensure_ascii=False) + '\n',
            encoding='utf-8',
        )


def _append_rows(path: Path, rows: Iterable[np.ndarray]) -> Tuple[int, ...]:
    """Write a .npy file whose length shows at its end; returns its shape."""
    count = 0
    with open(path, 'wb') as file:
        for row in rows:
            if count == 0:
                _write_header(file, (0, *row.shape))
            file.write(np.ascontiguousarray(row, np.float32))
            count += 1
        # numpy leaves room in the header for a first axis of any length.
        file.seek(0)
        _write_header(file, (count, *row.shape))
    return (count, *row.shape)


def _write_header(file: BinaryIO, shape: Tuple[int, ...]) -> None:
    """Write the header of a float32 array."""
    np.lib.format.write_array_header_1_0(
        file, dict(descr='<f4', fortran_order=False, shape=shape)
    )


def is_done(
    path: Union[str, Path], video: Union[str, Path], settings: Dict[str, Any]
) -> bool:
    """Whether a video's features are there, whole and made as they should be.

    Args:
        path (str or Path): ``DIR/<video>.npy``.
        video (str or Path): The video.
        settings (dict): The present settings, of plain JSON values.

    Raises:
        ValueError: If features are there that were made from another video or
            with other settings, saying which.
    """
    path = Path(path)
    sidecar = path.with_name(f'{path.stem}.json')
    if not (path.is_file() and sidecar.is_file()):
        return False
    try:
        record = json.loads(sidecar.read_text(encoding='utf-8'))
        found = dict(record['settings'], bytes=record['video']['bytes'])
        shape = record['features']['shape']
    except (ValueError, LookupError, TypeError) as error:
        raise ValueError(
            f'{sidecar}: expected the side-car of features, found something '
            f'else ({error!r}); --overwrite makes it again'
        ) from error
    expected = dict(settings, bytes=Path(video).stat().st_size)
    differing = [
        f'{key}: found {found.get(key)!r}, expected {expected.get(key)!r}'
        for key in sorted({*found, *expected})
        if found.get(key) != expected.get(key)
    ]
    if differing:
        raise ValueError(
            f'{path} was made with other settings '
            f'({"; ".join(differing)}); choose another folder, '
            'or --overwrite to make it again'
        )
    try:
        return list(np.load(path, mmap_mode='r').shape) == shape
    except (OSError, ValueError):
        return False


def read_video_facts(path: Union[str, Path]) -> Tuple[float, int, int]:
    """What a features file's side-car says of the video's time.

    Args:
        path (str or Path): ``DIR/<video>.npy``.

    Returns:
        tuple[float, int, int]: Frames per second, frames of the video and
        frames of a snippet; zeros where no side-car tells them.
    """
    try:
        record = json.loads(
            Path(path).with_suffix('.json').read_text(encoding='utf-8')
        )
        return (
            float(record['video']['fps']),
            int(record['video']['frames']),
            int(record['settings']['snippet_len']),
        )
    except (OSError, ValueError, LookupError, TypeError):
        return 0.0, 0, 0
