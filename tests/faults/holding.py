"""Whether a fault keeps the two promises."""

import csv
import json
import shutil
from fnmatch import fnmatch
from pathlib import Path
from typing import Any, Dict, List

from tests.faults.commands import COMMANDS, Command
from tests.faults.explained import is_explained
from tests.faults.fault import (
    KILLED,
    RIGHT,
    TOLD,
    TOLD_OR_RIGHT,
    Fault,
)
from tests.faults.mounting import unmount
from tests.faults.place import Lab, outputs
from tests.faults.running import Ended
from tests.faults.same import same

TRACEBACK = 'Traceback (most recent call last)'
HIT = 'hit.txt'  # what an injected error was of, see injecting.py
SIGKILL = -9


class Broken(AssertionError):
    """A promise that was not kept; says which and how."""


def check(lab: Lab, fault: Fault) -> None:
    """Make a fault, and see whether both promises are kept.

    Args:
        lab (Lab): Where it is made.
        fault (Fault): The fault.

    Raises:
        Broken: If one is not.
    """
    command = COMMANDS[fault.command]
    expected = lab.expected(fault.command)
    place = lab.fresh()
    try:
        with fault.around(place):
            ended = lab.run(place, command, fault)
            _is_told(fault, ended, place)
            _is_whole(fault, command, ended, place, expected)
        command = command._replace(argv=[*command.argv, *fault.again])
        ended = lab.run(place, command)
        if ended.hung or ended.code:
            raise Broken(
                'the same command does not go on afterwards: ' + _words(ended)
            )
        found = {
            name: content
            for name, content in outputs(place, command)
            # Of an input that is no longer there.
            if name in expected or not _is_spoilt(name, fault)
        }
        _is_equal(found, expected, 'afterwards')
    finally:
        unmount()
        shutil.rmtree(place, ignore_errors=True)


def _is_spoilt(name: str, fault: Fault) -> bool:
    return any(fnmatch(name, pattern) for pattern in fault.spoils)


def _words(ended: Ended) -> str:
    return f'exit code {ended.code}, ' + ' / '.join(ended.lines[-4:])[-700:]


def _is_told(fault: Fault, ended: Ended, place: Path) -> None:
    """The first promise: what is not finished is told, in a sentence."""
    if ended.hung:
        raise Broken(f'hangs: {_words(ended)}')
    if fault.ends == KILLED:
        if ended.code not in (SIGKILL, 0):
            raise Broken(f'does not end by the kill: {_words(ended)}')
        return
    if (place / 'ran.txt').exists():
        raise Broken('code of a file was run')
    if ended.code < 0:
        raise Broken(f'ended by signal {-ended.code}: {_words(ended)}')
    if any(TRACEBACK in line for line in ended.lines):
        raise Broken(f'a traceback: {_words(ended)}')
    if fault.ends == TOLD and ended.code == 0:
        raise Broken(f'goes through: {_words(ended)}')
    if fault.ends == RIGHT and ended.code != 0:
        raise Broken(f'is refused: {_words(ended)}')
    if fault.ends == TOLD_OR_RIGHT and ended.code == 0:
        return
    wanted = list(fault.names)
    hit = place.with_name(f'{place.name}-{HIT}')
    if hit.exists():
        wanted.append(hit.read_text())
        hit.unlink()
    if fault.ends == RIGHT:
        return
    told = [
        line for line in ended.lines if all(name in line for name in wanted)
    ]
    if not told:
        raise Broken(f'no line names {wanted}: {_words(ended)}')
    if not any(map(is_explained, told)):
        raise Broken(f'docs/troubleshooting.md has none of: {told[-3:]}')


def _is_whole(
    fault: Fault,
    command: Command,
    ended: Ended,
    place: Path,
    expected: Dict[str, Any],
) -> None:
    """See that what the first run has finished is whole."""
    try:
        found = dict(outputs(place, command))
    except Exception as error:
        raise Broken(f'a half output: {error!r}') from error
    if fault.ends == RIGHT or (
        fault.ends == TOLD_OR_RIGHT and ended.code == 0
    ):
        return _is_equal(found, expected, 'though it was taken as right')
    for name, content in found.items():
        if _is_spoilt(name, fault):
            continue
        if any(fnmatch(name, pattern) for pattern in command.summaries):
            _parses(place / name)
        elif name.endswith('.jsonl'):  # grows with the stream
            if not same(content, expected[name][: len(content)]):
                raise Broken(f'{name} is another one')
        elif name not in expected:
            raise Broken(f'{name} is there, which is of no undisturbed run')
        elif not same(content, expected[name]) and not (
            name.endswith('last_checkpoint')
        ):
            raise Broken(f'{name} is there and another one')
    if fault.ends in (TOLD, TOLD_OR_RIGHT):
        for pattern in command.outputs:
            left = list(place.glob(f'{pattern.rpartition("/")[0]}/.tmp-*'))
            if left:
                raise Broken(f'leaves {left[0].relative_to(place)}')


def _parses(path: Path) -> None:
    try:
        if path.suffix == '.json':
            json.loads(path.read_text())
        elif path.suffix == '.csv':
            list(csv.DictReader(path.open(), strict=True))
        elif not path.read_text().rstrip().endswith('</html>'):
            raise ValueError('no end')
    except ValueError as error:
        raise Broken(f'{path.name} is half: {error}') from error


def _is_equal(
    found: Dict[str, Any], expected: Dict[str, Any], when: str
) -> None:
    """The second promise: the bytes of a run that was never disturbed."""
    if found.keys() != expected.keys():
        raise Broken(
            f'{when} other files: {sorted(found.keys() ^ expected.keys())}'
        )
    differing: List[str] = [
        name for name in found if not same(found[name], expected[name])
    ]
    if differing:
        raise Broken(f'{when} others: {", ".join(differing)}')
