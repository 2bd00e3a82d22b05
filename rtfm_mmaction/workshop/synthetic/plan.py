"""Draw whole videos, in pairs that only the event tells apart."""

from dataclasses import dataclass, replace
from typing import Dict, List, Tuple

import numpy as np

from .actors import (
    FPS,
    Actor,
    Track,
    crossing_frames,
    event_intervals,
    track,
    walkway_span,
)
from .camera import HEIGHT
from .parts import draw_clothes
from .scene import Scene, draw_scene

NORMAL = 'Normal'
CLASSES = ('Cyclist', 'Cart', 'Running', 'WrongWay')
MIN_FRAMES, MAX_FRAMES = 160, 400
MIN_EVENT_FRAMES = 32
WALKING = (1.0, 1.7)  # metres a second
# Metres a second of the events at full contrast.
EVENT_SPEEDS = dict(Cyclist=5.0, Cart=3.8, Running=4.2, WrongWay=2.4)


@dataclass(frozen=True)
class Contrast:
    """How far events differ from walkers.

    Args:
        speed (float): 1 is ``EVENT_SPEEDS``, 0 the pace of a walker.
        size (float): Scale of vehicles.
    """

    speed: float
    size: float


DIFFICULTIES: Dict[str, Contrast] = dict(
    easy=Contrast(1.0, 1.15),
    medium=Contrast(0.6, 1.0),
    hard=Contrast(0.25, 0.85),
)


@dataclass(frozen=True)
class VideoPlan:
    """All that a video is made of.

    Args:
        class_name (str): 'Normal' or one of ``CLASSES``.
        frames (int): Number of frames, 25 a second.
        scene (Scene): Place, light and sensor.
        actors (tuple[Actor]): Who is there at some time.
        noise_seed (int): Of the noise and the flicker.
    """

    class_name: str
    frames: int
    scene: Scene
    actors: Tuple[Actor, ...]
    noise_seed: int

    @property
    def label(self) -> int:
        """0 normal, 1 abnormal."""
        return int(self.class_name != NORMAL)

    def tracks(self) -> List[Track]:
        """Follow all actors through the video."""
        return [track(self.scene, actor, self.frames) for actor in self.actors]

    def intervals(self) -> List[Tuple[int, int]]:
        """Frames in which the event is visible, as [start, end)."""
        return event_intervals(self.tracks())

    def without_event(self) -> 'VideoPlan':
        """The same video, had the event not happened."""
        actors = tuple(a for a in self.actors if not a.anomalous)
        return replace(self, class_name=NORMAL, actors=actors)


def draw_pair(
    seed: Tuple[int, ...], class_name: str, contrast: Contrast
) -> Tuple[VideoPlan, VideoPlan]:
    """Draw an abnormal video and the normal one that is its match.

    The two share scene, length, noise and the numbers of people. Where the
    abnormal one has its event, the normal one has as many more walkers, whose
    time and place are drawn in the same way.

    Args:
        seed (tuple[int]): Seed of the pair.
        class_name (str): Event of the abnormal video, one of ``CLASSES``.
        contrast (Contrast): How far the event differs from walkers.

    Returns:
        tuple[VideoPlan, VideoPlan]: Abnormal, normal.
    """
    # Children of a seed sequence are independent streams; lists of numbers
    # that differ in zeros at the end alone would be one and the same seed.
    shared, *sides = map(
        np.random.default_rng, np.random.SeedSequence(seed).spawn(3)
    )
    scene = draw_scene(shared)
    frames = int(shared.integers(MIN_FRAMES, MAX_FRAMES + 1))
    walkers = int(shared.integers(5, 11))
    standing = int(shared.integers(0, 3))
    group = int(shared.integers(1, 4)) if class_name == 'Running' else 1
    plans = []
    for rng, name in zip(sides, (class_name, NORMAL)):
        noise_seed = int(rng.integers(2**31))
        actors = [_draw_walker(rng, scene, frames) for _ in range(walkers)]
        actors += [_draw_standing(rng, scene) for _ in range(standing)]
        actors += _draw_event(rng, scene, frames, name, group, contrast)
        plans.append(VideoPlan(name, frames, scene, tuple(actors), noise_seed))
    return plans[0], plans[1]


def _draw_person(rng: np.random.Generator, scene: Scene) -> Actor:
    walkway = int(rng.integers(len(scene.walkways)))
    half = scene.walkways[walkway].half_width
    return Actor(
        kind='person',
        anomalous=False,
        walkway=walkway,
        offset=float(rng.uniform(-half, half)),
        direction=scene.flow,
        speed=float(rng.uniform(*WALKING)),
        entry=0.0,
        size=float(rng.uniform(1.55, 1.9)),
        phase=float(rng.uniform(0, 2 * np.pi)),
        sway=float(rng.uniform(0, 0.12)),
        wear=draw_clothes(rng),
        paint=tuple(rng.uniform(40, 220, 3).tolist()),
    )


def _draw_walker(rng: np.random.Generator, scene: Scene, frames: int) -> Actor:
    person = _draw_person(rng, scene)
    entry = rng.uniform(-crossing_frames(scene, person), frames)
    return replace(person, entry=float(entry))


def _draw_standing(rng: np.random.Generator, scene: Scene) -> Actor:
    person = _draw_person(rng, scene)
    way = scene.walkways[person.walkway]
    side, beside = rng.choice([-1, 1]), rng.uniform(0.3, 0.8)
    # Feet of those between camera and walkway may fall below the picture.
    _, lowest = scene.camera.ground(0.0, 0.97 * HEIGHT)
    if way.z - way.half_width - beside < lowest:
        side = 1
    offset = side * (way.half_width + beside)
    first, last = walkway_span(scene, person.walkway, offset)
    return replace(
        person,
        direction=0,
        speed=0.0,
        offset=float(offset),
        sway=0.03,
        entry=float(rng.uniform(first + 1, last - 1)),
    )


def _draw_event(
    rng: np.random.Generator,
    scene: Scene,
    frames: int,
    name: str,
    group: int,
    contrast: Contrast,
) -> List[Actor]:
    """The event, or as many walkers at a time drawn alike."""
    first = _as_event(rng, _draw_person(rng, scene), name, contrast)
    crossing = crossing_frames(scene, first)
    # It may be going on at the first frame, and at the last one.
    least = min(crossing, MIN_EVENT_FRAMES)
    entry = rng.uniform(least - crossing, frames - least)
    actors = []
    for member in range(group):
        actor = (
            first
            if member == 0
            else replace(
                _as_event(rng, _draw_person(rng, scene), name, contrast),
                walkway=first.walkway,
                speed=first.speed,
            )
        )
        wait = member * rng.uniform(0.7, 1.6) / first.speed * FPS
        actors.append(replace(actor, entry=float(entry + wait)))
    return actors


def _as_event(
    rng: np.random.Generator, person: Actor, name: str, contrast: Contrast
) -> Actor:
    """Make one of the walkers what the class says."""
    eager = rng.uniform(0.9, 1.1)
    if name == NORMAL:
        return person
    speed = person.speed + contrast.speed * (
        EVENT_SPEEDS[name] * eager - person.speed
    )
    actor = replace(person, anomalous=True, speed=float(speed))
    if name == 'WrongWay':
        return replace(actor, direction=-person.direction)
    if name in ('Cyclist', 'Cart'):
        kind = 'bicycle' if name == 'Cyclist' else 'cart'
        return replace(
            actor,
            kind=kind,
            size=contrast.size,
            sway=0.05,
            offset=person.offset * 0.6,
        )
    return actor
