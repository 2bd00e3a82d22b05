"""What of a list of videos has its features, whoever made them."""

import json
import re
from contextlib import closing
from pathlib import Path
from typing import (
    Any,
    Dict,
    List,
    Mapping,
    NamedTuple,
    Optional,
    Set,
    Union,
)

from ..io.reading import read_json
from ..io.shards import Shard, missing_shards
from ..io.threads import in_threads
from ..io.writing import whole_file
from .many_videos import Summary, features_path
from .sidecar import is_done

# What a shard notes beside the features: which videos failed, and why.
NOTE = re.compile(r'\.failed-([1-9][0-9]{0,8})-of-([1-9][0-9]{0,8})\.json')


class Presence(NamedTuple):
    """What there is of a list of videos.

    Attributes:
        there (list[str]): Videos with whole features, by name.
        failed (dict[str, str]): Name -> why, as a shard noted it.
        other (dict[str, str]): Name -> what is wrong with features that are
            there: of another make than the first ones, or of another video.
        missing (list[str]): All others.
        open (list[str]): Shards that have not come to their end, of the
            counts of which one has; see :func:`.missing_shards`.
    """

    there: List[str]
    failed: Dict[str, str]
    other: Dict[str, str]
    missing: List[str]
    open: List[str]


def note_path(out: Path, shard: Shard) -> Path:
    """Where a shard notes what failed.

    Args:
        out (Path): Folder of the features.
        shard (Shard): The shard.
    """
    return out / f'.failed-{shard.stem}.json'


def write_note(out: Path, shard: Shard, summary: Summary) -> None:
    """Note that a shard has come to its end, and what failed.

    Args:
        out (Path): Folder of the features.
        shard (Shard): The shard.
        summary (Summary): What became of its videos.

    Raises:
        OSError: If it cannot be written.
        RemoteError: The same of an address.
    """
    with whole_file(note_path(out, shard)) as temporary:
        temporary.write_text(
            json.dumps(summary.failed, ensure_ascii=False) + '\n',
            encoding='utf-8',
        )


def look_for_features(videos: Mapping[str, Path], out: Path) -> Presence:
    """Look what of a list of videos has its features.

    No video is opened: its size has to be that which the side-car says.

    Args:
        videos (Mapping[str, Path]): Name -> video.
        out (Path): Folder of the features, or its address.

    Returns:
        Presence: By name, in the order given.

    Raises:
        ValueError: If a shard's note is no such thing.
    """
    found = Presence([], {}, {}, [], [])
    reasons = _read_notes(out, found.open)
    with closing(
        in_threads(lambda name: _settings(features_path(out, name)), videos)
    ) as all_settings:
        settings = next(filter(None, all_settings), None)

    def is_there(name: str) -> Union[bool, str]:
        try:
            return settings is not None and is_done(
                features_path(out, name), videos[name], settings
            )
        except (OSError, ValueError) as error:
            return str(error)

    for name, there in zip(videos, in_threads(is_there, videos)):
        if isinstance(there, str):
            found.other[name] = there
        elif there:
            found.there.append(name)
        elif name in reasons:
            found.failed[name] = reasons[name]
        else:
            found.missing.append(name)
    return found


def _settings(features: Path) -> Optional[Dict[str, Any]]:
    """What features were made with, where that can be read."""
    sidecar = features.with_suffix('.json')
    try:
        return dict(read_json(sidecar, 'the side-car of features')['settings'])
    except (OSError, ValueError, LookupError, TypeError):
        return None


def _read_notes(out: Path, still_open: List[str]) -> Dict[str, str]:
    """Reasons of all notes; fills in the shards that wrote none."""
    reasons: Dict[str, str] = {}
    ended: Dict[int, Set[int]] = {}
    for path in sorted(out.glob('.failed-*.json')):
        match = NOTE.fullmatch(path.name)
        if match is None:
            continue
        number, count = map(int, match.groups())
        if number > count:
            continue
        ended.setdefault(count, set()).add(number)
        note = read_json(path, 'what of a shard failed')
        if not isinstance(note, dict):
            raise ValueError(
                f'{path}: expected names and reasons, found '
                f'{type(note).__name__}'
            )
        reasons.update({name: str(why) for name, why in note.items()})
    for count in sorted(ended):
        still_open.extend(missing_shards(ended[count], count))
    return reasons
