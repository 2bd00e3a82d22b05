"""Paint the still part of a scene.

Shapes: H x W pixels of the picture, h x w of the canvas.
"""

from functools import lru_cache
from typing import List, Tuple

import cv2
import numpy as np

from .camera import HEIGHT, WIDTH
from .canvas import FINE, Canvas
from .ground import large_shade, paint_ground
from .props import Standing, paint_props
from .scene import Scene


@lru_cache(maxsize=1)  # the two videos of a pair share their scene
def paint_background(scene: Scene) -> Tuple[np.ndarray, List[Standing]]:
    """Paint ground, walls and standing things under the scene's light.

    Args:
        scene (Scene): What to paint.

    Returns:
        tuple[np.ndarray, list[Standing]]: Picture (H, W, 3), uint8, blue
        green red, and the things on it, far to near. They are kept for
        the next call: not to be changed.
    """
    rng = np.random.default_rng(scene.seed)
    rows, columns = (
        np.mgrid[: HEIGHT * FINE, : WIDTH * FINE].astype(np.float32) / FINE
    )
    x, z = scene.camera.ground(columns, rows)
    canvas = Canvas(paint_ground(scene, rng, x, z), scene.camera)
    pixels = canvas.pixels
    _paint_back_wall(scene, rng, canvas)
    pixels *= (1 - scene.shadow * large_shade(scene, rng, x, z))[..., None]
    standing = paint_props(scene, rng, canvas)
    radius = np.hypot(columns / WIDTH - 0.5, rows / HEIGHT - 0.5) / 0.707
    pixels *= (1 - scene.vignette * radius**2)[..., None]
    pixels *= np.float32(scene.gain) * np.float32(scene.tint)
    picture = cv2.resize(pixels, (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA)
    return np.clip(picture, 0, 255).astype(np.uint8), standing


def _paint_back_wall(
    scene: Scene, rng: np.random.Generator, canvas: Canvas
) -> None:
    _, z = scene.camera.ground(0.0, rng.uniform(30, 58))
    half = WIDTH / 2 * z / scene.camera.focal + 1
    whole = (-half, half)
    if scene.back_wall == 'building':
        wall = rng.uniform(105, 185) + rng.uniform(-14, 14, 3)
        canvas.upright(whole, (0, 14), z, wall)
        canvas.upright(whole, (0, 0.5), z, wall * 0.7)
        step, start = rng.uniform(2.2, 3.4), rng.uniform(0, 2)
        for left in np.arange(-half - start, half, step):
            glass = rng.uniform(45, 85) + np.array([10, 4, 0])
            window = (left, left + step * 0.55)
            canvas.upright(window, (1.1, 2.7), z, glass)
            canvas.upright(window, (1.0, 1.1), z, wall * 1.15)
    elif scene.back_wall == 'hedge':
        leaf = np.array([38.0, 74.0, 52.0])
        canvas.upright(whole, (0, 1.5), z, leaf)
        for _ in range(260):
            spot = (rng.uniform(-half, half), rng.uniform(0.1, 1.7), z)
            canvas.disc(
                spot, rng.uniform(0.1, 0.25), leaf * rng.uniform(0.7, 1.4)
            )
    else:
        post = (90, 92, 96)
        for left in np.arange(-half, half, 0.35):
            canvas.upright((left, left + 0.05), (0, 1.3), z, post)
        for low in (0.2, 1.2):
            canvas.upright(whole, (low, low + 0.07), z, post)
