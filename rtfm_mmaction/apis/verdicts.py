"""What a person said of events, as the report's page saves it.

``verdicts.json``::

    {"format": "rtfm_mmaction.verdicts/1",
     "detector": "…",
     "verdicts": [{"video": "cam1", "source": "videos/cam1.mp4",
                   "start": 12.8, "end": 19.2,
                   "verdict": "wrong", "note": "a bird"}]}

``detector`` is the digest of the detector whose events were judged, or null;
``source`` the file of the video, or null; times are in seconds of the video.
"""

import math
from pathlib import Path
from typing import Any, Dict, List, NamedTuple, Optional, Sequence, Union

from ..io.reading import read_json, without_doubles

FORMAT = 'rtfm_mmaction.verdicts/1'
EXPECTED = "verdicts as the report's page saves them"
KEYS = ('format', 'detector', 'verdicts')
VERDICTS = ('right', 'wrong')
NAMES = {str: 'text', int: 'a number', list: 'a list', type(None): 'null'}


class Verdict(NamedTuple):
    """A stretch of a video and what a person said of it.

    Attributes:
        video (str): Name.
        source (str, optional): The file, as it was given when the video was
            scored; None of what was no video.
        start (float): Seconds, >= 0.
        end (float): Seconds, above ``start``.
        right (bool): Whether there is an anomaly; False of a false alarm.
        note (str): What the person wrote; empty as a rule.
    """

    video: str
    source: Optional[str]
    start: float
    end: float
    right: bool
    note: str


def read_verdicts(path: Union[str, Path]) -> List[Verdict]:
    """Read verdicts.

    Args:
        path (str or Path): ``verdicts.json`` of a report's page.

    Returns:
        list[Verdict]: In the file's order; none of a video overlap.

    Raises:
        FileNotFoundError: If there is no such file.
        ValueError: If it is another one, or two verdicts overlap; says what
            is odd, and where.
    """
    content = read_json(path, EXPECTED, without_doubles)
    found = content.get('format') if isinstance(content, dict) else content
    if found != FORMAT:
        raise ValueError(
            f'{path}: expected {EXPECTED}, of the format {FORMAT!r}, found '
            f'{str(found)[:60]!r}'
        )
    _check_keys(content, KEYS, str(path))
    _check_kind(content, 'detector', (str, type(None)), str(path))
    _check_kind(content, 'verdicts', (list,), str(path))
    verdicts = [
        _verdict(entry, f'{path}: verdicts[{number}]')
        for number, entry in enumerate(content['verdicts'])
    ]
    _refuse_overlaps(verdicts, str(path))
    return verdicts


def _verdict(entry: Any, where: str) -> Verdict:
    if not isinstance(entry, dict):
        raise ValueError(
            f'{where}: expected an object, found {str(entry)[:60]!r}'
        )
    _check_keys(
        entry, ('video', 'source', 'start', 'end', 'verdict', 'note'), where
    )
    _check_kind(entry, 'video', (str,), where)
    _check_kind(entry, 'source', (str, type(None)), where)
    _check_kind(entry, 'note', (str,), where)
    for key in ('start', 'end'):
        _check_kind(entry, key, (int, float), where)
    start, end = _number(entry['start']), _number(entry['end'])
    if not (0 <= start < end < math.inf):
        raise ValueError(
            f'{where}: expected 0 <= start < end, in seconds, found '
            f'{start:g} and {end:g}'
        )
    if not entry['video']:
        raise ValueError(f'{where}: video: expected a name, found none')
    if entry['verdict'] not in VERDICTS:
        raise ValueError(
            f'{where}: verdict: expected one of {", ".join(VERDICTS)}, found '
            f'{str(entry["verdict"])[:60]!r}'
        )
    return Verdict(
        entry['video'],
        entry['source'],
        start,
        end,
        entry['verdict'] == 'right',
        entry['note'],
    )


def _number(value: Union[int, float]) -> float:
    try:
        return float(value)
    except OverflowError:  # an integer of hundreds of digits
        return math.inf


def _check_keys(
    found: Dict[str, Any], expected: Sequence[str], where: str
) -> None:
    odd = [key for key in found if key not in expected]
    missing = [key for key in expected if key not in found]
    if odd or missing:
        what = (
            f'an unknown key {odd[0][:60]!r}' if odd else f'no {missing[0]!r}'
        )
        raise ValueError(
            f'{where}: expected the keys {", ".join(expected)}, found {what}'
        )


def _check_kind(
    found: Dict[str, Any], key: str, kinds: Sequence[type], where: str
) -> None:
    value = found[key]
    # A bool is an int to Python.
    if isinstance(value, bool) or not isinstance(value, tuple(kinds)):
        names = ' or '.join(NAMES[kind] for kind in kinds if kind is not float)
        raise ValueError(
            f'{where}: {key}: expected {names}, found {str(value)[:60]!r}'
        )


def _refuse_overlaps(verdicts: Sequence[Verdict], where: str) -> None:
    """Refuse two verdicts on one moment; the page writes none such."""
    order = sorted(verdicts, key=lambda one: (one.video, one.start, one.end))
    for first, second in zip(order, order[1:]):
        if first.video == second.video and second.start < first.end:
            raise ValueError(
                f'{where}: {first.video}: expected one verdict on a stretch '
                f'of a video, found two that overlap, {_span(first)} and '
                f'{_span(second)}'
            )


def _span(verdict: Verdict) -> str:
    return f'{verdict.start:g} to {verdict.end:g} s'
