"""Who moves through a scene, and where every part of them is seen.

Shapes: F frames, J joints of a figure.
"""

from dataclasses import dataclass
from typing import List, Tuple

import numpy as np

from .bicycle import bicycle_joints, bicycle_parts
from .camera import HEIGHT, WIDTH
from .cart import cart_joints, cart_parts
from .parts import Clothes, PaintedPart
from .person import Gait, gait_of, person_joints, person_parts
from .scene import Colour, Scene

FPS = 25
# Of an anomalous actor, the share of the box from which on it is visible.
SEEN = 0.25


@dataclass(frozen=True)
class Actor:
    """Somebody or something that moves along a walkway, or stands.

    Args:
        kind (str): 'person', 'bicycle' or 'cart'.
        anomalous (bool): Whether it is the event.
        walkway (int): Index of the walkway.
        offset (float): From the walkway's middle, metres, away from the
            camera.
        direction (int): 1 along the walkway, -1 against it, 0 stands.
        speed (float): Metres a second.
        entry (float): Frame in which it comes to the edge of the picture; of
            one who stands, where on the walkway, metres.
        size (float): Stature of a person in metres, scale of a vehicle.
        phase (float): Of the stride at the entry, radians.
        sway (float): How far it strays sideways, metres.
        wear (Clothes): Colours.
        paint (tuple[float, float, float]): Colour of a vehicle.
    """

    kind: str
    anomalous: bool
    walkway: int
    offset: float
    direction: int
    speed: float
    entry: float
    size: float
    phase: float
    sway: float
    wear: Clothes
    paint: Colour


@dataclass(frozen=True)
class Track:
    """An actor in every frame of a video, in pixels.

    Args:
        joints (np.ndarray): (F, J, 2) column and row.
        shadows (np.ndarray): (F, J, 2) of the joints' shadows.
        scale (np.ndarray): (F,) pixels of a metre.
        z (np.ndarray): (F,) distance, metres.
        boxes (np.ndarray): (F, 4) left, top, right, bottom.
        parts (tuple[PaintedPart]): In the order to draw.
        anomalous (bool): As of the actor.
    """

    joints: np.ndarray
    shadows: np.ndarray
    scale: np.ndarray
    z: np.ndarray
    boxes: np.ndarray
    parts: Tuple[PaintedPart, ...]
    anomalous: bool


def walkway_span(
    scene: Scene, walkway: int, offset: float = 0.0
) -> Tuple[float, float]:
    """Find the stretch of a walkway that is in the picture.

    Args:
        scene (Scene): Where.
        walkway (int): Index.
        offset (float): Of the lane from the middle, metres.

    Returns:
        tuple[float, float]: Metres along it; somebody who stands at an end
        is just outside the picture.
    """
    way = scene.walkways[walkway]
    along = np.linspace(-25, 25, 1001)
    x, z = (np.array([way.x, way.z]) + offset * way.across)[
        :, None
    ] + along * way.along[:, None]
    column, row = scene.camera.project(
        np.stack([x, np.zeros_like(x), np.maximum(z, 0.5)], -1)
    ).T
    head = row - scene.camera.focal * 1.7 / np.maximum(z, 0.5)
    margin = scene.camera.focal * 0.8 / np.maximum(z, 0.5)
    seen = (
        (column > -margin)
        & (column < WIDTH + margin)
        & (z > 0.5)
        & (row > 0)
        & (head < HEIGHT)
    )
    return float(along[seen][0]), float(along[seen][-1])


def crossing_frames(scene: Scene, actor: Actor) -> float:
    """Frames that an actor takes from edge to edge of the picture.

    Args:
        scene (Scene): Where.
        actor (Actor): Who, moving.
    """
    first, last = walkway_span(scene, actor.walkway, actor.offset)
    return (last - first) / actor.speed * FPS


def track(scene: Scene, actor: Actor, frames: int) -> Track:
    """Follow an actor through a video.

    Args:
        scene (Scene): Where.
        actor (Actor): Who.
        frames (int): F.
    """
    way = scene.walkways[actor.walkway]
    first, last = walkway_span(scene, actor.walkway, actor.offset)
    seconds = (np.arange(frames) - actor.entry) / FPS
    if actor.direction == 0:
        along = np.full(frames, actor.entry)
        gone = np.sin(np.arange(frames) / 40 + actor.phase)
        heading = way.along * np.sign(np.cos(actor.phase))
    else:
        gone = actor.speed * seconds
        start = first if actor.direction > 0 else last
        along = start + actor.direction * gone
        heading = way.along * actor.direction
    offset = actor.offset + actor.sway * np.sin(gone / 2.1 + actor.phase)
    feet = (
        np.array([way.x, way.z])
        + along[:, None] * way.along
        + offset[:, None] * way.across
    )
    # Far outside the picture a place could be behind the camera.
    feet[:, 1] = np.maximum(feet[:, 1], 2.5)
    local, parts = _figure(actor, gone)
    left = np.array([-heading[1], heading[0]])
    points = np.empty_like(local)
    ground = feet[:, None] + local[..., :1] * heading + local[..., 1:2] * left
    points[..., 0], points[..., 2] = ground[..., 0], ground[..., 1]
    points[..., 1] = local[..., 2]
    shade = points.copy()
    shade[..., 0] += local[..., 2] * scene.sun[0]
    shade[..., 2] += local[..., 2] * scene.sun[1]
    shade[..., 1] = 0
    scale = scene.camera.focal / feet[:, 1]
    joints = scene.camera.project(points)
    reach = scale[:, None] * 0.05
    boxes = np.concatenate([joints.min(1) - reach, joints.max(1) + reach], 1)
    # The side that is farther from the camera is drawn first.
    order = sorted(
        parts,
        key=lambda part: (
            part.side if np.isinf(part.side) else -part.side * left[1]
        ),
    )
    return Track(
        joints,
        scene.camera.project(shade),
        scale,
        feet[:, 1],
        boxes,
        tuple(order),
        actor.anomalous,
    )


def _figure(actor: Actor, gone: np.ndarray):
    """Joints (F, J, 3) and parts of an actor that has ``gone`` metres."""
    if actor.kind == 'bicycle':
        phase = actor.phase - gone / 5.2 * 2 * np.pi
        return (
            bicycle_joints(phase, actor.size),
            bicycle_parts(actor.wear, actor.paint, actor.size),
        )
    if actor.kind == 'cart':
        return (
            cart_joints(len(gone), actor.size),
            cart_parts(actor.wear, actor.paint, actor.size),
        )
    gait: Gait = gait_of(actor.speed)
    phase = actor.phase + gone / gait.stride * 2 * np.pi
    return (
        person_joints(phase, actor.size, gait),
        person_parts(actor.wear, actor.size),
    )


def visible_share(boxes: np.ndarray) -> np.ndarray:
    """Share of an actor's box that is in the picture.

    Args:
        boxes (np.ndarray): (F, 4) left, top, right, bottom, pixels.

    Returns:
        np.ndarray: (F,) in [0, 1].
    """
    left, top, right, bottom = boxes.T
    width = np.clip(right, 0, WIDTH) - np.clip(left, 0, WIDTH)
    height = np.clip(bottom, 0, HEIGHT) - np.clip(top, 0, HEIGHT)
    return width * height / ((right - left) * (bottom - top))


def event_intervals(tracks: List[Track]) -> List[Tuple[int, int]]:
    """Find the frames in which the event is visible.

    Args:
        tracks (list[Track]): Of all actors of a video.

    Returns:
        list[tuple[int, int]]: [start, end) in frames; empty without event.
    """
    events = [visible_share(t.boxes) >= SEEN for t in tracks if t.anomalous]
    if not events:
        return []
    seen = np.any(events, 0).astype(np.int8)
    edges = np.flatnonzero(np.diff(seen, prepend=0, append=0))
    return [
        (int(start), int(end)) for start, end in zip(edges[::2], edges[1::2])
    ]
