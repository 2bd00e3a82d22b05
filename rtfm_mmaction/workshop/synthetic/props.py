"""Things that stand on a plaza: trees, lamps, benches, planters, bollards.

Shapes: h x w pixels of the canvas, H x W of the picture.
"""

from dataclasses import dataclass
from typing import List, Tuple

import cv2
import numpy as np

from .camera import HEIGHT, WIDTH
from .canvas import Canvas
from .scene import Scene


@dataclass(frozen=True)
class Standing:
    """A still thing that can hide people behind it.

    Args:
        z (float): Its distance, metres.
        box (tuple[slice, slice]): Rows and columns that hold it.
        mask (np.ndarray): uint8 of the box's shape, 255 where it is.
    """

    z: float
    box: Tuple[slice, slice]
    mask: np.ndarray


def paint_props(
    scene: Scene, rng: np.random.Generator, canvas: Canvas
) -> List[Standing]:
    """Paint the scene's standing things and their shadows.

    Args:
        scene (Scene): What to paint.
        rng (np.random.Generator): Of the shapes.
        canvas (Canvas): Drawn on.

    Returns:
        list[Standing]: Where they are in the picture, far to near.
    """
    standing = []
    for kind, x, z in sorted(scene.props, key=lambda prop: -prop[2]):
        paint, reach, half = PROPS[kind]
        _cast_shadow(scene, canvas, x, z, reach, half)
        before = canvas.pixels.copy()
        paint(canvas, rng, x, z)
        drawn = np.abs(canvas.pixels - before).max(-1) > 8
        mask = cv2.resize(
            drawn.astype(np.uint8) * 255,
            (WIDTH, HEIGHT),
            interpolation=cv2.INTER_AREA,
        )
        mask = np.where(mask > 127, 255, 0).astype(np.uint8)
        left, top, width, height = cv2.boundingRect(mask)
        if width and height:
            box = (slice(top, top + height), slice(left, left + width))
            standing.append(Standing(z, box, mask[box].copy()))
    return standing


def _cast_shadow(scene, canvas, x, z, reach, half) -> None:
    dx, dz = scene.sun[0] * reach, scene.sun[1] * reach
    shape = Canvas(np.zeros(canvas.pixels.shape[:2], np.uint8), scene.camera)
    shape.fill(
        [
            (x - half, 0, z),
            (x + half, 0, z),
            (x + half + dx, 0, z + dz),
            (x - half + dx, 0, z + dz),
        ],
        (255,),
    )
    soft = cv2.GaussianBlur(shape.pixels, (0, 0), 2)
    canvas.pixels[:] *= 1 - scene.shadow / 255 * soft[..., None].astype(
        np.float32
    )


def _tree(canvas, rng, x, z) -> None:
    canvas.upright((x - 0.12, x + 0.12), (0, 1.6), z, (48, 62, 78))
    leaf = np.array([44, 86, 66]) * rng.uniform(0.8, 1.2)
    for _ in range(90):
        angle, radius = rng.uniform(0, 2 * np.pi), np.sqrt(rng.random())
        spot = (
            x + 1.1 * radius * np.cos(angle),
            2.5 + 0.95 * radius * np.sin(angle),
            z,
        )
        gain = rng.uniform(0.75, 1.25) + 0.15 * np.sin(angle)
        canvas.disc(spot, rng.uniform(0.12, 0.3), leaf * gain)


def _lamp(canvas, rng, x, z) -> None:
    colour = np.full(3, rng.uniform(45, 80))
    canvas.upright((x - 0.05, x + 0.05), (0, 4.6), z, colour)
    canvas.upright((x - 0.1, x + 0.1), (0, 0.4), z, colour * 0.8)


def _bench(canvas, rng, x, z) -> None:
    wood = np.array([62, 92, 124]) * rng.uniform(0.7, 1.2)
    for foot in (x - 0.65, x + 0.6):
        canvas.upright((foot, foot + 0.08), (0, 0.42), z, (50, 50, 50))
    canvas.box(x, z, 0.8, 0.4, (0.4, 0.46), wood)


def _planter(canvas, rng, x, z) -> None:
    stone = np.full(3, rng.uniform(110, 165))
    canvas.box(x, z, 0.8, 0.7, (0, 0.5), stone)
    for _ in range(50):
        spot = (
            x + rng.uniform(-0.7, 0.7),
            rng.uniform(0.5, 0.95),
            z + rng.uniform(0.1, 0.6),
        )
        leaf = np.array([46, 92, 68]) * rng.uniform(0.7, 1.3)
        canvas.disc(spot, rng.uniform(0.06, 0.14), leaf)


def _bollard(canvas, rng, x, z) -> None:
    stone = np.full(3, rng.uniform(70, 150))
    canvas.box(x, z, 0.09, 0.18, (0, 0.85), stone)


# How to paint it, its height and half its width for the shadow, metres.
PROPS = dict(
    tree=(_tree, 2.6, 0.9),
    lamp=(_lamp, 4.5, 0.07),
    bench=(_bench, 0.5, 0.8),
    planter=(_planter, 0.7, 0.8),
    bollard=(_bollard, 0.8, 0.1),
)
