"""Frames of a planned video.

Shapes: F frames, H x W pixels. Colours are blue, green, red, as of OpenCV.
"""

from typing import Iterator, List, Optional, Sequence, Tuple

import cv2
import numpy as np

from .actors import Track, visible_share
from .background import paint_background
from .camera import HEIGHT, WIDTH
from .plan import VideoPlan
from .props import Standing
from .scene import Scene

SHIFT = 4  # fractional bits of cv2's drawing coordinates
SPARE = 64  # pixels that the sheet of noise is larger than the picture


def render(
    plan: VideoPlan, frames: Optional[Sequence[int]] = None
) -> Iterator[np.ndarray]:
    """Draw a video frame by frame.

    A frame depends on the plan and its number alone, so that two plans that
    differ in an actor give the same pixels wherever the actor is not.

    Args:
        plan (VideoPlan): What to draw.
        frames (Sequence[int], optional): Numbers of the frames to draw.
            Defaults to None, all in order.

    Yields:
        np.ndarray: (H, W, 3) uint8.
    """
    scene = plan.scene
    background, standing = paint_background(scene)
    tracks = plan.tracks()
    sheet, places, gains = _draw_sensor(plan)
    for index in range(plan.frames) if frames is None else frames:
        frame = _draw_actors(scene, background, standing, tracks, index)
        frame = cv2.GaussianBlur(frame, (3, 3), scene.blur)
        row, column = places[index]
        noise = sheet[row : row + HEIGHT, column : column + WIDTH]
        frame = cv2.convertScaleAbs(frame, alpha=gains[index])
        yield cv2.add(frame, noise, dtype=cv2.CV_8U)


def _draw_sensor(plan: VideoPlan) -> Tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A sheet of noise, where each frame takes its own of it, and gains."""
    rng = np.random.default_rng(plan.noise_seed)
    shape = (HEIGHT + SPARE, WIDTH + SPARE, 1)
    # Most of a camera's noise is in the brightness.
    grey = rng.standard_normal(shape, np.float32)
    tinge = rng.standard_normal((*shape[:2], 3), np.float32)
    sheet = plan.scene.noise * (0.9 * grey + 0.45 * tinge)
    places = rng.integers(0, SPARE, (plan.frames, 2))
    drift = np.cumsum(rng.standard_normal(plan.frames))
    drift -= np.linspace(0, drift[-1], plan.frames)
    flicker = rng.standard_normal(plan.frames) * 0.4 + drift * 0.08
    return (
        np.rint(sheet).astype(np.int16),
        places,
        1 + plan.scene.flicker * flicker,
    )


def _draw_actors(
    scene: Scene,
    background: np.ndarray,
    standing: List[Standing],
    tracks: List[Track],
    index: int,
) -> np.ndarray:
    seen = [t for t in tracks if visible_share(t.boxes[index : index + 1])[0]]
    frame = background.copy()
    if not seen:
        return frame
    shade = np.full(frame.shape[:2], 255, np.uint8)
    dark = 255 * (1 - scene.shadow)
    for actor in seen:
        _draw_parts(
            shade, actor, actor.shadows[index], actor.scale[index], dark
        )
    shade = cv2.blur(shade, (3, 3))
    frame = cv2.multiply(
        frame, cv2.cvtColor(shade, cv2.COLOR_GRAY2BGR), scale=1 / 255
    )
    light = scene.gain * np.array(scene.tint)
    things = [(actor.z[index], actor) for actor in seen]
    things += [(thing.z, thing) for thing in standing]
    for _, thing in sorted(things, key=lambda pair: -pair[0]):
        if isinstance(thing, Standing):
            cv2.copyTo(background[thing.box], thing.mask, frame[thing.box])
        else:
            _draw_parts(
                frame,
                thing,
                thing.joints[index],
                thing.scale[index],
                None,
                light,
            )
    return frame


def _draw_parts(
    canvas: np.ndarray,
    actor: Track,
    joints: np.ndarray,
    scale: float,
    shade: Optional[float],
    light: Optional[np.ndarray] = None,
) -> None:
    """Draw an actor in its colours, or its shadow in one shade of grey."""
    fixed = np.rint(joints * 2**SHIFT).astype(np.int32)
    points = fixed.tolist()
    for part in actor.parts:
        if shade is None:
            colour = (light * part.colour).tolist()
        elif part.shadow:
            colour = shade
        else:
            continue
        width = max(1, round(part.width * scale))
        if part.kind == 'limb':
            start, end = part.joints
            cv2.line(
                canvas,
                points[start],
                points[end],
                colour,
                width,
                cv2.LINE_AA,
                SHIFT,
            )
        elif part.kind == 'face':
            cv2.fillPoly(
                canvas, [fixed[list(part.joints)]], colour, cv2.LINE_AA, SHIFT
            )
        else:
            cv2.polylines(
                canvas,
                [fixed[list(part.joints)]],
                True,
                colour,
                width,
                cv2.LINE_AA,
                SHIFT,
            )
