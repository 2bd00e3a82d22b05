r"""Cameras and classes of videos, told by their ways.

Videos of one camera never stand on both sides of a fold, since a detector
knows again what it has seen.
"""

import re
from collections import Counter
from typing import Dict, List, NamedTuple, Optional, Sequence, Set, Tuple

# The kind of a video that lies in no folder of a class.
ANOMALY = 'Anomaly'
NORMAL = 'Normal'
# Names that a sentence tells.
SHOWN = 3


class Grouping(NamedTuple):
    """Cameras and classes of videos.

    Attributes:
        cameras (list[str or None]): Of each video; None where it makes a
            group of its own.
        kinds (list[str]): Of each video: ``'Normal'`` of label 0; of label 1
            its class, or ``'Anomaly'``.
        notes (list[str]): Sentences on how they were told.
    """

    cameras: List[Optional[str]]
    kinds: List[str]
    notes: List[str]


def group_ways(
    ways: Sequence[str], labels: Sequence[int], groups: Optional[str] = None
) -> Grouping:
    r"""Tell cameras and classes.

    A folder of the same name (of any case) on both sides is a camera; one of
    one side only a class. Of several cameras on a way the outermost counts,
    and a folder that all videos lie in tells nothing.

    Args:
        ways (Sequence[str]): Of all videos, with ``/``.
        labels (Sequence[int]): Theirs, 1 of abnormal ones.
        groups (str, optional): Regular expression that is searched for in
            each way. The camera is its first group, or else all that it
            matches. Defaults to None: folders tell.

    Returns:
        Grouping: Without cameras where there are fewer than two.

    Raises:
        ValueError: If ``groups`` is no regular expression, or a video does
            not match it.

    Examples:
        >>> ways = ['gate/a.mp4', 'hall/b.mp4', 'gate/c.mp4', 'hall/d.mp4']
        >>> group_ways(ways, [1, 1, 0, 0]).cameras
        ['gate', 'hall', 'gate', 'hall']
        >>> group_ways(['fire/a.mp4', 'b.mp4'], [1, 0]).kinds
        ['fire', 'Normal']
        >>> group_ways(['c1_a.mp4', 'c2_b.mp4'], [1, 0], r'c(\d)').cameras
        ['1', '2']
    """
    shared = _shared_folders(ways, labels)
    if groups is None:
        cameras = _by_folders(ways, shared)
        said = 'sub-folders of the same name on both sides'
    else:
        cameras = [*map(_matcher(groups), ways)]
        said = f'--groups {groups}'
    kinds = [
        _kind(way, shared, camera) if label else NORMAL
        for way, label, camera in zip(ways, labels, cameras)
    ]
    counts = Counter(camera for camera in cameras if camera is not None)
    if len(counts) < 2:
        found = f'one camera, {next(iter(counts))}' if counts else 'no cameras'
        note = (
            f'{found} by {said}: each video is a group of its own, and what '
            'a detector knows of a camera from another video may flatter the '
            'figures; --groups says which videos are of one camera'
        )
        return Grouping([None] * len(ways), kinds, [note])
    notes = [f'{len(counts)} cameras by {said}: {_listed(list(counts))}']
    alone = cameras.count(None)
    if alone:
        notes.append(
            f'{alone} of {len(ways)} videos lie in no folder of a camera, '
            f'such as {ways[cameras.index(None)]}: each of them is a group of '
            'its own'
        )
    return Grouping(cameras, kinds, notes)


def _folders(way: str) -> List[str]:
    return way.split('/')[:-1]


def _key(folder: str) -> str:
    return folder.casefold()


def _shared_folders(ways: Sequence[str], labels: Sequence[int]) -> Set[str]:
    """Keys of the folders that both sides have."""
    sides: Tuple[Set[str], Set[str]] = (set(), set())
    for way, label in zip(ways, labels):
        sides[label].update(map(_key, _folders(way)))
    return sides[0] & sides[1]


def _by_folders(ways: Sequence[str], shared: Set[str]) -> List[Optional[str]]:
    found = [
        [folder for folder in _folders(way) if _key(folder) in shared]
        for way in ways
    ]
    everywhere = set.intersection(*({*map(_key, each)} for each in found))
    spelled: Dict[str, str] = {}
    cameras: List[Optional[str]] = []
    for folders in found:
        telling = [each for each in folders if _key(each) not in everywhere]
        camera = telling[0] if telling else None
        # The first spelling stands for all.
        cameras.append(camera and spelled.setdefault(_key(camera), camera))
    if not any(cameras) and everywhere:
        # One camera, which has all videos.
        return [folders[0] for folders in found]
    return cameras


def _matcher(groups: str):
    try:
        pattern = re.compile(groups)
    except re.error as error:
        raise ValueError(
            f'--groups: expected a regular expression, found {groups!r} '
            f'({error})'
        ) from error

    def camera(way: str) -> str:
        match = pattern.search(way)
        found = match and match[1 if pattern.groups else 0]
        if not found:
            raise ValueError(
                f'--groups: expected {groups!r} to match each video, found '
                f'{way}, in which it matches '
                f'{"nothing" if match is None else "no character"}'
            )
        return found

    return camera


def _kind(way: str, shared: Set[str], camera: Optional[str]) -> str:
    """The outermost folder that is of one side only, and no camera."""
    for folder in _folders(way):
        if _key(folder) not in shared and folder != camera:
            # A name that annotations keep for the other label is no class.
            return ANOMALY if folder == NORMAL else folder
    return ANOMALY


def _listed(names: Sequence[str]) -> str:
    more = len(names) - SHOWN
    return ', '.join(names[:SHOWN]) + (f' and {more} more' if more > 0 else '')
