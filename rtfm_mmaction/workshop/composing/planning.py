"""Draw composed videos, in pairs that only the abnormal clip tells apart.

Both videos of a pair have one skeleton: the same length, the same shots at
the same frames, each shot of a window of the same length, begun at the same
place and so turning at the same frames. Cuts, turns and lengths are the same
in both kinds of video, not only on average.
"""

from dataclasses import dataclass
from typing import List, NamedTuple, Sequence, Tuple

import numpy as np

from ...datasets.annotations import NORMAL
from .clips import Clip
from .frames import count_turns, played_frames
from .matching import PairClips, choose_clips

# An event of 32 frames holds at least one whole snippet of 16, wherever it
# begins; so do the shots between events.
MIN_SHOT = 32
SUBSETS = ('train', 'val', 'test')


@dataclass(frozen=True)
class Settings:
    """What to compose.

    Args:
        train (int): Training videos of each kind, abnormal and normal.
        val (int): How many of the training videos of each kind are set apart
            to choose by; may be 0.
        test (int): Test videos of each kind.
        seconds (tuple[float, float]): Shortest and longest video.
        events (tuple[int, int]): Fewest and most events of an abnormal video.
        share (tuple[float, float]): Least and largest abnormal share of an
            abnormal video's time.
        normal_clips (int): Normal clips beside the abnormal one.
        fps (float): Frames a second.
        seed (int): Of everything.

    Raises:
        ValueError: If a setting is bad by itself or with the others.
    """

    train: int
    val: int
    test: int
    seconds: Tuple[float, float]
    events: Tuple[int, int]
    share: Tuple[float, float]
    normal_clips: int
    fps: float
    seed: int

    def __post_init__(self) -> None:
        for name in ('train', 'test', 'normal_clips'):
            _expect(
                getattr(self, name) >= 1,
                name,
                getattr(self, name),
                'at least 1',
            )
        _expect(
            0 <= self.val < self.train,
            'val',
            self.val,
            f'0 or more, fewer than the {self.train} training videos',
        )
        _expect(0 < self.fps <= 1000, 'fps', self.fps, 'above 0, at most 1000')
        _expect(self.seed >= 0, 'seed', self.seed, '0 or more')
        for name, least, most in (
            ('seconds', 0, 86400),
            ('events', 1, 1000),
            ('share', 0, 1),
        ):
            low, high = getattr(self, name)
            _expect(
                least <= low <= high <= most,
                name,
                (low, high),
                f'two numbers from {least} to {most}, the smaller first',
            )
        shortest, _ = self.frame_range
        abnormal = round(self.share[0] * shortest)
        normal = shortest - round(self.share[1] * shortest)
        for kind, frames, shots in (
            ('abnormal', abnormal, self.events[1]),
            ('normal', normal, max(self.events[1] + 1, self.normal_clips)),
        ):
            if frames < MIN_SHOT * shots:
                raise ValueError(
                    f'seconds and share: found {frames} {kind} frames in the '
                    f'shortest video, expected {MIN_SHOT * shots} for {shots} '
                    f'{kind} shots of {MIN_SHOT} frames; choose longer videos,'
                    ' another share or fewer events'
                )

    @property
    def frame_range(self) -> Tuple[int, int]:
        """Shortest and longest video in frames."""
        return tuple(round(seconds * self.fps) for seconds in self.seconds)


class Shot(NamedTuple):
    """A stretch of a video that shows one clip.

    Attributes:
        clip (Clip): What it shows.
        start (int): First frame of the video.
        end (int): Frame of the video behind the last one.
        first (int): Where the window begins, in frames of the played clip.
        window (int): Frames of the window.
        phase (int): Where in the window's to and fro the shot begins.
    """

    clip: Clip
    start: int
    end: int
    first: int
    window: int
    phase: int

    @property
    def turns(self) -> int:
        """Changes of direction."""
        return count_turns(self.phase, self.end - self.start, self.window)


@dataclass(frozen=True)
class ComposedPlan:
    """A composed video.

    Args:
        name (str): Name without extension.
        subset (str): 'train', 'val' or 'test'.
        pair (int): Number of the pair within the subset.
        class_name (str): Kind of its abnormal clip, or 'Normal'.
        shots (tuple[Shot]): From the first frame to the last.
    """

    name: str
    subset: str
    pair: int
    class_name: str
    shots: Tuple[Shot, ...]

    @property
    def label(self) -> int:
        """0 normal, 1 abnormal."""
        return int(self.class_name != NORMAL)

    @property
    def frames(self) -> int:
        """Number of frames."""
        return self.shots[-1].end

    @property
    def intervals(self) -> List[Tuple[int, int]]:
        """Frames of the abnormal clip, as [start, end)."""
        return [
            (shot.start, shot.end)
            for shot in self.shots
            if shot.clip.kind != NORMAL
        ]

    @property
    def turns(self) -> int:
        """Changes of direction within shots."""
        return sum(shot.turns for shot in self.shots)


def plan_videos(
    clips: Sequence[Clip], settings: Settings
) -> List[ComposedPlan]:
    """Draw all videos.

    The two of a pair follow each other in an order drawn by lot; names say
    nothing of the label.

    Args:
        clips (Sequence[Clip]): Abnormal and normal clips.
        settings (Settings): What to compose.

    Returns:
        list[ComposedPlan]: Training videos, those set apart, test videos; the
        same ones for the same clips and settings.

    Raises:
        ValueError: If there are not clips enough.
    """
    rng = np.random.default_rng(settings.seed)
    counts = dict(
        test=settings.test,
        val=settings.val,
        train=settings.train - settings.val,
    )
    chosen = choose_clips(clips, counts, settings.normal_clips, rng)
    plans = []
    for subset in SUBSETS:
        for number, pair in enumerate(chosen[subset]):
            for place, (kind, shots) in enumerate(
                _draw_pair(pair, settings, rng)
            ):
                name = f'{subset}_{2 * number + place:03d}'
                plans.append(ComposedPlan(name, subset, number, kind, shots))
    return plans


def draw_skeleton(
    settings: Settings, rng: np.random.Generator
) -> List[Tuple[int, int]]:
    """Draw the shots of a pair.

    Args:
        settings (Settings): What to compose.
        rng (np.random.Generator): Source of the lots.

    Returns:
        list[tuple[int, int]]: Slot and frames of each shot. Slot 0 is the
        abnormal clip's, 1 to F are those of the normal clips beside it.
        Neighbouring shots have different slots.
    """
    shortest, longest = settings.frame_range
    frames = int(rng.integers(shortest, longest + 1))
    abnormal = round(rng.uniform(*settings.share) * frames)
    events = int(rng.integers(settings.events[0], settings.events[1] + 1))
    # Whether the video begins and ends with an event; not both if there is
    # but one, for then nothing would be normal.
    borders = [(b, e) for b in (0, 1) for e in (0, 1) if events + 1 - b - e]
    begins, ends = borders[rng.integers(len(borders))]
    gaps = events + 1 - begins - ends
    order = rng.permutation(settings.normal_clips) + 1
    shots = max(gaps, len(order))
    slots = np.resize(order, shots)
    # Shots of each gap: one, and more where there are more clips than gaps.
    counts = 1 + rng.multinomial(shots - gaps, np.full(gaps, 1 / gaps))
    groups = np.split(slots, np.cumsum(counts)[:-1])
    event_lengths = iter(_split(abnormal, events, rng))
    lengths = iter(_split(frames - abnormal, shots, rng))
    skeleton = [(0, next(event_lengths))] if begins else []
    for index, group in enumerate(groups):
        skeleton += [(int(slot), next(lengths)) for slot in group]
        if index < gaps - 1 or ends:
            skeleton.append((0, next(event_lengths)))
    return skeleton


def _draw_pair(
    pair: PairClips, settings: Settings, rng: np.random.Generator
) -> List[Tuple[str, Tuple[Shot, ...]]]:
    """Kind and shots of both videos, in an order drawn by lot."""
    skeleton = draw_skeleton(settings, rng)
    lengths = np.array(
        [
            [
                played_frames(clip.frames, clip.rate, settings.fps)
                for clip in side
            ]
            for side in pair
        ]
    )
    windows = lengths.min(0)
    firsts = rng.integers(0, lengths - windows + 1)
    phases = [int(rng.integers(2 * windows[slot] - 2)) for slot, _ in skeleton]
    videos = []
    for side, starts in zip(pair, firsts):
        shots, now = [], 0
        for (slot, frames), phase in zip(skeleton, phases):
            shots.append(
                Shot(
                    side[slot],
                    now,
                    now + frames,
                    int(starts[slot]),
                    int(windows[slot]),
                    phase,
                )
            )
            now += frames
        videos.append((side[0].kind, tuple(shots)))
    return videos if rng.random() < 0.5 else videos[::-1]


def _split(frames: int, parts: int, rng: np.random.Generator) -> List[int]:
    """Lengths of at least MIN_SHOT that sum up to a number of frames."""
    extra = rng.multinomial(
        frames - MIN_SHOT * parts, rng.dirichlet(np.ones(parts))
    )
    return [MIN_SHOT + int(more) for more in extra]


def _expect(good: bool, name: str, found: object, expected: str) -> None:
    if not good:
        raise ValueError(f'{name}: found {found}, expected {expected}')
