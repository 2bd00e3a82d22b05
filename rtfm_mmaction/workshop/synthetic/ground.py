"""Texture of the ground.

Shapes: h x w pixels of the canvas.
"""

import cv2
import numpy as np

from .camera import HEIGHT
from .scene import GROUND, Scene

VERGE, KERB = 0.5, 0.07  # metres beside a walkway


def _noise(rng, x, z, cell) -> np.ndarray:
    """Smooth noise of the ground, about -1..1, lumps of ``cell`` metres."""
    tile = rng.uniform(-1, 1, (64, 64)).astype(np.float32)
    # remap of OpenCV cannot wrap large coordinates.
    tile = np.pad(tile, (0, 1), mode='wrap')
    return cv2.remap(
        tile,
        np.float32(x / cell % 64),
        np.float32(z / cell % 64),
        cv2.INTER_LINEAR,
    )


def _joints(x, z, length, width, joint) -> np.ndarray:
    """Mask of the joints between stones laid in a running bond."""
    course = np.floor(z / width)
    along = (x / length + 0.5 * (course % 2)) % 1
    across = z / width % 1
    return (along * length < joint) | (across * width < joint)


def _paving(kind, rng, x, z) -> np.ndarray:
    """Colour every ground point as one kind of paving, (h, w, 3)."""
    colour = np.float32(GROUND[kind]) * np.float32(
        rng.uniform(0.85, 1.15) * rng.uniform(0.95, 1.05, 3)
    )
    rough = 5 * _noise(rng, x, z, 1.7) + 4 * _noise(rng, x, z, 0.25)
    if kind == 'grass':
        rough += 9 * _noise(rng, x, z, 0.12) + 6 * _noise(rng, x, z, 4)
    elif kind == 'asphalt':
        rough += 3 * _noise(rng, x, z, 0.06)
    else:
        length, width = (0.9, 0.6) if kind == 'slabs' else (0.4, 0.2)
        course = np.floor(z / width)
        stone = np.floor(x / length + 0.5 * (course % 2))
        rough += 6 * _noise(rng, stone * 7.3, course * 5.1, 1)
        rough -= 22 * _joints(x, z, length, width, 0.035)
    return colour + rough[..., None]


def paint_ground(
    scene: Scene, rng: np.random.Generator, x: np.ndarray, z: np.ndarray
) -> np.ndarray:
    """Paint plaza, walkways and kerbs.

    Args:
        scene (Scene): What to paint.
        rng (np.random.Generator): Of the textures.
        x, z (np.ndarray): (h, w) the ground points, metres.

    Returns:
        np.ndarray: (h, w, 3) float32, blue green red, about 0..255.
    """
    canvas = _paving(scene.paving, rng, x, z)
    state = rng.bit_generator.state
    kerbs, bands = np.zeros(x.shape, bool), np.zeros(x.shape, bool)
    for way in scene.walkways:
        rng.bit_generator.state = state  # all bands alike
        across = (x - way.x) * way.across[0] + (z - way.z) * way.across[1]
        along = (x - way.x) * way.along[0] + (z - way.z) * way.along[1]
        band = _paving(scene.path_paving, rng, along, across)
        beyond = np.abs(across) - way.half_width - VERGE
        canvas[beyond < 0] = band[beyond < 0]
        bands |= beyond < -KERB
        kerbs |= np.abs(beyond) < KERB
    kerbs &= ~bands
    canvas[kerbs] = canvas[kerbs] * 0.4 + 110
    stains = np.clip(_noise(rng, x, z, 0.8) - 0.6, 0, 1) * 40
    canvas -= stains[..., None]
    return canvas.astype(np.float32)


def large_shade(
    scene: Scene, rng: np.random.Generator, x: np.ndarray, z: np.ndarray
) -> np.ndarray:
    """Cast the shade of a house that stands outside the view, or none.

    Args:
        scene (Scene): What to paint.
        rng (np.random.Generator): Of the textures.
        x, z (np.ndarray): (h, w) the ground points, metres.

    Returns:
        np.ndarray: (h, w) float32, 0 in the light, 1 in the shade.
    """
    if rng.random() < 0.5:
        return np.zeros_like(x, dtype=np.float32)
    angle = rng.uniform(0, 2 * np.pi)
    _, middle = scene.camera.ground(0.0, HEIGHT / 2)
    reach = x * np.cos(angle) + (z - middle) * np.sin(angle)
    reach -= rng.uniform(-2, 3)
    return np.clip(reach / 0.4, 0, 1).astype(np.float32)
