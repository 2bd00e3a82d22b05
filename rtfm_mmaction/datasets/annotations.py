"""The JSON annotation file: what is known of each video.

One object with ``metainfo`` (``dataset``, ``subset``, ``classes``) and
``data_list``, of one object a video:

- ``video``: file name without extension;
- ``label``: 0 normal, 1 abnormal;
- ``class``: kind of anomaly, ``Normal`` for label 0;
- ``frames``: number of frames, null where it is not known;
- ``abnormal_intervals``: list of [start, end) in frames, from 0, sorted and
  apart from each other; null where they are not known (weak labels).
"""
import difflib
import json
from pathlib import Path
from typing import List, Sequence, Tuple, Union

from ..utils import atomic_path

KEYS = ('video', 'label', 'class', 'frames', 'abnormal_intervals')


def load_annotations(path: Union[str, Path]) -> Tuple[dict, List[dict]]:
    """Read an annotation file.

    Args:
        path (str or Path): The JSON file.

    Returns:
        tuple[dict, list[dict]]: ``metainfo`` and the checked videos.

    Raises:
        FileNotFoundError: If there is no such file.
        ValueError: If it is no JSON or breaks the format; names file, video,
            key, what was found and what was expected.
    """
    path = Path(path)
    if not path.is_file():
        raise FileNotFoundError(f'annotation file {path} does not exist')
    try:
        content = json.loads(path.read_text(encoding='utf-8'))
    except ValueError as error:
        raise ValueError(f'{path}: expected JSON, found {error}') from error
    if not isinstance(content, dict):
        raise ValueError(f'{path}: expected an object with metainfo and '
                         f'data_list, found a {type(content).__name__}')
    _check_keys(content, ('metainfo', 'data_list'), str(path))
    if not isinstance(content['metainfo'], dict):
        raise ValueError(f'{path}: metainfo must be an object, found '
                         f'{content["metainfo"]!r}')
    validate_annotations(content['data_list'], str(path))
    return content['metainfo'], content['data_list']


def save_annotations(path: Union[str, Path], metainfo: dict,
                     data_list: Sequence[dict]) -> None:
    """Write an annotation file, one video a line.

    Args:
        path (str or Path): Where to.
        metainfo (dict): ``dataset``, ``subset``, ``classes``.
        data_list (Sequence[dict]): The videos.

    Raises:
        ValueError: If a video breaks the format; nothing is written then.
    """
    validate_annotations(data_list, str(path))
    lines = ',\n'.join(
        json.dumps({key: video[key] for key in KEYS}, ensure_ascii=False)
        for video in data_list)
    head = json.dumps(metainfo, ensure_ascii=False)
    with atomic_path(path) as temporary:
        temporary.write_text(
            f'{{"metainfo": {head},\n"data_list": [\n{lines}\n]}}\n',
            encoding='utf-8')


def validate_annotations(data_list: Sequence[dict], source: str) -> None:
    """Check all videos.

    Args:
        data_list (Sequence[dict]): The videos.
        source (str): What to call them in errors.

    Raises:
        ValueError: At the first fault.
    """
    if not isinstance(data_list, (list, tuple)) or not data_list:
        raise ValueError(f'{source}: data_list must be a list of videos, '
                         f'found {data_list!r}')
    seen = set()
    for index, video in enumerate(data_list):
        if not isinstance(video, dict):
            raise ValueError(f'{source}, entry {index}: expected an object, '
                             f'found {video!r}')
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
            raise ValueError(f'{where}: found unknown key {key!r}, expected '
                             f'{", ".join(expected)}{hint}')
    for key in expected:
        if key not in found:
            raise ValueError(f'{where}: key {key!r} is missing')


def _check_video(video: dict, where: str) -> None:
    name, kind = video['video'], video['class']
    if not (isinstance(name, str) and name):
        raise ValueError(f'{where}: video must be a name, found {name!r}')
    if not (isinstance(kind, str) and kind):
        raise ValueError(f'{where}: class must be a name, found {kind!r}')
    if not _is_integer(video['label']) or video['label'] not in (0, 1):
        raise ValueError(f'{where}: label must be 0 (normal) or 1 (abnormal),'
                         f' found {video["label"]!r}')
    frames = video['frames']
    if frames is not None and not (_is_integer(frames) and frames > 0):
        raise ValueError(f'{where}: frames must be a positive number of frames'
                         f' or null, found {frames!r}')
    intervals = video['abnormal_intervals']
    if intervals is None:
        return
    if not isinstance(intervals, (list, tuple)):
        raise ValueError(f'{where}: abnormal_intervals must be a list of '
                         f'[start, end) or null, found {intervals!r}')
    if intervals and video['label'] == 0:
        raise ValueError(f'{where}: a normal video (label 0) has no abnormal '
                         f'intervals, found {intervals!r}')
    end_before = 0
    for interval in intervals:
        if not (isinstance(interval, (list, tuple)) and len(interval) == 2
                and all(map(_is_integer, interval))):
            raise ValueError(f'{where}: an abnormal interval is [start, end) '
                             f'in frames, found {interval!r}')
        start, end = interval
        if not end_before <= start < end:
            raise ValueError(
                f'{where}: abnormal intervals must be sorted and apart, with '
                f'start < end, found {interval!r} behind frame {end_before}')
        if frames is not None and end > frames:
            raise ValueError(f'{where}: abnormal interval {interval!r} ends '
                             f'beyond the video\'s {frames} frames')
        end_before = end


def _is_integer(value) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
