"""What a person said of events becomes bags to learn from.

A confirmed event is an abnormal bag, a refused one a normal bag, of the
snippets of its stretch. Both are of the group of their video, so that what was
judged never stands on both sides. What was refused in an abnormal video is no
longer in the bag of that video.
"""

import shutil
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import (
    Any,
    Callable,
    Dict,
    List,
    Mapping,
    NamedTuple,
    Optional,
    Sequence,
    Tuple,
)

import numpy as np

from ...datasets.annotations import NORMAL
from ...extraction.many_videos import features_path
from ...io.arrays import load_array
from ...io.atomic import atomic_path
from ...io.video import DEFAULT_FPS, Video
from ..verdicts import Verdict
from .folders import FoundVideo
from .grouping import ANOMALY
from .parts import Part

# Snippets by which times of events may be off, which are rounded.
ROUNDING = 0.05
# What names of bags and of videos that were only judged begin with.
PREFIX = 'judged'


def judged_videos(
    verdicts: Sequence[Verdict], videos: Sequence[FoundVideo]
) -> List[FoundVideo]:
    """Open the videos of verdicts that are none of the two folders.

    Args:
        verdicts (Sequence[Verdict]): Of a report.
        videos (Sequence[FoundVideo]): Of the folders.

    Returns:
        list[FoundVideo]: Each is a group of its own; their labels say
        nothing.

    Raises:
        ValueError: If the file of a verdict is not to be had.
    """
    found: List[FoundVideo] = []
    for verdict in verdicts:
        if video_of(verdict, [*videos, *found]) is not None:
            continue
        if verdict.source is None or not Path(verdict.source).exists():
            raise ValueError(
                f'verdicts: video {verdict.video!r}: expected its file, or '
                'one of that name in the two folders, found '
                f'{verdict.source or "none"}'
            )
        path = Path(verdict.source)
        video = Video(path)
        try:
            frames, fps, size = video.declared, video.fps, video.size
        finally:
            video.close()
        name = f'{PREFIX}/{len(found)}_{path.stem}'
        found.append(
            FoundVideo(path, name, 0, name, NORMAL, frames, fps, size)
        )
    return found


def video_of(
    verdict: Verdict, videos: Sequence[FoundVideo]
) -> Optional[FoundVideo]:
    """Find the video that a verdict is of, by name, else by its file.

    Args:
        verdict (Verdict): Of a report.
        videos (Sequence[FoundVideo]): Where to look.

    Returns:
        FoundVideo, optional: The first one; None where there is none.
    """
    for video in videos:
        if video.name == verdict.video:
            return video
    if verdict.source is None:
        return None
    source = Path(verdict.source).resolve()
    for video in videos:
        if video.path.resolve() == source:
            return video
    return None


class Cut(NamedTuple):
    """A bag that was made of a video.

    Attributes:
        bag (FoundVideo): Its label, class and group; its features have its
            name.
        video (FoundVideo): The video.
        part (Part): What the bag has of it.
    """

    bag: FoundVideo
    video: FoundVideo
    part: Part


def cut_bags(
    verdicts: Sequence[Verdict],
    videos: Sequence[FoundVideo],
    others: Sequence[FoundVideo],
    folder: Path,
    snippet_len: int,
    intervals: Mapping[str, List[List[int]]] = MappingProxyType({}),
    say: Callable[[str], Any] = str,
) -> List[Cut]:
    """Write the features of each verdict's stretch, as those of a video.

    A video loses what was judged to be otherwise than itself: no abnormal
    video teaches that what was refused is an anomaly, and no normal one that
    what was confirmed is ordinary.

    Args:
        verdicts (Sequence[Verdict]): Of a report.
        videos (Sequence[FoundVideo]): Of the two folders, with features.
        others (Sequence[FoundVideo]): Those that were only judged, with
            features.
        folder (Path): Of features, see ``extract_features``.
        snippet_len (int): Frames of a snippet.
        intervals (Mapping[str, list]): Name of a video -> abnormal [start,
            end) in frames, of those where they are known. Defaults to none.
        say (Callable): Called with sentences. Defaults to nothing.

    Returns:
        list[Cut]: A bag of each video of the folders, in their order, then
        one of each stretch.
    """
    found = _stretches(verdicts, [*videos, *others], folder, snippet_len, say)
    bags = []
    for video in videos:
        other = np.array(
            [
                snippet
                for stretch in found
                if stretch.video is video
                and stretch.verdict.right != bool(video.label)
                for snippet in range(stretch.first, stretch.last)
            ],
            int,
        )
        known = intervals.get(video.name, None if video.label else [])
        if not len(other):
            bags.append(Cut(video, video, Part(video.name, True)))
            continue
        whole = features_path(folder, video.name)
        kept = np.setdiff1d(np.arange(len(load_array(whole))), other)
        if not len(kept):
            say(
                f'{video.name}: left out, as all of it was judged to be '
                'otherwise than its folder says'
            )
            continue
        bag = _write(
            video, f'{PREFIX}/{video.name}', kept, folder, snippet_len
        )
        part = Part(video.name, True, True, whole, kept, video.frames, known)
        bags.append(Cut(bag, video, part))
    for verdict, video, first, last in found:
        name = f'{PREFIX}/{video.name}@{verdict.start:.2f}-{verdict.end:.2f}'
        label, snippets = int(verdict.right), np.arange(first, last)
        known = intervals.get(video.name, [])
        if label and video not in videos:  # the person said so
            known = [[0, video.frames]]
        part = Part(
            name,
            False,
            # Else it is within its video, and judged there.
            video not in videos or label != video.label,
            features_path(folder, video.name),
            snippets,
            video.frames,
            known,
        )
        kind = NORMAL
        if label:
            kind = ANOMALY if video.kind == NORMAL else video.kind
        bag = _write(video, name, snippets, folder, snippet_len)
        bags.append(Cut(replace(bag, label=label, kind=kind), video, part))
    return bags


class _Stretch(NamedTuple):
    verdict: Verdict
    video: FoundVideo
    first: int
    last: int


def _stretches(
    verdicts: Sequence[Verdict],
    videos: Sequence[FoundVideo],
    folder: Path,
    snippet_len: int,
    say: Callable[[str], Any],
) -> List[_Stretch]:
    """The snippets of each verdict, where there are some."""
    found = []
    for verdict in verdicts:
        video = video_of(verdict, videos)
        if video is None:
            say(
                f'{verdict.video}: the verdict from {verdict.start:g} s on is '
                'left out, as the video has no features'
            )
            continue
        length = len(load_array(features_path(folder, video.name)))
        first, last = snippets_of(
            verdict, (video.fps or DEFAULT_FPS) / snippet_len, length
        )
        if first >= last:
            say(
                f'{verdict.video}: the verdict from {verdict.start:g} s on is '
                f'left out, as {video.path} ends before'
            )
            continue
        found.append(_Stretch(verdict, video, first, last))
    return found


def _write(
    video: FoundVideo,
    name: str,
    snippets: np.ndarray,
    folder: Path,
    snippet_len: int,
) -> FoundVideo:
    """Features of some snippets, as of a video of that name."""
    source = features_path(folder, video.name)
    target = features_path(folder, name)
    with atomic_path(target) as temporary:
        np.save(temporary, load_array(source)[snippets])
    with atomic_path(target.with_suffix('.json')) as temporary:
        # What they were made with is the same.
        shutil.copyfile(source.with_suffix('.json'), temporary)
    return replace(video, name=name, frames=len(snippets) * snippet_len)


def snippets_of(verdict: Verdict, rate: float, length: int) -> Tuple[int, int]:
    """Find the snippets of a stretch.

    Args:
        verdict (Verdict): With the stretch, in seconds.
        rate (float): Snippets a second.
        length (int): T of the video.

    Returns:
        tuple[int, int]: First one and the one behind the last, not apart
        where the video ends before the stretch begins.

    Examples:
        >>> snippets_of(Verdict('a', None, 0.533, 1.067, True, ''), 1.875, 9)
        (1, 2)
    """
    # A verdict may have seconds beyond all integers.
    first = int(min(verdict.start * rate + ROUNDING, length))
    last = int(np.ceil(min(verdict.end * rate - ROUNDING, length)))
    return first, min(max(last, first + 1), length)


def contradictions(
    verdicts: Sequence[Verdict], videos: Sequence[FoundVideo]
) -> List[str]:
    """Say where a person found something in a video that is a normal one.

    Args:
        verdicts (Sequence[Verdict]): Of a report.
        videos (Sequence[FoundVideo]): Of the folders.

    Returns:
        list[str]: A sentence for each such video.
    """
    found: Dict[str, str] = {}
    for verdict in verdicts:
        video = video_of(verdict, videos)
        if verdict.right and video is not None and video.kind == NORMAL:
            found[video.name] = (
                f'{video.name}: an event of it was confirmed, and yet the '
                'rest of it is learned from as a normal one; it belongs to '
                'the other folder'
            )
    return [*found.values()]


def count_words(verdicts: Sequence[Verdict]) -> str:
    """Say how many verdicts there are.

    Args:
        verdicts (Sequence[Verdict]): Of a report.

    Examples:
        >>> count_words([Verdict('a', None, 0.0, 1.0, False, '')])
        '0 events confirmed and 1 refused'
    """
    right = sum(verdict.right for verdict in verdicts)
    return f'{right} events confirmed and {len(verdicts) - right} refused'
