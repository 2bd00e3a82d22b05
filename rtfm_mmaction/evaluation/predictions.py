"""The file of predictions: what a test run says of each video.

JSON with ``metainfo`` (where from: ``dataset``, ``subset``, ``config``,
``checkpoint``, ``snippet_len``, and true for ``scores_only_rank`` where 0.5 is
no more than any other score), ``metrics`` (figure by name) and ``videos``,
a list of ``video``, ``label``, ``class``, ``frames``,
``abnormal_intervals`` ([start, end) in frames; [] or null where label is 0,
null where the label alone is known),
``scores`` (T in 0..1) and, of a head that gives them, ``magnitudes`` (T, at
least 0), ``crop_scores`` (T lists of N) and ``logits`` (T), of which the
scores are the sigmoids. A metric that is not defined is null.
Shapes: T snippets, N crops.
"""

import json
import math
import os
import sys
from numbers import Integral, Real
from typing import Any, Dict, List, Tuple, Union

import numpy as np

from ..io.atomic import atomic_path
from ..io.reading import read_json

# What tells any two float32 apart: saturated scores differ in the last places,
# and their order is the AUC.
DIGITS = 9


def write_predictions(
    path: Union[str, os.PathLike],
    metainfo: Dict[str, Any],
    metrics: Dict[str, float],
    videos: List[Dict[str, Any]],
) -> None:
    """Write a file of predictions, whole or not at all.

    Args:
        path (str or PathLike): JSON file to write.
        metainfo (dict): Of data set and run; needs ``snippet_len``.
        metrics (dict[str, float]): Figures, NaN where not defined.
        videos (list[dict]): Entries as at the module's top; numpy arrays and
            numbers will do. Floats keep nine significant digits, all of a
            float32.

    Raises:
        ValueError: If :func:`read_predictions` would refuse it.
    """
    content = dict(
        metainfo=_plain(metainfo),
        metrics=_plain(metrics),
        videos=_plain(videos),
    )
    _check(content, str(path))
    with atomic_path(path) as temporary:
        temporary.write_text(
            json.dumps(content, ensure_ascii=False, allow_nan=False),
            encoding='utf-8',
        )


def read_predictions(
    path: Union[str, os.PathLike],
) -> Tuple[Dict[str, Any], Dict[str, float], List[Dict[str, Any]]]:
    """Read and check a file of predictions.

    Args:
        path (str or PathLike): JSON file.

    Returns:
        tuple[dict, dict, list[dict]]: ``metainfo``, ``metrics`` (NaN where
        null) and ``videos``; ``abnormal_intervals`` are None where label is 1
        and they are not known; ``scores`` and, where there are such,
        ``magnitudes`` and ``logits`` are float64 arrays of (T,),
        ``crop_scores`` of (T, N).

    Raises:
        FileNotFoundError: If there is no such file.
        ValueError: If it is not such a file; names file, video and key.
    """
    content = read_json(path, 'predictions as rtfm test --dump writes them')
    _check(content, str(path))
    metrics = {
        name: math.nan if value is None else value
        for name, value in content['metrics'].items()
    }
    for video in content['videos']:
        if video['label'] == 0:
            video['abnormal_intervals'] = []
        for key in ('scores', 'magnitudes', 'crop_scores', 'logits'):
            if key in video:
                video[key] = np.array(video[key], dtype=np.float64)
    return content['metainfo'], metrics, content['videos']


def _plain(value: Any) -> Any:
    """Turn arrays and numpy numbers into what JSON knows."""
    if isinstance(value, dict):
        return {str(key): _plain(entry) for key, entry in value.items()}
    if isinstance(value, np.ndarray):
        return _plain(value.tolist())
    if isinstance(value, (list, tuple)):
        return [_plain(entry) for entry in value]
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, Integral):
        return int(value)
    if isinstance(value, Real):
        value = float(value)
        # An infinite figure is as little a result as NaN is.
        return float(f'{value:.{DIGITS}g}') if math.isfinite(value) else None
    if isinstance(value, np.bool_):
        return bool(value)
    return str(value)


def _expect(holds: Any, where: str, found: Any, expected: str) -> None:
    if not holds:
        found = repr(found)
        if len(found) > 60:
            found = found[:57] + '…'
        raise ValueError(f'{where}: found {found}, expected {expected}')


def _is_int(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _check(content: Any, where: str) -> None:
    _expect(
        isinstance(content, dict)
        and {'metainfo', 'metrics', 'videos'} <= set(content),
        where,
        sorted(content) if isinstance(content, dict) else content,
        'an object with the keys metainfo, metrics, videos',
    )
    for key, kind in (('metainfo', dict), ('metrics', dict), ('videos', list)):
        _expect(
            isinstance(content[key], kind),
            f'{where}: {key}',
            content[key],
            'an object' if kind is dict else 'a list',
        )
    length = content['metainfo'].get('snippet_len')
    _expect(
        _is_int(length) and length > 0,
        f'{where}: metainfo: snippet_len',
        length,
        'the frames of a snippet, a positive integer',
    )
    for name, value in content['metrics'].items():
        _expect(
            value is None or _is_number(value),
            f'{where}: metrics: {name}',
            value,
            'a number or null',
        )
    names = set()
    for index, video in enumerate(content['videos']):
        _expect(
            isinstance(video, dict) and isinstance(video.get('video'), str),
            f'{where}: videos[{index}]',
            video,
            'an object with the name of the video under the key video',
        )
        _expect(
            video['video'] not in names,
            f'{where}: videos[{index}]',
            video['video'],
            'every video once',
        )
        names.add(video['video'])
        _check_video(video, f'{where}: {video["video"]}')


def _check_video(video: Dict[str, Any], where: str) -> None:
    for key in ('label', 'class', 'frames', 'abnormal_intervals', 'scores'):
        _expect(key in video, where, sorted(video), f'the key {key}')
    label, spans = video['label'], video['abnormal_intervals']
    _expect(
        _is_int(label) and 0 <= label <= 1, f'{where}: label', label, '0 or 1'
    )
    _expect(
        isinstance(video['class'], str),
        f'{where}: class',
        video['class'],
        'a name',
    )
    frames = video['frames']
    _expect(
        frames is None or (_is_int(frames) and frames > 0),
        f'{where}: frames',
        frames,
        'a positive integer or null',
    )
    if label == 0:
        _expect(
            spans in (None, []),
            f'{where}: abnormal_intervals',
            spans,
            '[] or null, as label is 0',
        )
    else:
        _expect(
            spans is None or _are_intervals(spans),
            f'{where}: abnormal_intervals',
            spans,
            'pairs [start, end) of frames, in order and apart, or null',
        )
    scores = video['scores']
    _expect(
        isinstance(scores, list)
        and len(scores) > 0
        and all(_within(value, 1.0) for value in scores),
        f'{where}: scores',
        scores,
        'a list of numbers in 0..1, one for each snippet',
    )
    if 'magnitudes' in video:
        _check_curve(video, 'magnitudes', 0.0, ', at least 0', where)
    if 'logits' in video:
        _check_curve(video, 'logits', -sys.float_info.max, '', where)
    if 'crop_scores' in video:
        _check_crops(video['crop_scores'], len(scores), where)


def _check_curve(
    video: Dict[str, Any], key: str, low: float, limits: str, where: str
) -> None:
    values, snippets = video[key], len(video['scores'])
    _expect(
        isinstance(values, list)
        and all(_within(value, sys.float_info.max, low) for value in values),
        f'{where}: {key}',
        values,
        f'a list of numbers{limits}',
    )
    _expect(
        len(values) == snippets,
        f'{where}: {key}',
        f'{len(values)} numbers',
        f'{snippets}, as many as scores',
    )


def _check_crops(crops: Any, snippets: int, where: str) -> None:
    _expect(
        isinstance(crops, list)
        and len(crops) == snippets
        and all(isinstance(row, list) and len(row) for row in crops)
        and len({len(row) for row in crops}) == 1
        and all(_within(value, 1.0) for row in crops for value in row),
        f'{where}: crop_scores',
        crops,
        f'{snippets} lists of numbers in 0..1, all of one length',
    )


def _within(value: Any, high: float, low: float = 0.0) -> bool:
    return _is_number(value) and low <= value <= high


def _are_intervals(spans: Any) -> bool:
    if not isinstance(spans, list):
        return False
    end = 0
    for span in spans:
        if not (
            isinstance(span, list)
            and len(span) == 2
            and all(map(_is_int, span))
            and end <= span[0] < span[1]
        ):
            return False
        end = span[1]
    return True
