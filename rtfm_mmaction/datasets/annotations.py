"""The JSON annotation file: what is known of each video.

One object with ``metainfo`` (``dataset``, ``subset``, ``classes``; where it
was asked ``abnormal_classes``, those that read as if they were normal; where
several videos are of one camera or scene ``groups``, video -> its name) and
``data_list``, of one object a video:

- ``video``: file name without extension;
- ``label``: 0 normal, 1 abnormal;
- ``class``: kind of anomaly, ``Normal`` for label 0;
- ``frames``: number of frames, null where it is not known;
- ``abnormal_intervals``: list of [start, end) in frames, from 0, sorted and
  not overlapping, [] for a normal video; null where they are not known (weak
  labels). Test videos have them, or none of the abnormal ones has: then whole
  videos are told apart and not frames.
"""

import difflib
import json
from pathlib import Path
from typing import List, Sequence, Tuple, Union

from ..io.atomic import atomic_path
from ..io.reading import read_json, without_doubles

NORMAL = 'Normal'
KEYS = ('video', 'label', 'class', 'frames', 'abnormal_intervals')


def load_annotations(path: Union[str, Path]) -> Tuple[dict, List[dict]]:
    """Read an annotation file.

    Args:
        path (str or Path): The JSON file.

    Returns:
        tuple[dict, list[dict]]: ``metainfo`` and the checked videos.

    Raises:
        FileNotFoundError: If there is no such file.
        ValueError: If it cannot be read, is no JSON or breaks the format;
            names file, video, key, what was found and what was expected.
    """
    content = read_json(path, 'an annotation file', without_doubles)
    if not isinstance(content, dict):
        raise ValueError(
            f'{path}: expected an object with metainfo and '
            f'data_list, found a {type(content).__name__}'
        )
    _check_keys(content, ('metainfo', 'data_list'), str(path))
    validate_annotations(content['metainfo'], content['data_list'], str(path))
    return content['metainfo'], content['data_list']


def save_annotations(
    path: Union[str, Path], metainfo: dict, data_list: Sequence[dict]
) -> None:
    """Write an annotation file, one video a line.

    Args:
        path (str or Path): Where to.
        metainfo (dict): ``dataset``, ``subset``, ``classes``.
        data_list (Sequence[dict]): The videos.

    Raises:
        ValueError: If something breaks the format; nothing is written then.
    """
    validate_annotations(metainfo, data_list, str(path))
    lines = ',\n'.join(
        json.dumps({key: video[key] for key in KEYS}, ensure_ascii=False)
        for video in data_list
    )
    head = json.dumps(metainfo, ensure_ascii=False)
    with atomic_path(path) as temporary:
        temporary.write_text(
            f'{{"metainfo": {head},\n"data_list": [\n{lines}\n]}}\n',
            encoding='utf-8',
        )


def validate_annotations(
    metainfo: dict, data_list: Sequence[dict], source: str
) -> None:
    """Check metainfo and all videos.

    Args:
        metainfo (dict): ``dataset`` and ``subset``, names; ``classes`` and
            ``abnormal_classes``, lists of names; more is allowed, and none is
            needed.
        data_list (Sequence[dict]): The videos.
        source (str): What to call them in errors, such as the file's name.

    Raises:
        ValueError: At the first fault; names source, video, key, what was
            found and what was expected.
    """
    if not isinstance(metainfo, dict):
        raise ValueError(
            f'{source}: metainfo must be an object, found {metainfo!r}'
        )
    for key in ('dataset', 'subset'):
        if not _is_name(metainfo.get(key, key)):
            raise ValueError(
                f'{source}: metainfo: {key} must be a name, '
                f'found {metainfo[key]!r}'
            )
    for key in ('classes', 'abnormal_classes'):
        classes = metainfo.get(key, [])
        if not (
            isinstance(classes, (list, tuple)) and all(map(_is_name, classes))
        ):
            raise ValueError(
                f'{source}: metainfo: {key} must be a list of '
                f'names, found {classes!r}'
            )
    if not isinstance(data_list, (list, tuple)) or not data_list:
        raise ValueError(
            f'{source}: data_list must be a list of at least one '
            f'video, found {data_list!r}'
        )
    seen = set()
    for index, video in enumerate(data_list):
        if not isinstance(video, dict):
            raise ValueError(
                f'{source}, entry {index}: expected an object, found {video!r}'
            )
        where = f'{source}, video {video.get("video", f"#{index}")!r}'
        _check_keys(video, KEYS, where)
        _check_video(video, where)
        if video['video'] in seen:
            raise ValueError(f'{where}: found twice, expected once')
        seen.add(video['video'])


def _check_keys(found: dict, expected: Sequence[str], where: str) -> None:
    for key in found:
        if key not in expected:
            close = difflib.get_close_matches(str(key), expected, 1)
            hint = f'; did you mean {close[0]!r}?' if close else ''
            raise ValueError(
                f'{where}: found unknown key {key!r}, expected '
                f'{", ".join(expected)}{hint}'
            )
    for key in expected:
        if key not in found:
            raise ValueError(
                f'{where}: key {key!r} is missing, found '
                f'{", ".join(map(str, found)) or "none"}'
            )


def _check_video(video: dict, where: str) -> None:
    for key in ('video', 'class'):
        if not _is_name(video[key]):
            raise ValueError(
                f'{where}: {key} must be a name, found {video[key]!r}'
            )
    if not _is_integer(video['label']) or video['label'] not in (0, 1):
        raise ValueError(
            f'{where}: label must be 0 (normal) or 1 (abnormal),'
            f' found {video["label"]!r}'
        )
    if video['label'] == 1 and video['class'] == NORMAL:
        raise ValueError(
            f'{where}: class must be a kind of anomaly where '
            f'label is 1, found {NORMAL!r}'
        )
    frames = video['frames']
    if frames is not None and not (_is_integer(frames) and frames > 0):
        raise ValueError(
            f'{where}: frames must be a positive number of frames'
            f' or null, found {frames!r}'
        )
    if video['abnormal_intervals'] is not None:
        _check_intervals(video, where)


def _check_intervals(video: dict, where: str) -> None:
    intervals, frames = video['abnormal_intervals'], video['frames']
    if not isinstance(intervals, (list, tuple)):
        raise ValueError(
            f'{where}: abnormal_intervals must be a list of '
            f'[start, end) or null, found {intervals!r}'
        )
    if intervals and video['label'] == 0:
        raise ValueError(
            f'{where}: abnormal_intervals must be [] for a normal'
            f' video (label 0), found {intervals!r}'
        )
    if not intervals and video['label'] == 1:
        raise ValueError(
            f'{where}: abnormal_intervals of an abnormal video '
            '(label 1) must be at least one [start, end), or '
            f'null where they are not known, found {intervals!r}'
        )
    end_before = 0
    for interval in intervals:
        if not (
            isinstance(interval, (list, tuple))
            and len(interval) == 2
            and all(map(_is_integer, interval))
        ):
            raise ValueError(
                f'{where}: an abnormal interval must be '
                f'[start, end) in frames, found {interval!r}'
            )
        start, end = interval
        if not 0 <= start < end:
            raise ValueError(
                f'{where}: an abnormal interval must have '
                f'0 <= start < end, found {interval!r}'
            )
        if start < end_before:
            raise ValueError(
                f'{where}: abnormal intervals must be sorted and must not '
                f'overlap, found {interval!r} behind one that ends at '
                f'{end_before}'
            )
        if frames is not None and end > frames:
            raise ValueError(
                f'{where}: an abnormal interval must end within '
                f"the video's {frames} frames, found "
                f'{interval!r}'
            )
        end_before = end


def _is_name(value) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _is_integer(value) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
