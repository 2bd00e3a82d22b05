"""UCF-Crime's annotations of test videos as MATLAB files, one a video.

``Abuse028_x264.mat`` holds one struct ``Annotation_file``: ``VideoName``,
``EventName`` and ``Anno``, (k, 2) of integers, one interval a row, -1 -1 where
there is none. Integers come in the smallest type that holds them.
"""

import io
from pathlib import Path
from typing import Dict, List, Union

import numpy as np

from ...io.archives import check_matlab
from ...io.reading import list_files, read_bytes
from .published import Record, add_record, video_name

STRUCT = 'Annotation_file'
EXPECTED = 'a MATLAB file (version 5 to 7)'
# Version and byte order, behind 124 bytes of text that may be any. Version 4
# has no structs; version 7.3 is HDF5, which MATLAB's save -v7 avoids.
MAGIC = (b'\x00\x01IM', b'\x01\x00MI')


def read_mat_records(folder: Union[str, Path]) -> Dict[str, Record]:
    """Read a folder of MATLAB annotations.

    Args:
        folder (str or Path): With one ``.mat`` file a video.

    Returns:
        dict[str, Record]: Video name -> what a line of
        ``Temporal_Anomaly_Annotation.txt`` says: class, frame numbers. By
        name of file.

    Raises:
        FileNotFoundError: If there is no such folder.
        ValueError: If it holds no such file, or one is malformed; names the
            file, what was found and what was expected.
    """
    records: Dict[str, Record] = {}
    for path in list_files(folder, '.mat', 'a folder of .mat files'):
        struct = _read_struct(path)
        video = video_name(_text(struct, 'VideoName', path))
        if video != path.stem:
            raise ValueError(
                f'{path}: expected VideoName {path.stem!r} as the'
                f' file is called, found {video!r}'
            )
        fields = [_text(struct, 'EventName', path), *_numbers(struct, path)]
        add_record(records, video, Record(str(path), fields))
    return records


def _read_struct(path: Path) -> np.void:
    content = read_bytes(path, EXPECTED)
    if content[124:128] not in MAGIC:
        raise ValueError(
            f'{path}: expected {EXPECTED}, found one of '
            f'{len(content)} bytes that begins with '
            f'{content[:20]!r}'
        )
    # Here, because each start of each tool would wait for it.
    from scipy.io import loadmat

    try:
        check_matlab(content)
        variables = loadmat(io.BytesIO(content), variable_names=[STRUCT])
    except Exception as error:  # broken bytes raise kinds of all sorts
        raise ValueError(
            f'{path}: expected {EXPECTED}, found one of {len(content)} bytes '
            f'that cannot be read ({error})'
        ) from error
    struct = variables.get(STRUCT)
    if (
        not isinstance(struct, np.ndarray)
        or struct.size != 1
        or not {'VideoName', 'EventName', 'Anno'}
        <= set(struct.dtype.names or ())
    ):
        raise ValueError(
            f'{path}: expected one struct {STRUCT} with VideoName, EventName '
            f'and Anno, found {_described(struct)}'
        )
    return struct.flat[0]


def _text(struct: np.void, field: str, path: Path) -> str:
    value = struct[field]
    if not (
        isinstance(value, np.ndarray)
        and value.dtype.kind == 'U'
        and value.size == 1
        and value.item().strip()
    ):
        raise ValueError(
            f'{path}: expected a name in {field}, found {_described(value)}'
        )
    return value.item().strip()


def _numbers(struct: np.void, path: Path) -> List[str]:
    """Start and end of each row of Anno that is none of -1."""
    intervals = struct['Anno']
    if not (
        isinstance(intervals, np.ndarray)
        and intervals.dtype.kind in 'iuf'
        and (
            intervals.size == 0
            or intervals.ndim == 2
            and intervals.shape[1] == 2
        )
        # MATLAB's own numbers are floats; as text they are not 1e+03.
        and (intervals == np.floor(intervals)).all()
        and (np.abs(intervals) < 2**53).all()
    ):
        raise ValueError(
            f'{path}: expected integers of shape (k, 2) in Anno, '
            f'found {_described(intervals)}'
        )
    return [
        str(int(number))
        for row in intervals.tolist()
        if row != [-1, -1]
        for number in row
    ]


def _described(value) -> str:
    """A variable of a MATLAB file in a few words."""
    if value is None:
        return 'none'
    if not isinstance(value, np.ndarray):
        return f'a {type(value).__name__}'
    if value.dtype.names:
        return f'{value.size} with {", ".join(value.dtype.names)}'
    return f'{value.dtype} of shape {value.shape}, {value.tolist()!r:.60}'
