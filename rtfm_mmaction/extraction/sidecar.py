"""The JSON beside each features file: what was done to what.

It is written after the features, so that features without it are known to be
unfinished::

    {"video": {"file": "Test001.mp4", "bytes": 1257769, "frames": 180,
               "fps": 10.0},
     "features": {"shape": [11, 5, 1024], "snippets": 11},
     "settings": {...},      # whatever changes the numbers
     "weights_file": "inception_i3d_kinetics400.pth",
     "weights": {"checkpoint": "checkpoints/inception_i3d_kinetics400.pth"},
     "versions": {"torch": "2.13.0", ...}}

Of a video whose frame rate varies, ``video`` has ``snippet_ms``, too: how long
each snippet is shown, in milliseconds, the last one up to the video's end. And
``notes``, where there is something that a person should know of it.

Shapes: T snippets.
"""

import io
import json
import math
from pathlib import Path
from typing import (
    Any,
    BinaryIO,
    Callable,
    Dict,
    Iterable,
    List,
    NamedTuple,
    Optional,
    Tuple,
    Union,
)

import numpy as np

from ..datasets.ground_truth import MAX_SNIPPETS_OFF
from ..io.arrays import load_array
from ..io.reading import read_json
from ..io.remote import RemotePath, as_path, ask_bytes
from ..io.video_bytes import bytes_of
from ..io.writing import whole_file

# What a side-car may say; beyond that it is a slip or worse. A time-lapse has
# a frame in minutes, and some containers declare absurd rates, which those
# who use them judge.
MIN_FPS = 1e-4
LARGEST_FPS = 1e12
MAX_SNIPPET_LEN = 10**6
MAX_SNIPPET_MS = 10**9


def write_features(
    path: Union[str, Path],
    rows: Iterable[np.ndarray],
    record: Callable[[], Dict[str, Any]],
) -> None:
    """Write features and their side-car, each whole or not at all.

    The features go to the disk as they come, so that those of a long video
    need no memory.

    Args:
        path (str or Path): ``DIR/<video>.npy``, where DIR may be an address.
        rows (Iterable[np.ndarray]): T times (N, C), float32, at least once.
        record (Callable): What gives the side-car but for the key
            ``features``, once the rows are through.

    Raises:
        OSError: If they cannot be written.
        RemoteError: The same of an address.
    """
    path = as_path(path)
    sidecar = path.with_name(f'{path.stem}.json')
    with whole_file(path) as temporary:
        shape = _append_rows(temporary, rows)
        # An old side-car must not stand beside new features.
        sidecar.unlink(missing_ok=True)
    content = dict(
        record(), features=dict(shape=list(shape), snippets=shape[0])
    )
    with whole_file(sidecar) as temporary:
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
        path (str or Path): ``DIR/<video>.npy``, where DIR may be an address.
        video (str or Path): The video.
        settings (dict): The present settings, of plain JSON values.

    Raises:
        ValueError: If features are there that were made from another video or
            with other settings, saying which.
        RemoteError: If that of an address cannot be told.
    """
    path = as_path(path)
    sidecar = path.with_name(f'{path.stem}.json')
    if not (path.is_file() and sidecar.is_file()):
        return False
    try:
        record = read_json(sidecar, 'the side-car of features')
        found = dict(record['settings'], bytes=record['video']['bytes'])
        shape = record['features']['shape']
    except (ValueError, LookupError, TypeError) as error:
        raise ValueError(
            f'{sidecar}: expected the side-car of features, found something '
            f'else ({error!r}); --overwrite makes it again'
        ) from error
    expected = dict(settings, bytes=bytes_of(as_path(video)))
    if expected['bytes'] is None:  # a server that does not say it
        found.pop('bytes')
        expected.pop('bytes')
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
    if isinstance(path, RemotePath):  # whose header is not worth fetching
        return ask_bytes(path) == _bytes_of_array(shape)
    try:
        return list(load_array(path).shape) == shape
    except (OSError, ValueError):
        return False


def _bytes_of_array(shape: Any) -> int:
    """Size of the file that :func:`write_features` makes; 0 of no shape."""
    header = io.BytesIO()
    try:
        _write_header(header, tuple(shape))
        return len(header.getvalue()) + math.prod(shape) * 4
    except (TypeError, ValueError):
        return 0


def snippet_milliseconds(times: np.ndarray) -> List[int]:
    """How long each snippet is shown.

    Args:
        times (np.ndarray): (T + 1,) seconds, to the millisecond.

    Returns:
        list[int]: T lengths.
    """
    return np.diff(np.rint(times * 1000).astype(int)).tolist()


class VideoFacts(NamedTuple):
    """What a features file's side-car says of the video's time.

    Attributes:
        fps (float): Frames per second, on average; 0 where that is not known.
        frames (int): Of the video; 0 where that is not known.
        snippet_len (int): Frames of a snippet; 0 where that is not known.
        note (str): What a person should know of the video, or why the rest is
            not known; empty if nothing is wrong.
        snippet_times (np.ndarray, optional): (T + 1,) float64, seconds, where
            snippets begin and the video ends; None where ``fps`` tells it.
        settings (dict, optional): The extractor's; None where they are not
            known.
    """

    fps: float = 0.0
    frames: int = 0
    snippet_len: int = 0
    note: str = ''
    snippet_times: Optional[np.ndarray] = None
    settings: Optional[Dict[str, Any]] = None


def read_video_facts(path: Union[str, Path], snippets: int) -> VideoFacts:
    """Read what a features file's side-car says of the video's time.

    Whatever a side-car holds, nothing is raised: the features are sound, and
    the scores do not depend on it.

    Args:
        path (str or Path): ``DIR/<video>.npy``.
        snippets (int): T of the features, which frames have to go with.

    Returns:
        VideoFacts: Nothing without a side-car; a note in place of what cannot
        be.
    """
    sidecar = Path(path).with_suffix('.json')
    try:
        if not sidecar.is_file():
            return VideoFacts()
        record = read_json(sidecar, 'the side-car of features')
    except (OSError, ValueError) as error:
        return VideoFacts(note=f'{error}; its times are not used')
    try:
        return _facts(record, snippets)
    except ValueError as error:
        return VideoFacts(note=f'{sidecar}: {error}; its times are not used')


def _facts(record: Any, snippets: int) -> VideoFacts:
    """Facts of a side-car's record.

    Raises:
        ValueError: If one cannot be; says which.
    """
    try:
        video, settings = record['video'], record['settings']
        fps, frames = video['fps'], video['frames']
        length = settings['snippet_len']
    except (LookupError, TypeError) as error:
        raise ValueError(
            'expected video.fps, video.frames and settings.snippet_len, '
            f'found {_short(record)}'
        ) from error
    if not _is_int(length) or not 0 < length <= MAX_SNIPPET_LEN:
        raise ValueError(
            'settings.snippet_len: expected 1 to '
            f'{MAX_SNIPPET_LEN} frames, found {_short(length)}'
        )
    if not (_is_int(fps) or isinstance(fps, float)) or not (
        # Of a source that does not say, extraction notes what it has.
        fps == 0 or MIN_FPS <= fps <= LARGEST_FPS
    ):
        raise ValueError(
            f'video.fps: expected frames per second, {MIN_FPS:g} or more, '
            f'found {_short(fps)}'
        )
    if not _is_int(frames) or frames < 0:
        raise ValueError(
            'video.frames: expected a whole number of frames, found '
            f'{_short(frames)}'
        )
    if frames and abs(frames - length * snippets) > MAX_SNIPPETS_OFF * length:
        raise ValueError(
            f'video.frames: expected those of T = {snippets} snippets of '
            f'{length} frames, found {_short(frames)}'
        )
    notes = video.get('notes', [])
    if not isinstance(notes, list) or not all(
        isinstance(note, str) for note in notes
    ):
        raise ValueError(
            f'video.notes: expected sentences, found {_short(notes)}'
        )
    return VideoFacts(
        float(fps),
        frames,
        length,
        '; '.join(notes),
        _snippet_times(video.get('snippet_ms'), snippets),
        settings,
    )


def _snippet_times(lengths: Any, snippets: int) -> Optional[np.ndarray]:
    """Times of snippets from their lengths in milliseconds, if there are."""
    if lengths is None:
        return None
    if (
        not isinstance(lengths, list)
        or len(lengths) != snippets
        or not all(
            _is_int(length) and 0 <= length <= MAX_SNIPPET_MS
            for length in lengths
        )
    ):
        raise ValueError(
            f'video.snippet_ms: expected milliseconds of T = {snippets} '
            f'snippets, found {_short(lengths)}'
        )
    return np.cumsum([0, *lengths]) / 1000


def _short(value: Any) -> str:
    """A value for a sentence; Python refuses to write ints of any length."""
    try:
        text = repr(value)
    except ValueError:
        text = 'a number of thousands of digits'
    return text if len(text) <= 60 else f'{text[:57]}…'


def _is_int(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
