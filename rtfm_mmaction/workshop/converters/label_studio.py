"""Annotations as Label Studio exports them, as JSON or JSON-MIN.

Of the tag ``TimelineLabels`` (https://labelstud.io/tags/timelinelabels) come
``ranges`` of frames, counted from 1 with both ends included; of ``Labels`` on
a player of sound or video ``start`` and ``end`` in seconds; of ``Choices``
classes of the whole video. A task that was annotated without any of them is a
normal video; one that nobody has annotated, or that was skipped, is passed
over and told.

::

    [{"data": {"video": "/data/upload/3/cam1.mp4"},
      "annotations": [{"result": [
        {"type": "timelinelabels",
         "value": {"ranges": [{"start": 17, "end": 32}],
                   "timelinelabels": ["Fighting"]}}]}]}]
"""

import re
import warnings
from pathlib import Path
from typing import Any, Dict, List, Mapping, Optional, Sequence, Tuple, Union
from urllib.parse import parse_qs, unquote, urlsplit

from ...io.inputs import EXTENSIONS
from ...io.reading import read_json, without_doubles
from .entries import frames_of
from .labels import Choices, check_choices
from .published import video_name
from .segments import (
    Segment,
    SegmentedVideo,
    entry_of,
    number,
    refuse_twice,
)

EXPECTED = 'an export of Label Studio (JSON or JSON-MIN)'
# What Label Studio puts before names of files that were uploaded.
UPLOADED = re.compile(r'^[0-9a-f]{8}-')
# Keys of JSON-MIN that are none of the project's.
OWN_KEYS = ('id', 'annotator', 'annotation_id', 'created_at', 'updated_at')


def convert_label_studio(
    train_export: Union[str, Path],
    test_export: Union[str, Path, None] = None,
    frame_counts: Optional[Mapping[str, int]] = None,
    fps: Optional[float] = None,
    normal_class: Sequence[str] = (),
    abnormal_class: Sequence[str] = (),
) -> Tuple[List[dict], Optional[List[dict]]]:
    """Convert exports.

    Args:
        train_export (str or Path): JSON file of the training videos.
        test_export (str or Path, optional): The same of test videos. Defaults
            to None: there are none.
        frame_counts (Mapping[str, int], optional): Video -> frames. Defaults
            to None.
        fps (float, optional): Frames per second of all videos, which regions
            in seconds need. Defaults to None: what ``data`` has as ``fps``.
        normal_class (Sequence[str]): Names of classes that are normal.
            Defaults to none.
        abnormal_class (Sequence[str]): Names of classes that are anomalies
            though they read as if they were normal. Defaults to none.

    Returns:
        tuple[list[dict], list[dict] or None]: Training and test videos, in
        the files' order.

    Raises:
        FileNotFoundError: If a file is missing.
        ValueError: If it is another one, or nothing tells the frames of its
            seconds; names file, task and key.
    """
    choices = Choices(normal_class, abnormal_class)
    train = _read(train_export, frame_counts, fps)
    refuse_twice(train)
    test = []
    if test_export is not None:
        test = _read(test_export, frame_counts, fps)
        refuse_twice(test, train)
    check_choices(
        choices,
        [
            label
            for video in [*train, *test]
            for label in [
                *(one.label for one in video.segments),
                *video.labels,
            ]
        ],
    )
    entries = [entry_of(video, choices, training=True) for video in train]
    if test_export is None:
        return entries, None
    return entries, [entry_of(video, choices) for video in test]


def _read(
    path: Union[str, Path],
    frame_counts: Optional[Mapping[str, int]],
    fps: Optional[float],
) -> List[SegmentedVideo]:
    tasks = read_json(path, EXPECTED, without_doubles)
    if not isinstance(tasks, list) or not tasks:
        raise ValueError(
            f'{path}: expected {EXPECTED}, a list of tasks, found '
            f'{str(tasks)[:60]!r}'
        )
    videos, left_out = [], []
    for index, task in enumerate(tasks):
        where = f'{path}: task {index + 1}'
        if not isinstance(task, dict):
            raise ValueError(
                f'{where}: expected an object, found {str(task)[:60]!r}'
            )
        data = task.get('data', task)
        name = _name(data, where)
        where += f', video {name!r}'
        results = _results(task, where)
        if results is None:
            left_out.append(name)
            continue
        frames = frames_of(name, frame_counts, where)
        rate = fps
        if rate is None and isinstance(data.get('fps'), (int, float)):
            rate = number(data['fps'], f'{where}: fps')
        segments: List[Segment] = []
        labels: List[str] = []
        for result in results:
            _take(result, where, rate, segments, labels)
        videos.append(SegmentedVideo(name, where, segments, labels, frames))
    if left_out:
        warnings.warn(
            f'{path}: {len(left_out)} of {len(tasks)} tasks are left out, as '
            f'nobody has annotated them, such as {left_out[0]!r}'
        )
    if not videos:
        raise ValueError(
            f'{path}: expected annotated tasks, found {len(tasks)} without '
            'annotations'
        )
    return videos


def _name(data: Any, where: str) -> str:
    """Name of the video that a task shows."""
    found = [
        value
        for key, value in (data.items() if isinstance(data, dict) else ())
        if isinstance(value, str)
        and (key == 'video' or _path(value).lower().endswith(EXTENSIONS))
    ]
    if not found:
        raise ValueError(
            f'{where}: data: expected the address of a video, found '
            f'{str(data)[:60]!r}'
        )
    name = video_name(_path(found[0]))
    return UPLOADED.sub('', name) if '/upload/' in found[0] else name


def _path(address: str) -> str:
    parts = urlsplit(address)
    # Of local storage: /data/local-files/?d=folder/cam1.mp4
    inner = parse_qs(parts.query).get('d')
    if inner:
        return inner[0]
    return unquote(parts.path) if parts.scheme else address


def _results(task: Dict[str, Any], where: str) -> Optional[List[Any]]:
    """Regions of the annotation that counts; None without one."""
    if 'data' not in task:  # JSON-MIN
        return [
            dict(value=value)
            for key, values in task.items()
            if key not in OWN_KEYS and isinstance(values, list)
            for value in values
        ] + [
            dict(value=dict(choices=[values]))
            for key, values in task.items()
            if key == 'choice' and isinstance(values, str)
        ]
    listed = task.get('annotations', task.get('completions'))
    if not isinstance(listed, list):
        raise ValueError(
            f'{where}: annotations: expected a list, found '
            f'{str(listed)[:60]!r}'
        )
    done = [
        one
        for one in listed
        if isinstance(one, dict) and not one.get('was_cancelled')
    ]
    if not done:
        return None
    # The one that was said to be true, else the last.
    chosen = next((one for one in done if one.get('ground_truth')), done[-1])
    if len(done) > 1:
        warnings.warn(
            f'{where}: {len(done)} annotations, of which '
            + (
                'the ground truth is taken'
                if chosen.get('ground_truth')
                else 'the last one is taken'
            )
        )
    results = chosen.get('result')
    if not isinstance(results, list):
        raise ValueError(
            f'{where}: result: expected a list, found {str(results)[:60]!r}'
        )
    return results


def _take(
    result: Any,
    where: str,
    fps: Optional[float],
    segments: List[Segment],
    labels: List[str],
) -> None:
    """Take a region, if it is one of time, or a choice."""
    value = result.get('value') if isinstance(result, dict) else None
    if not isinstance(value, dict):
        raise ValueError(
            f'{where}: value: expected an object, found {str(value)[:60]!r}'
        )
    labels += _names(value, 'choices', where)
    ranges = value.get('ranges', [])
    if not isinstance(ranges, list):
        raise ValueError(
            f'{where}: ranges: expected a list, found {str(ranges)[:60]!r}'
        )
    for label in _names(value, 'timelinelabels', where):
        for one in ranges:
            first, last = _ends(one, f'{where}: ranges')
            segments.append(Segment(label, first - 1, last))
    for label in _names(value, 'labels', where):
        if 'start' not in value:
            continue  # a box
        if fps is None or not 0 < fps < float('inf'):
            raise ValueError(
                f'{where}: expected what tells the frames of its seconds '
                f'(--fps), found {"none" if fps is None else fps}'
            )
        first, last = _ends(value, where)
        segments.append(Segment(label, first * fps, last * fps))


def _names(value: Dict[str, Any], key: str, where: str) -> List[str]:
    names = value.get(key, [])
    if not isinstance(names, list) or not all(
        isinstance(name, str) for name in names
    ):
        raise ValueError(
            f'{where}: {key}: expected a list of names, found '
            f'{str(names)[:60]!r}'
        )
    return names


def _ends(found: Any, where: str) -> Tuple[float, float]:
    if not isinstance(found, dict):
        raise ValueError(
            f'{where}: expected start and end, found {str(found)[:60]!r}'
        )
    first, last = (
        number(found.get(key), f'{where}: {key}') for key in ('start', 'end')
    )
    return first, last
