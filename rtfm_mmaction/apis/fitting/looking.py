"""What lies in the two folders, in plain words, and what is to be feared."""

from collections import Counter
from pathlib import Path
from statistics import median
from typing import Dict, List, Optional, Sequence

from sklearn.metrics import roc_auc_score

from ...datasets.checking.facts import LEAST_SNIPPETS
from ...io.video import DEFAULT_FPS, count_snippets
from .enough import too_few_notes
from .expected_time import (
    Training,
    cost_lines,
    duration,
    expect_extraction,
)
from .features import SNIPPET_LEN, FitExtractor
from .folders import SIDES, Folders, FoundVideo

# Names that a line tells.
SHOWN = 5
# From such an AUC of lengths on, and where medians differ by such a factor,
# lengths alone tell the sides apart.
TELLING_AUC, TELLING_RATIO = 0.9, 2.0
# Of a side's time, what one video of several may have.
DOMINATING = 0.5


def describe(
    folders: Folders,
    extractor: FitExtractor,
    features: Optional[Path] = None,
    training: Optional[Training] = None,
    speed: Optional[float] = None,
) -> List[str]:
    """Say what was found, what it costs, and what it will take.

    Args:
        folders (Folders): What was found.
        extractor (FitExtractor): What will extract.
        features (Path, optional): Where features go, and may be from before,
            see :func:`~.features.extract_features`. Defaults to None.
        training (Training, optional): What will be trained. Defaults to
            None, not known.
        speed (float, optional): See :func:`~.expected_time.expect_extraction`.
            Defaults to None.

    Returns:
        list[str]: Sentences, in the order in which they should be read.
    """
    videos = usable(folders.videos)
    extraction = expect_extraction(videos, extractor, features, speed)
    return [
        *found_lines(folders),
        *folders.notes,
        *warnings_of(videos),
        *cost_lines(extraction, training, features),
    ]


def usable(videos: Sequence[FoundVideo]) -> List[FoundVideo]:
    """Leave out videos below one snippet.

    Args:
        videos (Sequence[FoundVideo]): All that were found.
    """
    return [video for video in videos if _snippets(video) > 0]


def found_lines(folders: Folders) -> List[str]:
    """Say how many videos there are, how long they are, and of what kinds.

    Args:
        folders (Folders): What was found.

    Returns:
        list[str]: A line on each side, and where there are such on classes,
        cameras, what cannot be read and what is too short.
    """
    lines = []
    for label in (1, 0):
        lengths = sorted(map(_seconds, folders.side(label)))
        count = len(lengths)
        lines.append(
            f'{SIDES[label]}: {count} video{"" if count == 1 else "s"}, '
            f'{duration(sum(lengths))}; shortest {duration(lengths[0])}, '
            f'median {duration(median(lengths))}, longest '
            f'{duration(lengths[-1])}'
        )
    silent = [video for video in folders.videos if not video.fps]
    if silent:
        lines.append(
            f'{len(silent)} of them say no frame rate, such as '
            f'{silent[0].name}: counted as {DEFAULT_FPS:g} frames/s (--fps '
            'says it)'
        )
    kinds = Counter(video.kind for video in folders.side(1))
    if len(kinds) > 1:
        counts = ', '.join(f'{kind} {n}' for kind, n in kinds.most_common())
        lines.append(f'classes: {counts}')
    lines += _camera_lines(folders.videos)
    if folders.unreadable:
        lines.append(
            f'{len(folders.unreadable)} cannot be read and are left out: '
            + _some([*folders.unreadable.values()], '; ')
        )
    short = [video.name for video in folders.videos if not _snippets(video)]
    if short:
        lines.append(
            f'{len(short)} with fewer than {SNIPPET_LEN} frames, one snippet, '
            f'cannot be used: {_some(short)}'
        )
    return lines


def _camera_lines(videos: Sequence[FoundVideo]) -> List[str]:
    sides: Dict[str, List[int]] = {}
    for video in videos:
        if video.group != video.name:
            sides.setdefault(video.group, [0, 0])[1 - video.label] += 1
    if not sides:
        return []
    largest = sorted(sides, key=lambda camera: (-sum(sides[camera]), camera))
    lines = [
        'cameras (abnormal + normal): '
        + _some(
            [f'{each} {sides[each][0]} + {sides[each][1]}' for each in largest]
        )
    ]
    if not any(all(counts) for counts in sides.values()):
        lines.append(
            'no camera has videos of both sides: scenes alone tell the sides '
            'apart, and a detector may learn these and not what happens'
        )
    return lines


def warnings_of(videos: Sequence[FoundVideo]) -> List[str]:
    """Say what will harm the detector, or its figures.

    Args:
        videos (Sequence[FoundVideo]): Those that can be used.

    Returns:
        list[str]: Sentences; none of videos that are as they should be.
    """
    return [
        *too_few_notes(videos),
        *_trimmed_notes(videos),
        *_telling_notes(videos),
        *_dominating_notes(videos),
    ]


def _trimmed_notes(videos: Sequence[FoundVideo]) -> List[str]:
    lengths = [_snippets(video) for video in videos]
    few = sum(length < LEAST_SNIPPETS for length in lengths)
    if not few:
        return []
    have = 'has' if few == 1 else 'have'
    found = (
        f'{few} of {len(videos)} videos {have} fewer than {LEAST_SNIPPETS} '
        f'snippets of {SNIPPET_LEN} frames (shortest {min(lengths)})'
    )
    if 2 * few <= len(lengths):
        return [f'{found}: such clips teach little']
    return [
        f'{found}: trimmed clips. The method learns by which of many snippets '
        'of a video stand out; an anomaly fills such a clip, or is missed, so '
        'that it learns to tell clips apart and not moments, and alarms come '
        'less exactly. Uncut videos are what it needs'
    ]


def _telling_notes(videos: Sequence[FoundVideo]) -> List[str]:
    """Whether something tells the sides apart that is not in the pictures."""
    sides = [
        [video for video in videos if video.label == label] for label in (0, 1)
    ]
    if min(map(len, sides)) < 2:
        return []
    notes = []
    normal, abnormal = ([*map(_seconds, side)] for side in sides)
    auc = roc_auc_score(
        [0] * len(normal) + [1] * len(abnormal), normal + abnormal
    )
    shorter, longer = sorted((median(normal), median(abnormal)))
    if max(auc, 1 - auc) >= TELLING_AUC and longer >= TELLING_RATIO * shorter:
        notes.append(
            'lengths alone tell the sides apart (abnormal videos last '
            f'{duration(median(abnormal))}, normal ones '
            f'{duration(median(normal))}, medians): a detector may learn '
            'these; cut both sides alike'
        )
    rates = [{round(v.fps, 2) for v in side if v.fps} for side in sides]
    if all(rates) and rates[0].isdisjoint(rates[1]):
        notes.append(
            'frame rates alone tell the sides apart (abnormal '
            f'{_some([f"{rate:g}" for rate in sorted(rates[1])])}; normal '
            f'{_some([f"{rate:g}" for rate in sorted(rates[0])])} frames/s): '
            'a detector may learn these; encode both sides alike'
        )
    sizes = [{v.size for v in side if all(v.size)} for side in sides]
    if all(sizes) and sizes[0].isdisjoint(sizes[1]):
        notes.append(
            'picture sizes alone tell the sides apart (abnormal '
            f'{_some(["%dx%d" % size for size in sorted(sizes[1])])}; normal '
            f'{_some(["%dx%d" % size for size in sorted(sizes[0])])}): a '
            'detector may learn the sharpness; take both sides from the same '
            'cameras'
        )
    return notes


def _dominating_notes(videos: Sequence[FoundVideo]) -> List[str]:
    notes = []
    for label in (1, 0):
        own = [video for video in videos if video.label == label]
        longest = max(own, key=_seconds, default=None)
        whole = sum(map(_seconds, own))
        if (
            longest is not None
            and len(own) > 2
            and _seconds(longest) > DOMINATING * whole
        ):
            notes.append(
                f'{longest.name} has {duration(_seconds(longest))} of the '
                f'{duration(whole)} of {SIDES[label]} videos: what is learned '
                'and judged there is mostly this one; more files of others, '
                'or a part of it, tell more'
            )
    return notes


def _snippets(video: FoundVideo) -> int:
    return count_snippets(video.frames, SNIPPET_LEN, 'drop')


def _seconds(video: FoundVideo) -> float:
    return video.frames / (video.fps or DEFAULT_FPS)


def _some(names: Sequence[str], between: str = ', ') -> str:
    more = len(names) - SHOWN
    return between.join(names[:SHOWN]) + (
        f' and {more} more' if more > 0 else ''
    )
