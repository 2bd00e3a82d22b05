"""A learned threshold in a file, with what it stands on.

JSON with ``version``; ``rule``, all settings of an ``EventRule``;
``made_with``, see :class:`~rtfm_mmaction.apis.made_with.MadeWith`; and
``normal``: ``hours`` of normal video, ``events`` that the rule finds in them,
``videos``, how many these are, and ``asked_per_hour``, the rate that was
asked for.
"""

import json
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any, Dict, NamedTuple, Union

from ..evaluation.functional.alarm_rates import AlarmRate
from ..evaluation.functional.events import EventRule
from ..io.atomic import atomic_path
from ..io.reading import read_json
from .made_with import MadeWith

VERSION = 1
# Beyond it floats do not tell integers apart.
MAX_INTEGER = 2**53
KEYS = ('version', 'rule', 'made_with', 'normal')


class StoredThreshold(NamedTuple):
    """A rule and what it stands on.

    Attributes:
        rule (EventRule): With the threshold.
        made_with (MadeWith): What the normal scores were made with.
        rate (AlarmRate): Events in the normal videos, and their hours.
        videos (int): How many normal videos.
        asked_per_hour (float): Rate of false alarms that was asked for.
    """

    rule: EventRule
    made_with: MadeWith
    rate: AlarmRate
    videos: int
    asked_per_hour: float


def save_threshold(path: Union[str, Path], threshold: StoredThreshold) -> None:
    """Write a threshold, whole or not at all.

    Args:
        path (str or Path): JSON file to write.
        threshold (StoredThreshold): What to write.

    Raises:
        OSError: If it cannot be written.
    """
    rule, made_with, rate, videos, asked = threshold
    content = dict(
        version=VERSION,
        rule=asdict(rule),
        made_with=made_with.to_dict(),
        normal=dict(
            hours=rate.hours,
            events=rate.events,
            videos=videos,
            asked_per_hour=asked,
        ),
    )
    with atomic_path(Path(path)) as temporary:
        temporary.write_text(
            json.dumps(content, indent=1, allow_nan=False) + '\n',
            encoding='utf-8',
        )


def read_threshold(path: Union[str, Path]) -> StoredThreshold:
    """Read a threshold.

    Args:
        path (str or Path): JSON file of :func:`save_threshold`.

    Returns:
        StoredThreshold: What was written.

    Raises:
        FileNotFoundError: If there is no such file.
        ValueError: If it is another one; names the key.
    """
    content = read_json(path, 'a threshold as --save-threshold writes it')
    if not isinstance(content, dict) or set(content) != set(KEYS):
        raise ValueError(
            f'{path}: expected the keys {", ".join(KEYS)}, found '
            f'{str(content)[:60]}'
        )
    if content['version'] != VERSION:
        raise ValueError(
            f'{path}: expected a threshold of version {VERSION}, found '
            f'{content["version"]!r}'
        )
    try:
        normal = content['normal']
        rate = AlarmRate(int(normal['events']), float(normal['hours']))
        if not (rate.events >= 0 and rate.hours > 0):
            raise ValueError(f'found {rate.events} events in {rate.hours} h')
        return StoredThreshold(
            rule_of_json(content['rule']),
            MadeWith.of(content['made_with']),
            rate,
            int(normal['videos']),
            float(normal['asked_per_hour']),
        )
    except (LookupError, TypeError, ValueError, OverflowError) as error:
        raise ValueError(
            f'{path}: expected a threshold as --save-threshold writes it, '
            f'found another ({error})'
        ) from error


def rule_of_json(content: Dict[str, Any]) -> EventRule:
    """Read a rule for events.

    Args:
        content (dict): ``dataclasses.asdict`` of an ``EventRule``.

    Returns:
        EventRule: The rule.

    Raises:
        TypeError, ValueError: If it is none; names the key.
    """
    names = {field.name for field in fields(EventRule)}
    if not isinstance(content, dict):
        raise TypeError(f'rule: found {type(content).__name__}')
    if set(content) != names:
        odd = sorted(names ^ set(content))[0]
        raise ValueError(
            f'rule: {"no" if odd in names else "an unknown"} key {odd!r}'
        )
    for name, value in content.items():
        optional = name in ('low', 'high_logit') and value is None
        kind = str if name == 'smoothing_kind' else (int, float)
        if isinstance(value, bool) or not (
            optional or isinstance(value, kind)
        ):
            raise ValueError(f'rule.{name}: {value!r}')
        # JSON has integers of any length.
        if isinstance(value, int) and abs(value) > MAX_INTEGER:
            raise ValueError(
                f'rule.{name}: a number of {value.bit_length()} bits'
            )
    return EventRule(**content)
