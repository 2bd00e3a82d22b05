"""Which clips go together, and which go to which subset.

An abnormal video shows one abnormal clip and F normal ones (the fillers); the
normal video that is its match shows a normal clip in the abnormal one's place
(the counterpart) and F fillers of its own. So a pair of videos takes one
couple (abnormal clip, counterpart) and 2F fillers.

Where scenes are known, the two clips of a couple show one scene, so that the
place, the camera and the file's properties tell nothing of the label; and all
clips of a scene are in one subset.
"""

from dataclasses import dataclass
from typing import Dict, List, Mapping, NamedTuple, Optional, Sequence, Tuple

import numpy as np

from .clips import Clip, by_label

ATTEMPTS = 1000


@dataclass
class Unit:
    """Clips that must be in one subset.

    Args:
        couples (list[tuple[Clip, Clip]]): Abnormal clip and counterpart.
        spare (list[Clip]): Normal clips that are no counterparts.
    """

    couples: List[Tuple[Clip, Clip]]
    spare: List[Clip]

    @property
    def size(self) -> np.ndarray:
        """Couples and normal clips, (2, )."""
        couples = len(self.couples)
        return np.array([couples, couples + len(self.spare)])


class PairClips(NamedTuple):
    """The clips of an abnormal video and of its match, event's place first."""

    abnormal: List[Clip]
    normal: List[Clip]


def possible_pairs(clips: Sequence[Clip], fillers: int) -> int:
    """For how many pairs of videos there are clips.

    Args:
        clips (Sequence[Clip]): All clips.
        fillers (int): F.
    """
    return int((_have(clips) // _need(fillers)).min())


def choose_clips(
    clips: Sequence[Clip],
    pairs: Mapping[str, int],
    fillers: int,
    rng: np.random.Generator,
) -> Dict[str, List[PairClips]]:
    """Draw the clips of all videos; each is in one video at most.

    Args:
        clips (Sequence[Clip]): All clips.
        pairs (Mapping[str, int]): Subset -> pairs of videos.
        fillers (int): F.
        rng (np.random.Generator): Source of the lots.

    Returns:
        dict[str, list[PairClips]]: Subset -> clips of each pair.

    Raises:
        ValueError: If there are not clips enough, saying for how many pairs
            there are, or the scenes cannot be divided so.
    """
    possible, wanted = possible_pairs(clips, fillers), sum(pairs.values())
    need, have = _need(fillers), _have(clips)
    if wanted > possible:
        raise ValueError(
            f'expected clips for {wanted} pairs of videos, found enough for '
            f'{possible}: a pair takes an abnormal clip and {need[1]} normal '
            f'ones, and there are {have[0]} abnormal clips with a normal '
            'counterpart'
            + (' in their scene' if clips[0].scene is not None else '')
            + f' and {have[1]} normal clips'
        )
    units = _units(clips, rng)
    chosen = {}
    for subset, count in pairs.items():
        wanted -= count
        inside, units = _divide(units, count * need, wanted * need, rng)
        chosen[subset] = _pairs(inside, count, fillers, rng)
    return chosen


def _need(fillers: int) -> np.ndarray:
    """Couples and normal clips that a pair takes."""
    return np.array([1, 1 + 2 * fillers])


def _have(clips: Sequence[Clip]) -> np.ndarray:
    """Couples and normal clips that there are."""
    have = np.zeros(2, int)
    for members in _by_scene(clips):
        abnormal, normal = map(len, by_label(members))
        have += min(abnormal, normal), normal
    return have


def _by_scene(clips: Sequence[Clip]) -> List[List[Clip]]:
    scenes: Dict[Optional[str], List[Clip]] = {}
    for clip in clips:
        scenes.setdefault(clip.scene, []).append(clip)
    return list(scenes.values())


def _units(clips: Sequence[Clip], rng: np.random.Generator) -> List[Unit]:
    units = []
    for members in _by_scene(clips):
        abnormal, normal = (_shuffled(side, rng) for side in by_label(members))
        couples = list(zip(abnormal, normal))
        units.append(Unit(couples, normal[len(couples) :]))
    if clips[0].scene is None:  # nothing holds clips together but a couple
        (unit,) = units
        units = [Unit([couple], []) for couple in unit.couples]
        units += [Unit([], [clip]) for clip in unit.spare]
    return units


def _divide(
    units: Sequence[Unit],
    need: np.ndarray,
    rest: np.ndarray,
    rng: np.random.Generator,
) -> Tuple[List[Unit], List[Unit]]:
    """Units that hold what is needed, taken by lot, and others that hold what
    the rest needs.
    """
    most = sum(unit.size for unit in units) - rest
    for _ in range(ATTEMPTS):
        inside, outside = [], []
        held = np.zeros(2, int)
        for unit in _shuffled(units, rng):
            taken = (held < need).any() and (held + unit.size <= most).all()
            held += unit.size * taken
            (inside if taken else outside).append(unit)
        if (held >= need).all():
            return inside, outside
    raise ValueError(
        'expected to divide the scenes into subsets that have clips enough '
        f'each, found no way in {ATTEMPTS} draws; fewer videos leave more '
        'room'
    )


def _pairs(
    units: Sequence[Unit], count: int, fillers: int, rng: np.random.Generator
) -> List[PairClips]:
    couples = _shuffled([c for unit in units for c in unit.couples], rng)
    spare = [clip for unit in units for clip in unit.spare]
    spare += [counterpart for _, counterpart in couples[count:]]
    spare = _shuffled(spare, rng)
    pairs = []
    for index, (abnormal, counterpart) in enumerate(couples[:count]):
        own = spare[2 * fillers * index : 2 * fillers * (index + 1)]
        pairs.append(
            PairClips(
                [abnormal, *own[:fillers]], [counterpart, *own[fillers:]]
            )
        )
    return pairs


def _shuffled(items: Sequence, rng: np.random.Generator) -> list:
    return [items[index] for index in rng.permutation(len(items))]
