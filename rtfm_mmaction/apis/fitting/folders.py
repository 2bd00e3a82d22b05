"""What lies in the two folders that a detector is made from.

Nothing is decoded here but the first frame of each video.
"""

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Callable, Dict, List, Optional, Sequence, Tuple, Union

from ...io.inputs import EXTENSIONS
from ...io.progress import progress_bars
from ...io.video import Video, VideoError
from .contents import equal_contents
from .grouping import group_ways
from .mistaken import refuse_mistaken_folders, refuse_mixed, swapped_note
from .ways import Way, find_ways, name_ways

PathLike = Union[str, os.PathLike]
# What names begin with, by label; their options have the same words.
SIDES = ('normal', 'abnormal')


@dataclass(frozen=True)
class FoundVideo:
    """A video that can be read.

    Attributes:
        path (Path): As it was found.
        name (str): Of its own among all: its side and its way below the
            folder given, ``abnormal/cam1/00-15``, see
            :func:`~.ways.name_ways`. Features and annotations have it.
        label (int): 1 of ``--abnormal``, 0 of ``--normal``.
        group (str): Its camera, or its name where it is a group of its own.
        kind (str): ``'Normal'`` of label 0; of label 1 its class, or
            ``'Anomaly'``.
        frames (int): As the file says, >= 1; an estimate in some containers.
        fps (float): Frames per second; 0.0 where nothing tells it.
        size (tuple[int, int]): (W, H) in pixels.
    """

    path: Path
    name: str
    label: int
    group: str
    kind: str
    frames: int
    fps: float
    size: Tuple[int, int] = (0, 0)

    @property
    def seconds(self) -> float:
        """How long it is; 0.0 where nothing tells it."""
        return self.frames / self.fps if self.fps else 0.0


@dataclass(frozen=True)
class Folders:
    """What lies in the two folders.

    Attributes:
        videos (tuple[FoundVideo, ...]): Abnormal ones first, in the order in
            which they were found.
        unreadable (dict[str, str]): Name -> why.
        notes (tuple[str, ...]): Sentences on what a person should know.
    """

    videos: Tuple[FoundVideo, ...]
    unreadable: Dict[str, str] = field(default_factory=dict)
    notes: Tuple[str, ...] = ()

    def side(self, label: int) -> List[FoundVideo]:
        """Videos of one label."""
        return [video for video in self.videos if video.label == label]


def known_by(videos: Sequence[FoundVideo]) -> Dict[str, FoundVideo]:
    """Find videos by what lists of other makers call them.

    Args:
        videos (Sequence[FoundVideo]): All of them.

    Returns:
        dict[str, FoundVideo]: By their names, and by each end of these that
        is of no other video: ``abnormal/cam1/00-15``, ``cam1/00-15`` and
        ``00-15``.

    Examples:
        >>> video = FoundVideo(Path(), 'abnormal/a', 1, 'a', 'Anomaly', 9, 25)
        >>> sorted(known_by([video]))
        ['a', 'abnormal/a']
    """
    owners: Dict[str, List[FoundVideo]] = {}
    for video in videos:
        parts = video.name.split('/')
        for start in range(1, len(parts)):
            owners.setdefault('/'.join(parts[start:]), []).append(video)
    known = {name: own[0] for name, own in owners.items() if len(own) == 1}
    return {**known, **{video.name: video for video in videos}}


def look_at(
    abnormal: Sequence[PathLike],
    normal: Sequence[PathLike],
    groups: Optional[str] = None,
    note: Callable[[str], Any] = str,
    fps: Optional[float] = None,
    quiet: bool = False,
) -> Folders:
    """Look at the videos of both folders.

    Args:
        abnormal (Sequence[str or PathLike]): Folders of videos with something
            in them; also video files, lists and patterns, as all tools take.
        normal (Sequence[str or PathLike]): The same of ordinary ones.
        groups (str, optional): What tells cameras, see
            :func:`~.grouping.group_ways`. Defaults to None.
        note (Callable): Gets each sentence of the notes as it comes. Defaults
            to nothing.
        fps (float, optional): Frames per second of all videos, whatever they
            say. Defaults to None.
        quiet (bool): Whether to show no progress. Defaults to False.

    Returns:
        Folders: What was found. A video that lies twice on one side counts
        once.

    Raises:
        FileNotFoundError: If a file or folder is missing.
        ValueError: If a side has no video, or none that can be read; if the
            folders are the same, one lies within the other, or one holds both
            kinds; if a video is on both sides, by its bytes; or ``groups``
            does not tell.
    """
    notes: List[str] = []

    def tell(sentence: str) -> None:
        notes.append(sentence)
        note(sentence)

    sides = {1: abnormal, 0: normal}
    for label, sources in sides.items():
        if not sources:
            raise ValueError(
                f'--{SIDES[label]}: expected a folder of videos, found none'
            )
    refuse_mistaken_folders(abnormal, normal)
    swapped = swapped_note(abnormal, normal)
    if swapped:
        tell(swapped)
    ways: List[Way] = []
    names: List[str] = []
    labels: List[int] = []
    for label, sources in sides.items():
        found = find_ways(sources, tell)
        if not found:
            raise ValueError(
                f'--{SIDES[label]} {_listed(sources)}: expected videos '
                f'({" ".join(EXTENSIONS)}) or folders of frames, found none'
            )
        ways += found
        names += name_ways(SIDES[label], found)
        labels += [label] * len(found)
    refuse_mixed(ways, labels)
    facts, whys = _open_all([way.path for way in ways], fps, quiet)
    for label, sources in sides.items():
        own = [
            position for position, mine in enumerate(labels) if mine == label
        ]
        if all(position in whys for position in own):
            raise ValueError(
                f'--{SIDES[label]} {_listed(sources)}: expected videos that '
                f'can be read, found {len(own)} of which none can; the first '
                f'one: {whys[own[0]]}'
            )
    left = _without_doubles([*facts], ways, labels, tell)
    grouping = group_ways(
        [ways[position].way for position in left],
        [labels[position] for position in left],
        groups,
    )
    for sentence in grouping.notes:
        tell(sentence)
    videos = [
        FoundVideo(
            path=ways[position].path,
            name=names[position],
            label=labels[position],
            group=camera or names[position],
            kind=kind,
            **facts[position],
        )
        for position, camera, kind in zip(
            left, grouping.cameras, grouping.kinds
        )
    ]
    unreadable = {names[position]: why for position, why in whys.items()}
    return Folders(tuple(videos), unreadable, tuple(notes))


def _open_all(
    paths: Sequence[Path], fps: Optional[float], quiet: bool
) -> Tuple[Dict[int, dict], Dict[int, str]]:
    """Position -> frames, fps and size of a video; or why it has none."""
    facts: Dict[int, dict] = {}
    whys: Dict[int, str] = {}
    with progress_bars(not quiet) as progress:
        task = progress.add_task('looking at videos', total=len(paths))
        for position, path in enumerate(paths):
            try:
                facts[position] = _facts(path, fps)
            except (VideoError, OSError) as error:
                _refuse_other_file(path)
                whys[position] = str(error)
            progress.advance(task)
    return facts, whys


def _facts(path: Path, fps: Optional[float]) -> dict:
    video = Video(path, fps)
    try:
        if not video.grab():
            raise VideoError(f'{path}: expected frames, found none')
        # Streams without a container do not say how many there are.
        frames = video.declared if video.declared > 0 else video.count()
        return dict(frames=frames, fps=video.fps, size=video.size)
    finally:
        video.close()


def _refuse_other_file(path: Path) -> None:
    """Refuse what was named by itself and is no video by its name either."""
    if not path.is_dir() and path.suffix.lower() not in EXTENSIONS:
        raise ValueError(
            f'{path}: expected a folder of videos, a video, or a list (.txt) '
            'of them, found another file'
        )


def _without_doubles(
    positions: Sequence[int],
    ways: Sequence[Way],
    labels: Sequence[int],
    tell: Callable[[str], Any],
) -> List[int]:
    """Leave out what is the same as one before it.

    Raises:
        ValueError: If a video is on both sides.
    """
    extra: Dict[int, int] = {}
    both: List[Tuple[int, int]] = []
    for group in equal_contents([ways[each].path for each in positions]):
        first, *others = (positions[each] for each in group)
        extra.update(dict.fromkeys(others, first))
        both += [
            (first, each) for each in others if labels[each] != labels[first]
        ]
    if both:
        first, other = both[0]
        more = f' (and {len(both) - 1} more)' if len(both) > 1 else ''
        raise ValueError(
            f'{ways[first].path}: expected a video on one side alone, found '
            f'the same, byte by byte, in {ways[other].path}, which is on the '
            f'other{more}'
        )
    if extra:
        other, first = next(iter(extra.items()))
        tell(
            f'{len(extra)} video{"s are" if len(extra) > 1 else " is"} the '
            f'same, byte by byte, as others of their side and left out, such '
            f'as {ways[other].path}, which is {ways[first].path}'
        )
    return [each for each in positions if each not in extra]


def _listed(sources: Sequence[PathLike]) -> str:
    return ', '.join(map(str, sources))
