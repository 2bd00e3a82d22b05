"""Whether there are videos enough, and from which number on figures mean
something.
"""

from typing import Collection, List, Sequence, Set

from .folders import SIDES, FoundVideo

# Folds have to hold out a group of each side, and have one left to train on.
FEWEST_GROUPS = 2
# Below that many groups of a side, a figure is moved by one of them by more
# than a tenth.
MEANINGFUL = 10
# A video from which on cutting it makes a side of it, in seconds.
LONG = 600.0


def groups_of(videos: Sequence[FoundVideo], label: int) -> Set[str]:
    """Groups that have a video of a label.

    Args:
        videos (Sequence[FoundVideo]): Of both labels.
        label (int): Which.
    """
    return {video.group for video in videos if video.label == label}


def refuse_too_few(
    videos: Sequence[FoundVideo], left_out: Collection[str] = ()
) -> None:
    """Refuse videos of which no folds can be made.

    Args:
        videos (Sequence[FoundVideo]): Those that can be used.
        left_out (Collection[str]): Names of those that cannot, to be told.
            Defaults to none.

    Raises:
        ValueError: If a side has fewer than two groups; says what to do.
    """
    for label in (1, 0):
        groups = groups_of(videos, label)
        if len(groups) >= FEWEST_GROUPS:
            continue
        own = [video for video in videos if video.label == label]
        cameras = any(video.group != video.name for video in own)
        kind = 'cameras with a video' if cameras else 'videos'
        found = (
            f'{len(own)} of one camera, {own[0].group}'
            if cameras
            else str(len(own))
        )
        side = SIDES[label]
        lost = sum(name.startswith(f'{side}/') for name in left_out)
        raise ValueError(
            f'--{side}: expected {FEWEST_GROUPS} {kind} or more, so '
            'that what was learned from one can be judged by another, found '
            f'{found}'
            + (f' ({lost} left out)' if lost else '')
            + _advice(own, cameras)
        )


def _advice(own: Sequence[FoundVideo], cameras: bool) -> str:
    if cameras:
        return "; --groups '.+' takes each video for a camera of its own"
    if len(own) == 1 and own[0].seconds >= LONG:
        return (
            f'; its {own[0].seconds / 60:.0f} minutes can be cut into several '
            'files'
        )
    return ''


def too_few_notes(videos: Sequence[FoundVideo]) -> List[str]:
    """Say what few videos mean for the figures.

    Args:
        videos (Sequence[FoundVideo]): Those that can be used.

    Returns:
        list[str]: At most a sentence.
    """
    few = {label: len(groups_of(videos, label)) for label in (1, 0)}
    if min(few.values()) >= MEANINGFUL:
        return []
    return [
        f'figures mean something from {MEANINGFUL} groups of each side on; '
        f'with {few[1]} abnormal and {few[0]} normal ones their intervals '
        'will be wide'
    ]
